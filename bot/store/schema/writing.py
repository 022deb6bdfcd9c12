"""Who is writing which language of an alert at the moment."""

import sqlalchemy as sa

from bot.store.columns import public
from bot.store.schema.kinds import BigId, UtcDateTime, metadata

alert_writers = sa.Table(
    "alert_writers",
    metadata,
    # Each organizer writes in one place at a time.
    public("organizer_id", BigId, sa.ForeignKey("organizers.id", ondelete="CASCADE"), primary_key=True),
    public("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False, index=True),
    public("locale", sa.String(16), nullable=False),
    public("since", UtcDateTime, nullable=False),
)
