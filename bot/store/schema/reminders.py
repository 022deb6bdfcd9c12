"""When the alerts that were sent remind."""

import sqlalchemy as sa

from bot.store.columns import public
from bot.store.schema.kinds import BigId, UtcDateTime, metadata

reminders = sa.Table(
    "reminders",
    metadata,
    # The sending that it follows, and which of its reminders it is, from 1.
    public("broadcast_id", BigId, sa.ForeignKey("broadcasts.id"), primary_key=True),
    public("number", sa.SmallInteger, primary_key=True, autoincrement=False),
    public("due_at", UtcDateTime, nullable=False),
    # From then on it is sent to nobody.
    public("over_at", UtcDateTime, nullable=False),
    # Only for who began on an earlier day; none: on any.
    public("began_before", sa.Date, nullable=True),
    # The broadcast that reminds, once it is queued: there is one at most.
    public("remind_id", BigId, nullable=True, unique=True),
    sa.Index("ix_reminders_due_at", "due_at"),
    sqlite_with_rowid=False,
)
