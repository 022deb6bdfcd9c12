"""How the list grows: people who came and went, by week, as sums."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

WEEKS = 8
"""How many weeks of growth are shown together, at first with the week that has begun."""

DAYS_AFTER = timedelta(days=2)
"""Who leaves on the day a broadcast ended, or so many days after, is counted as having left after it.

Days, since consent records keep no more: taking it back within a day finds the same broadcast again.
"""


class GrowthEvent(StrEnum):
    """What happened to the list."""

    JOINED = "joined"
    LEFT = "left"
    BLOCKED = "blocked"


GOES = (GrowthEvent.LEFT, GrowthEvent.BLOCKED)
"""How people go: they say so, or they block the bot."""


class GrowthBy(StrEnum):
    """What growth is shown by."""

    WEEK = "week"
    LOCALE = "locale"
    SOURCE = "source"


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthCount:
    """So many people of a locale and a source, in the week that begins on this Monday. `source_id`: None of no link."""

    week: date
    locale: str
    source_id: int | None
    event: GrowthEvent
    n: int


def week_of(day: date) -> date:
    """Return the Monday of its week."""
    return day - timedelta(days=day.weekday())


def weeks_until(today: date, *, page: int = 0) -> list[date]:
    """Return the Mondays of the last weeks, oldest first; the last is this week's. `page`: of so many weeks before."""
    this = week_of(today) - timedelta(weeks=page * WEEKS)
    return [this - timedelta(weeks=ago) for ago in range(WEEKS - 1, -1, -1)]


Key = TypeVar("Key")


def summed(
    counts: Iterable[GrowthCount], by: Callable[[GrowthCount], Key], *, keys: Sequence[Key] = ()
) -> dict[Key, dict[GrowthEvent, int]]:
    """Return the sums of each event by a key, for these keys at the least.

    No sum is below nothing: who took leaving back in another language is taken off that one's sum.
    """
    sums: dict[Key, Counter[GrowthEvent]] = {key: Counter() for key in keys}
    for count in counts:
        sums.setdefault(by(count), Counter())[count.event] += count.n
    return {key: {event: max(sum_[event], 0) for event in GrowthEvent} for key, sum_ in sums.items()}


def total(counts: Iterable[GrowthCount], events: Collection[GrowthEvent]) -> int:
    """Return how many people these events happened to."""
    return max(sum(count.n for count in counts if count.event in events), 0)
