"""An index of the replies that no process has: they are looked for without reading all that are being posted."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put it in the place of the index of all applied updates."""
    op.drop_index("ix_updates_applied", table_name="updates")
    nobody_posts = sa.text("state = 'applied' AND worker IS NULL")
    op.create_index(
        "ix_updates_unleased",
        "updates",
        ["rank", "update_id"],
        sqlite_where=nobody_posts,
        postgresql_where=nobody_posts,
    )
