"""The figures that a process counts about itself: how many, how long, never who. Declared here, counted anywhere.

What is counted waits in memory for `bot.jobs.figures`, which adds it to the campaign's totals in the database: so all
processes have one set of totals, whichever of them is asked. A crash loses what was counted in the last seconds.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

WAITS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0)
"""The bounds of the histograms, in seconds."""

MILLISECONDS = "ms"
"""In the place of a bound: the sum of all that was observed, in whole milliseconds."""

ABOVE = "+Inf"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One of them: its name as Prometheus has it, what it says, and what its values are told apart by."""

    name: str
    says: str
    labels: tuple[str, ...] = ()
    is_wait: bool = False


CALLS = Figure(
    name="campaign_calls",
    says="Requests to Telegram, by lane (reply, bulk) and by what came of them.",
    labels=("lane", "result"),
)
TOO_MANY = Figure(
    name="campaign_too_many_requests",
    says="Answers 429 from Telegram, by lane.",
    labels=("lane",),
)
DELIVERED = Figure(
    name="campaign_attempts_recorded",
    says="Attempts of broadcasts that were recorded, by the state of the delivery afterwards.",
    labels=("state",),
)
RECEIVED = Figure(
    name="campaign_updates_received",
    says="Updates that Telegram brought and that were stored; repeated ones count again.",
)
WAITED = Figure(
    name="campaign_update_wait_seconds",
    says="From an update's being stored until its effect was committed, and until its replies were posted.",
    labels=("until",),
    is_wait=True,
)
WARNED = Figure(
    name="campaign_warnings",
    says="Warnings and errors in the log, by level and event.",
    labels=("level", "event"),
)

FIGURES: Mapping[str, Figure] = {
    each.name: each for each in (CALLS, TOO_MANY, DELIVERED, RECEIVED, WAITED, WARNED)
}

REPLY, BULK = "reply", "bulk"
"""The lanes."""

APPLIED, POSTED = "applied", "posted"
"""Until when an update waited."""

Key = tuple[str, tuple[str, ...]]
"""A figure's name, its labels' values and, of a wait, the bound."""

_counted: Counter[Key] = Counter()


def count(figure: Figure, *labels: str, n: int = 1) -> None:
    """Count one more, or so many."""
    if n:
        _counted[figure.name, labels] += n


def observe(figure: Figure, seconds: float, *labels: str) -> None:
    """Note how long something took."""
    place = bisect_left(WAITS, seconds)
    bound = ABOVE if place == len(WAITS) else str(WAITS[place])
    _counted[figure.name, (*labels, bound)] += 1
    _counted[figure.name, (*labels, MILLISECONDS)] += max(0, round(seconds * 1000))


def drain() -> Counter[Key]:
    """Return what was counted since the last time."""
    drained = _counted.copy()
    _counted.clear()
    return drained


def requeue(drained: Counter[Key]) -> None:
    """Count again what could not be written down."""
    _counted.update(drained)


def cumulated(counts: Mapping[str, int]) -> list[tuple[str, float]]:
    """Return what was observed as Prometheus has it: for each bound, how many were not above it."""
    total, found = 0, []
    for bound in (*map(str, WAITS), ABOVE):
        total += counts.get(bound, 0)
        found.append((bound, float(total)))
    return found
