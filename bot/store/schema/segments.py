"""Segments: audiences that were saved under a name."""

import sqlalchemy as sa

from bot.store.columns import public
from bot.store.schema.kinds import BigId, Json, UtcDateTime, metadata

segments = sa.Table(
    "segments",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=True),
    public("name", sa.String(64), nullable=False),
    public("terms", Json, nullable=False),
    public("created_by", BigId, sa.ForeignKey("organizers.id"), nullable=True),
    public("created_at", UtcDateTime, nullable=False),
    # Alerts that were drawn from it still say so, by its name.
    public("removed_at", UtcDateTime, nullable=True),
)
