"""What repeats each week; hours of each person's zone; the mark of each occurrence that has begun."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables and the columns; what is queued goes out at one time, as it did."""
    op.add_column("broadcasts", sa.Column("day", sa.Date(), nullable=True))
    op.add_column("broadcasts", sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("broadcasts", sa.Column("left_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("broadcasts", sa.Column("tzdata", sa.String(16), nullable=True))
    op.create_table(
        "series",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("alert_id", ID, sa.ForeignKey("alerts.id", name="fk_series_alert_id"), nullable=False),
        sa.Column(
            "organizer_id", ID, sa.ForeignKey("organizers.id", name="fk_series_organizer_id"), nullable=True
        ),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("next_day", sa.Date(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tzdata", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("alert_id", name="uq_series_alert_id"),
    )
    op.create_index("ix_series_next_at", "series", ["next_at"])
    op.create_table(
        "occurrences",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("broadcast_id", ID, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_occurrences_broadcast_id", "occurrences", ["broadcast_id"])
