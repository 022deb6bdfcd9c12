"""Subscriptions are found by person, too: who leaves or is erased no longer goes through everybody's."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_subscriptions_subscriber_id", "subscriptions", ["subscriber_id"])
