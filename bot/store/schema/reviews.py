"""Alerts in review: who submitted what, how it came back, what each organizer last saw; and who works alone."""

import sqlalchemy as sa

from bot.store.columns import public, sealed
from bot.store.schema.kinds import BigId, UtcDateTime, metadata

reviews = sa.Table(
    "reviews",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=True),
    public("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False, index=True),
    public("submitted_by", BigId, sa.ForeignKey("organizers.id"), nullable=False),
    # No foreign key: a plan is written down when it is approved.
    public("plan_sha256", sa.String(64), nullable=False),
    public("submitted_at", UtcDateTime, nullable=False),
    public("returned_by", BigId, sa.ForeignKey("organizers.id"), nullable=True),
    public("returned_at", UtcDateTime, nullable=True),
    # Goes with the alert, with whoever wrote it, or after a month.
    sealed("note", nullable=True),
)

looks = sa.Table(
    "looks",
    metadata,
    public("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    public("organizer_id", BigId, sa.ForeignKey("organizers.id"), primary_key=True),
    public("revision", sa.Integer, nullable=False),
)

working_alone = sa.Table(
    "working_alone",
    metadata,
    # Rows stay: they say who sent alone, from when to when.
    public("id", BigId, primary_key=True, autoincrement=True),
    public("organizer_id", BigId, sa.ForeignKey("organizers.id"), nullable=False),
    public("since", UtcDateTime, nullable=False),
    public("until", UtcDateTime, nullable=True),
)
