"""The links that supporters share: their own, which counts who joins by it, and one for each alert."""

import sqlalchemy as sa

from bot.store.columns import code, count, public, ref
from bot.store.schema.kinds import BigId, metadata

friend_links = sa.Table(
    "friend_links",
    metadata,
    # Whose link it is. Nothing says who joined by it.
    ref("ref", primary_key=True),
    # What the link carries. People show it to others, so that in clear it would name them to who has the database.
    code("code", nullable=False, unique=True),
    count("joined", nullable=False),
    sqlite_with_rowid=False,
)

alert_links = sa.Table(
    "alert_links",
    metadata,
    public("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    # What the link carries: drawn at random, so that nobody counts alerts by it.
    public("code", sa.String(16), nullable=False, unique=True),
)
