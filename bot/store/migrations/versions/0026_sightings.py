"""What supporters report, sealed, until an editor has decided and for a month after."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the table; nothing was reported before."""
    op.create_table(
        "sightings",
        sa.Column("id", _ID, primary_key=True, autoincrement=False),
        sa.Column("alert_id", _ID, nullable=False),
        sa.Column("subscriber_id", _ID, nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_sightings_alert_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name="fk_sightings_subscriber_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("alert_id", "subscriber_id", name="uq_sightings_alert_id_subscriber_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sightings_subscriber_id", "sightings", ["subscriber_id"])
    op.create_index("ix_sightings_state", "sightings", ["state"])
