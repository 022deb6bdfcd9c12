"""What people chose, as columns of their rows."""

from typing import Any

import sqlalchemy as sa

from bot.domain.preferences import DIGESTS, Preferences, QuietHours, Rhythm
from bot.store.schema import subscribers

PREFERENCES = (
    subscribers.c.rhythm,
    subscribers.c.zone,
    subscribers.c.quiet_from,
    subscribers.c.quiet_until,
    subscribers.c.digest_hour,
    subscribers.c.digest_day,
    subscribers.c.locality,
)
"""The columns that `preferences_of` reads."""

TOGETHER = 100
"""Combinations of what people chose in one statement; SQLite takes no more than a thousand conditions."""


def preferences_of(row: Any) -> Preferences:
    """Return what a person chose, as a row with `PREFERENCES` has it."""
    has_quiet = row.quiet_from is not None and row.quiet_until is not None
    return Preferences(
        rhythm=Rhythm(row.rhythm),
        zone=row.zone,
        quiet=QuietHours(start=row.quiet_from, end=row.quiet_until) if has_quiet else None,
        digest_hour=row.digest_hour,
        digest_day=row.digest_day,
        locality=row.locality,
    )


def values_of(chosen: Preferences) -> dict[str, Any]:
    """Return what a person chose as values of the columns."""
    return {
        "rhythm": chosen.rhythm,
        "zone": chosen.zone,
        "quiet_from": None if chosen.quiet is None else chosen.quiet.start,
        "quiet_until": None if chosen.quiet is None else chosen.quiet.end,
        "digest_hour": chosen.digest_hour,
        "digest_day": chosen.digest_day,
        "locality": chosen.locality,
    }


def at_once(*, urgent: bool) -> sa.ColumnElement[bool]:
    """Return `receives_at_once` as SQL."""
    if urgent:
        return subscribers.c.rhythm.in_([Rhythm.EVERY.value, Rhythm.URGENT.value])
    return subscribers.c.rhythm == Rhythm.EVERY.value


def wants_digest() -> sa.ColumnElement[bool]:
    """Return the condition that a person wants digests; in these words, so that the index of them is found."""
    return sa.and_(
        sa.text("subscribers.digest_hour IS NOT NULL"),
        subscribers.c.rhythm.in_([rhythm.value for rhythm in sorted(DIGESTS)]),
    )
