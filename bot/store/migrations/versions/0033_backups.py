"""An installation knows its epoch, whether it was moved, and when it was backed up last."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is to be known."""
    op.add_column("installation", sa.Column("epoch", sa.Integer, nullable=False, server_default="1"))
    for name in ("unproven", "moved"):
        op.add_column("installation", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("installation", sa.Column("backed_up_at", sa.DateTime(timezone=True), nullable=True))
