"""Threads: what people ask a person of the campaign; and whether they may.

Without the key nothing here tells two people apart who ask the same: ids are drawn at random, the words are sealed and
padded, all of a thread in one, and of its times no more is kept than the hour.
"""

import sqlalchemy as sa

from bot.store.columns import public, ref, sealed
from bot.store.schema.kinds import HOUR, MINUTE, Age, BigId, metadata

threads = sa.Table(
    "threads",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=False),
    # Everybody has one at the most.
    ref("ref", nullable=False, unique=True),
    public("locale", sa.String(16), nullable=False),
    # Every message of both sides; None once it is closed.
    sealed("words", nullable=True),
    public("waits_since", Age(HOUR), nullable=True),
    public("touched_at", Age(HOUR), nullable=False),
    public("taken_by", BigId, sa.ForeignKey("organizers.id", ondelete="SET NULL"), nullable=True, index=True),
    # Finer than the rest: who has it in hand has it for an hour.
    public("taken_at", Age(MINUTE), nullable=True),
    # How many messages were passed on, on this day.
    public("day", sa.Date, nullable=False),
    public("sent", sa.SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

thread_switch = sa.Table(
    "thread_switch",
    metadata,
    # One row, or none: then people may ask.
    public("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    public("is_on", sa.Boolean, nullable=False),
)
