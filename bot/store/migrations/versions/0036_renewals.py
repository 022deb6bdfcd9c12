"""What is due of the notices is found by when it is, since many may wait for long."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_notices_kind_due_at", "notices", ["kind", "due_at"])
