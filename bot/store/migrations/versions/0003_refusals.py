"""The budget remembers which chats are to be left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the refusals to the budget."""
    op.add_column("budget", sa.Column("refusals", sa.LargeBinary(), nullable=False, server_default=""))
