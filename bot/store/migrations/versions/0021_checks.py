"""Warnings of a check are acknowledged by name, and a test goes to the team at most once a minute."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table and the column; nothing was acknowledged or tested before."""
    op.create_table(
        "acknowledgements",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("alert_id", BIG_ID, nullable=False),
        sa.Column("organizer_id", BIG_ID, nullable=False),
        sa.Column("plan_sha256", sa.String(64), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_acknowledgements_alert_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizers.id"], name="fk_acknowledgements_organizer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_acknowledgements"),
    )
    op.create_index("ix_acknowledgements_alert_id", "acknowledgements", ["alert_id"])
    op.add_column("alerts", sa.Column("tested_at", sa.DateTime(timezone=True), nullable=True))
