"""Where people came from, and the zone of each."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the columns; nobody on the list has a source, or a zone of their own."""
    op.create_table(
        "sources",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("code", name="uq_sources_code"),
    )
    op.add_column("subscribers", sa.Column("source_id", sa.BigInteger(), nullable=True))
    op.add_column("subscribers", sa.Column("zone", sa.String(64), nullable=True))
