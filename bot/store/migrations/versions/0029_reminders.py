"""Reminders of alerts that were sent, and digests that carry what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table and the column; what was sent before reminds nobody, what waits goes on waiting."""
    op.create_table(
        "reminders",
        sa.Column("broadcast_id", _ID, primary_key=True),
        sa.Column("number", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_before", sa.Date(), nullable=True),
        sa.Column("remind_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.id"], name="fk_reminders_broadcast_id"),
        sa.UniqueConstraint("remind_id", name="uq_reminders_remind_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reminders_due_at", "reminders", ["due_at"])
    op.add_column("digest_entries", sa.Column("digest_id", _ID, nullable=True))
    op.create_index("ix_digest_entries_digest", "digest_entries", ["digest_id", "subscriber_id"])
