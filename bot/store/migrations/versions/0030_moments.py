"""Moments: when they open and close; how many took part, as their thanks say."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table and the column; what was sent before has no thanks."""
    op.create_table(
        "moments",
        sa.Column("alert_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("broadcast_id", _ID, nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_moments_alert_id", ondelete="CASCADE"),
    )
    op.add_column("broadcasts", sa.Column("took_part", sa.Integer(), nullable=True))
