"""How the list grows; what came of broadcasts, by language and source; whether their report was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables and the columns; nothing of before is summed up, and no report was sent."""
    op.create_table(
        "growth",
        sa.Column("week", sa.Date(), primary_key=True),
        sa.Column("locale", sa.String(16), primary_key=True),
        sa.Column("source_id", ID, primary_key=True, autoincrement=False),
        sa.Column("event", sa.String(16), primary_key=True),
        sa.Column("broadcast_id", ID, primary_key=True, autoincrement=False),
        sa.Column("slot", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("n", sa.Integer(), nullable=False),
    )
    op.create_table(
        "report_counts",
        sa.Column("broadcast_id", ID, primary_key=True, autoincrement=False),
        sa.Column("locale", sa.String(16), primary_key=True),
        sa.Column("source_id", ID, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(16), primary_key=True),
        sa.Column("n", sa.Integer(), nullable=False),
    )
    op.add_column("broadcasts", sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("broadcasts", sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_broadcasts_ended_at", "broadcasts", ["ended_at"])
