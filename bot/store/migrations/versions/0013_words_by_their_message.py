"""Words know the message they were read from, so that an edit of the message edits them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of revisions from before it is not known."""
    op.add_column("alert_revisions", sa.Column("words_message_id", sa.BigInteger(), nullable=True))
    op.add_column("alert_revisions", sa.Column("words_locale", sa.String(length=16), nullable=True))
