"""The team in the chat: names, removals and void approvals; drafts that were deleted; who stopped a broadcast."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nobody has a name, nothing is removed or void, and no person is known to have stopped one."""
    op.add_column("organizers", sa.Column("name", sa.LargeBinary(), nullable=True))
    op.add_column("organizers", sa.Column("removed_on", sa.Date(), nullable=True))
    op.add_column("organizers", sa.Column("approved_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("approvals", sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alerts", sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("broadcasts", sa.Column("stopped_by", sa.BigInteger(), nullable=True))
