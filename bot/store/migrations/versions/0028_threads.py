"""Threads: what people ask a person of the campaign, and the switch that ends it."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables; nobody has asked, and people may."""
    op.create_table(
        "threads",
        sa.Column("id", _ID, primary_key=True, autoincrement=False),
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", _ID, nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent", sa.SmallInteger(), nullable=False),
        sa.UniqueConstraint("ref", name="uq_threads_ref"),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["organizers.id"], name="fk_threads_taken_by", ondelete="SET NULL"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_threads_taken_by", "threads", ["taken_by"])
    op.create_table(
        "thread_switch",
        sa.Column("id", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
    )
