"""The budget keeps a share for bulk that waits; a delivery knows how long Telegram has made it wait."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for name in ("bulk_until", "owed", "reply_load", "reply_load_at"):
        op.add_column("budget", sa.Column(name, sa.Double(), nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("waited", sa.SmallInteger(), nullable=False, server_default="0"))
