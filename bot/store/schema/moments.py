"""Moments whose card is out: when they open and close, and whether their thanks were queued."""

import sqlalchemy as sa

from bot.store.columns import public
from bot.store.schema.kinds import BigId, UtcDateTime, metadata

moments = sa.Table(
    "moments",
    metadata,
    # The alert that was sent first; a correction moves its times.
    public(
        "alert_id",
        BigId,
        sa.ForeignKey("alerts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    # The broadcast that brought the card, which the thanks follow.
    public("broadcast_id", BigId, nullable=False),
    public("opens_at", UtcDateTime, nullable=False),
    public("closes_at", UtcDateTime, nullable=False),
    # None as long as nobody was thanked.
    public("settled_at", UtcDateTime, nullable=True),
)
