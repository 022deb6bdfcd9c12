"""What repeats, and the mark of each occurrence that has begun."""

import sqlalchemy as sa

from bot.store.columns import public
from bot.store.schema.kinds import BigId, Json, UtcDateTime, metadata

series = sa.Table(
    "series",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=True),
    # One for each alert that repeats; what goes out are copies of it.
    public("alert_id", BigId, sa.ForeignKey("alerts.id"), nullable=False, unique=True),
    public("organizer_id", BigId, sa.ForeignKey("organizers.id"), nullable=True),
    public("rule", Json, nullable=False),
    public("status", sa.String(16), nullable=False),
    # The day of the next occurrence, and from when on it begins for anybody; none where it has ended.
    public("next_day", sa.Date, nullable=True),
    public("next_at", UtcDateTime, nullable=True, index=True),
    # The version of the zones that this was reckoned by.
    public("tzdata", sa.String(16), nullable=False),
    public("created_at", UtcDateTime, nullable=False),
)

occurrences = sa.Table(
    "occurrences",
    metadata,
    # What begins, and when: it is written with what it begins, and only once.
    public("key", sa.String(64), primary_key=True),
    public("broadcast_id", BigId, nullable=False, index=True),
    public("due_at", UtcDateTime, nullable=False),
    public("begun_at", UtcDateTime, nullable=False),
)
