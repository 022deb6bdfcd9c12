"""Deliveries stand in the tree of their key, without an index by person or a foreign key: a freeze is quicker."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Drop the index by person and the foreign key; in SQLite, copy the deliveries into a table without row numbers."""
    op.drop_index("ix_deliveries_subscriber_id", "deliveries")
    if op.get_context().dialect.name == "sqlite":
        _copy()
    else:
        op.drop_constraint("fk_deliveries_broadcast_id", "deliveries", type_="foreignkey")


def _copy() -> None:
    op.drop_index("ix_deliveries_inflight", "deliveries")
    op.drop_index("ix_deliveries_pending", "deliveries")
    op.rename_table("deliveries", "deliveries_before")
    op.create_table(
        "deliveries",
        sa.Column("broadcast_id", big_id, nullable=False),
        sa.Column("subscriber_id", big_id, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=32), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("broadcast_id", "subscriber_id", name=op.f("pk_deliveries")),
        sqlite_with_rowid=False,
    )
    columns = "broadcast_id, subscriber_id, state, attempts, due_at, worker, message_id, error"
    op.execute(
        f"INSERT INTO deliveries ({columns}) SELECT {columns} FROM deliveries_before"  # noqa: S608  # our own words
        " ORDER BY broadcast_id, subscriber_id"
    )
    op.drop_table("deliveries_before")
    op.create_index(
        "ix_deliveries_inflight",
        "deliveries",
        ["worker"],
        unique=False,
        sqlite_where=sa.text("state = 'inflight'"),
    )
    op.create_index(
        "ix_deliveries_pending",
        "deliveries",
        ["broadcast_id", "subscriber_id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
    )
