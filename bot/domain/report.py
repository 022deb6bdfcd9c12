"""What came of a broadcast: how many it was sent to, how many left after it, and both by language and source."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.broadcast import Broadcast, Tally
from bot.domain.delivery import DeliveryState
from bot.domain.growth import GOES, GrowthCount, total
from bot.domain.outcome import ActionCount, ActionEvent, Outcome, Step, in_all

REPORTED_AFTER = timedelta(hours=24)
"""So long after its end the report of a broadcast comes by itself."""

REPORTED_UNTIL = timedelta(hours=72)
"""Later than this after the end it is no news any more: /report has it."""

ERASED = ""
"""Stands for the locale of who was erased before they were counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportCount:
    """So many deliveries to people of a locale and a source are in this state. `source_id`: None of no link."""

    locale: str
    source_id: int | None
    state: DeliveryState
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BroadcastReport:
    """What came of a broadcast. `counts`: by language and source, None until that is counted.

    `actions`: what people did or said of its alert; of a follow-up nothing, since the first one's report has it.
    `digested`: how many were sent it in a digest, beside those deliveries. `reminded`: how many reminders were sent.
    """

    broadcast: Broadcast
    tally: Tally
    counts: tuple[ReportCount, ...] | None
    departures: tuple[GrowthCount, ...]
    actions: tuple[ActionCount, ...] = ()
    digested: int = 0
    reminded: int = 0

    @property
    def left(self) -> int:
        """How many left, or blocked the bot, after it."""
        return total(self.departures, GOES)

    @property
    def acted(self) -> dict[ActionEvent, int]:
        """How many opened or pledged it, and how many said what; those that did not happen are left out."""
        sums = in_all(self.actions)
        return {event: sums[event] for event in (*Step, *Outcome) if sums[event] > 0}


Key = TypeVar("Key")


def states_by(
    counts: Sequence[ReportCount], by: Callable[[ReportCount], Key]
) -> dict[Key, dict[DeliveryState, int]]:
    """Return how many deliveries are in each state, by a key; the largest first."""
    sums: dict[Key, Counter[DeliveryState]] = {}
    for count in counts:
        sums.setdefault(by(count), Counter())[count.state] += count.n
    ordered = sorted(sums.items(), key=lambda item: (-item[1].total(), str(item[0])))
    return {key: dict(states) for key, states in ordered}


def left_by(departures: Sequence[GrowthCount], by: Callable[[GrowthCount], Key]) -> dict[Key, int]:
    """Return how many left after a broadcast, by a key."""
    sums: Counter[Key] = Counter()
    for count in departures:
        if count.event in GOES:
            sums[by(count)] += count.n
    return {key: max(n, 0) for key, n in sums.items()}


def is_due(broadcast: Broadcast, *, now: datetime) -> bool:
    """Whether its report is to be sent by itself."""
    ended = broadcast.ended_at
    return ended is not None and ended + REPORTED_AFTER <= now < ended + REPORTED_UNTIL
