"""Segments, and the tenth of the people that is counted while an audience is built."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

PANEL = sa.text("id % 10 = 0")


def upgrade() -> None:
    """Add the table and the index; nobody has saved a segment."""
    op.create_table(
        "segments",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column(
            "created_by",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            sa.ForeignKey("organizers.id", name="fk_segments_created_by"),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(
        "ix_subscribers_panel",
        "subscribers",
        ["state", "locale", "joined_on", "source_id", "id"],
        sqlite_where=PANEL,
        postgresql_where=PANEL,
    )
