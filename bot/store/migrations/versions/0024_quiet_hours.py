"""Deliveries that wait for the end of quiet hours, and what people are told once."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the column and the table; what is pending is to be sent, as before."""
    op.add_column("deliveries", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_deliveries_pending", "deliveries")
    _index("pending", ["broadcast_id", "subscriber_id"], "not_before IS NULL")
    _index("later", ["broadcast_id", "not_before", "subscriber_id"], "not_before IS NOT NULL")
    op.create_table(
        "notices",
        sa.Column("subscriber_id", _ID, primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name="fk_notices_subscriber_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )


def _index(name: str, columns: list[str], which: str) -> None:
    where = sa.text(f"state = 'pending' AND {which}")
    op.create_index(
        f"ix_deliveries_{name}", "deliveries", columns, sqlite_where=where, postgresql_where=where
    )
