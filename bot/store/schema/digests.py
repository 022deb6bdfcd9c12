"""What waits for the next digest of each who asked for one."""

import sqlalchemy as sa

from bot.store.columns import count, person, public
from bot.store.schema.kinds import BigId, UtcDateTime, metadata

digest_entries = sa.Table(
    "digest_entries",
    metadata,
    person(
        "subscriber_id",
        BigId,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    # No foreign key: a freeze would look its one broadcast up for each entry.
    public("broadcast_id", BigId, primary_key=True, autoincrement=False),
    public("alert_id", BigId, nullable=False),
    # When the digest goes out that it is part of: an instant at their hour.
    public("due_at", UtcDateTime, nullable=False),
    # The broadcast that carries it, from its freeze on; none as long as it waits. It stays: nobody gets it twice.
    public("digest_id", BigId, nullable=True),
    # Two parts, of what waits and of what digests have brought: each minute somebody looks what is due, and what was
    # brought stays for good.
    sa.Index(
        "ix_digest_entries_due",
        "due_at",
        "subscriber_id",
        sqlite_where=sa.text("digest_id IS NULL"),
        postgresql_where=sa.text("digest_id IS NULL"),
    ),
    sa.Index("ix_digest_entries_broadcast", "broadcast_id"),
    sa.Index(
        "ix_digest_entries_digest",
        "digest_id",
        "subscriber_id",
        sqlite_where=sa.text("digest_id IS NOT NULL"),
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

# Of each sending: for how many it waits in a digest, how many were sent it in one, and of how many that is not known.
digest_counts = sa.Table(
    "digest_counts",
    metadata,
    public("broadcast_id", BigId, primary_key=True, autoincrement=False),
    public("slot", sa.SmallInteger, primary_key=True, autoincrement=False),
    public("state", sa.String(16), primary_key=True),
    count("n", nullable=False),
)
