"""What supporters report, until an editor has decided and for a month after."""

import sqlalchemy as sa

from bot.store.columns import person, public, sealed
from bot.store.schema.kinds import BigId, metadata

sightings = sa.Table(
    "sightings",
    metadata,
    # Drawn at random: organizers' buttons carry it, and it tells of nobody.
    public("id", BigId, primary_key=True, autoincrement=False),
    public("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
    person(
        "subscriber_id",
        BigId,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    public("locale", sa.String(16), nullable=False),
    public("state", sa.String(16), nullable=False, index=True),
    sealed("answers", nullable=False),
    public("day", sa.Date, nullable=False),
    public("decided_on", sa.Date, nullable=True),
    sa.UniqueConstraint("alert_id", "subscriber_id"),
    sqlite_with_rowid=False,
)
