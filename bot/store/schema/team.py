"""Organizers and invitations."""

import sqlalchemy as sa

from bot.store.columns import WhenErased, public, ref, sealed
from bot.store.schema.kinds import BigId, UtcDateTime, metadata

organizers = sa.Table(
    "organizers",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=True),
    ref("ref", nullable=False, unique=True, erased=WhenErased.STAYS),
    public("role", sa.String(16), nullable=False),
    public("since", sa.Date, nullable=False),
    sealed("name", nullable=True),
    # Who was removed stays known by number: what they wrote is still theirs, should they come back; unless they erase
    # themselves, for then the ref is nobody's.
    public("removed_on", sa.Date, nullable=True),
    # When they last lost the right to approve, if ever.
    public("approved_until", UtcDateTime, nullable=True),
    # From when on they may approve, where that is a new right of theirs.
    public("approves_from", UtcDateTime, nullable=True),
)

invitations = sa.Table(
    "invitations",
    metadata,
    public("code_sha256", sa.LargeBinary, primary_key=True),
    public("role", sa.String(16), nullable=False),
    public("expires_at", UtcDateTime, nullable=False),
)
