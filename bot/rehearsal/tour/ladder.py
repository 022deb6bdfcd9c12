"""The supporters' ladder of a tour: the bot's numbers beside what its world saw people do, and where they disagree."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

RUNGS = {
    "sent": "sent",
    "opened": "opened",
    "done": "said they did it",
    "shared": "shared",
    "joined": "joined through it",
}
"""What each step is called."""

NOT_COUNTED = -1
"""Stands for a notice that does not say that a tap counts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """How many people came to each step with one alert."""

    sent: int
    opened: int
    done: int
    shared: int
    joined: int

    def in_words(self) -> str:
        """Return it in a line."""
        return " → ".join(f"{called} {getattr(self, name):,}" for name, called in RUNGS.items())


def ladder_problems(said: Ladder, seen: Ladder, *, unknown: int = 0) -> Iterator[str]:
    """Yield each step of which the bot says another number than its world saw. What is `unknown` came, or did not."""
    for name, called in RUNGS.items():
        told, truth = asdict(said)[name], asdict(seen)[name]
        if not told <= truth <= told + (unknown if name == "sent" else 0):
            yield f"The bot says {called} {told}; the world saw {truth}."


def post_problems(what: str, got: Mapping[int, int], wanted: Collection[int]) -> Iterator[str]:
    """Yield what must not be of a message to many; `got` counts it by chat id."""
    if missed := set(wanted) - set(got):
        yield f"{what} did not come to {len(missed)} of {len(wanted)}."
    if twice := sum(n > 1 for n in got.values()):
        yield f"{what} came more than once to {twice}."
    if strangers := set(got) - set(wanted):
        yield f"{what} came to {len(strangers)} whom it was not for."


def count_problems(
    heard: Iterable[int | None], *, people: int, told: Callable[[int], int | None]
) -> Iterator[str]:
    """Yield what must not be of the numbers that `people` were told at a moment: one for each, from the first on.

    Who was answered too late heard none. `told`: a number as people are told it; None where none is said.
    """
    counted = Counter(heard)
    if missed := counted[NOT_COUNTED]:
        yield f"Taps at the moment that were not counted: {missed}."
    elif counted - Counter(told(n) for n in range(1, people + 1)):
        yield "The numbers told at the moment are not those of one count that grows by each tap."


def file_problems(text: str, *, theirs: Mapping[str, Any], others: Iterable[str]) -> Iterator[str]:
    """Yield what must not be of a file with what is kept about somebody.

    `theirs`: what it is to say. `others`: what would name anybody at all.
    """
    told = json.loads(text)
    [person] = told["subscriber"] or [{}]
    said = {
        "locale": person.get("locale"),
        "zone": person.get("zone"),
        "deliveries": sorted(each["broadcast_id"] for each in told["deliveries"] if each["state"] == "sent"),
        "steps": [each["alert_id"] for each in told["steps"]],
        "outcomes": [each["alert_id"] for each in told["outcomes"]],
        "consents": len(told["consents"]),
    }
    for name, value in theirs.items():
        if said[name] != value:
            yield f"The file of what is kept says {name} {said[name]}; it was {value}."
    if any(each in text for each in others):
        yield "The file of what is kept names somebody."
