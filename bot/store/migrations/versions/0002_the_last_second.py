"""The budget remembers what started in the last second."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the starts to the budget."""
    op.add_column("budget", sa.Column("starts", sa.LargeBinary(), nullable=False, server_default=""))
