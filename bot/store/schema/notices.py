"""What the bot tells people by itself, once: committed with what it is about, and posted after it."""

import sqlalchemy as sa

from bot.store.columns import person, public
from bot.store.schema.kinds import BigId, UtcDateTime, metadata

notices = sa.Table(
    "notices",
    metadata,
    person(
        "subscriber_id",
        BigId,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    public("kind", sa.String(16), primary_key=True),
    public("due_at", UtcDateTime, nullable=False),
    # Who is posting it; what a dead process was posting is not posted again.
    public("worker", sa.String(32), nullable=True),
    # What is due is found without going through what waits for weeks.
    sa.Index("ix_notices_kind_due_at", "kind", "due_at"),
    sqlite_with_rowid=False,
)
