"""Links to share: a supporter's own, with how many joined by it, and one for each alert."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables; a link is made when it is first asked for."""
    op.create_table(
        "friend_links",
        sa.Column("ref", sa.LargeBinary(), primary_key=True),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.UniqueConstraint("code", name="uq_friend_links_code"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alert_links",
        sa.Column("alert_id", _ID, primary_key=True),
        sa.Column("code", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_alert_links_alert_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("code", name="uq_alert_links_code"),
    )
