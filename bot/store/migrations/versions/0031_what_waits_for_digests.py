"""What is due for digests has an index of its own, and what digests have brought another."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Write both indexes anew, each of its part."""
    _index("due", ["due_at", "subscriber_id"], "digest_id IS NULL")
    _index("digest", ["digest_id", "subscriber_id"], "digest_id IS NOT NULL")


def _index(name: str, columns: list[str], which: str) -> None:
    where = sa.text(which)
    op.drop_index(f"ix_digest_entries_{name}", "digest_entries")
    op.create_index(
        f"ix_digest_entries_{name}", "digest_entries", columns, sqlite_where=where, postgresql_where=where
    )
