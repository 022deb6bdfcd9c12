"""Who is writing which language of an alert."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nobody is known to be writing."""
    big_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "alert_writers",
        sa.Column(
            "organizer_id",
            big_id,
            sa.ForeignKey(
                "organizers.id", ondelete="CASCADE", name="fk_alert_writers_organizer_id_organizers"
            ),
            primary_key=True,
        ),
        sa.Column(
            "alert_id",
            big_id,
            sa.ForeignKey("alerts.id", ondelete="CASCADE", name="fk_alert_writers_alert_id_alerts"),
            nullable=False,
        ),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_alert_writers_alert_id", "alert_writers", ["alert_id"])
