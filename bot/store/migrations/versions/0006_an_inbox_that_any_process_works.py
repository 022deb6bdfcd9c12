"""Who posts an update's replies holds it by a lease; withdrawals are told apart; jobs have one process each."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_updates_received": (["update_id"], "state = 'received'"),
    "ix_updates_applied": (["update_id"], "state = 'applied'"),
    "ix_updates_withdrawal": (["update_id"], "withdrawal IS NOT NULL"),
    "ix_updates_chat": (["chat_ref", "update_id"], "state != 'done'"),
    "ix_updates_work": (["state", "worker"], "state != 'done'"),
}


def upgrade() -> None:
    """Add the columns and indexes; what was applied before is posted by whoever comes first."""
    op.add_column("updates", sa.Column("withdrawal", sa.String(length=8), nullable=True))
    op.add_column("updates", sa.Column("worker", sa.String(length=32), nullable=True))
    op.add_column("updates", sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True))
    # They are given their time from now on: an update of the program is no reason to leave people unanswered.
    now = sa.bindparam("now", datetime.now(UTC), type_=sa.DateTime(timezone=True))
    op.execute(sa.text("UPDATE updates SET applied_at = :now WHERE state = 'applied'").bindparams(now))
    op.drop_index("ix_updates_open", "updates")
    for name, (columns, which) in INDEXES.items():
        op.create_index(
            name,
            "updates",
            columns,
            unique=False,
            sqlite_where=sa.text(which),
            postgresql_where=sa.text(which),
        )
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_jobs")),
    )
