"""Counts that do not tell on anybody: while an audience is being built, a tenth of the people is counted, ten times.

Who is of that tenth, the *panel*, is decided once, by the last digit of the number that was drawn at random for them
when they joined, and that is shown nowhere. Whoever is not of it changes no estimate, whatever is asked, however
often and by whoever knows everything else: so a guess at one person's membership is right at most by half, and half of
a tenth more. Noise on exact counts does not hold that: see decision 20.
"""

import math
from collections.abc import Mapping
from typing import TypeVar

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import Audience, Topic

PANEL = 10
"""One in so many is counted."""

TOO_FEW = 10
"""An audience that was built reaches at least so many: fewer read as *fewer*, and are not sent to."""

SPREADS = 2
"""Standard deviations within which a count lies nineteen times in twenty."""

EVERYBODY = Topic(topic=DEFAULT_TOPIC)

Key = TypeVar("Key")


def is_on_panel(person_id: int) -> bool:
    """Whether a person is counted."""
    return person_id % PANEL == 0


def is_everybody(audience: Audience) -> bool:
    """Whether it is simply all who get the alerts: the one audience whose total is told exactly."""
    return set(audience.terms) == {EVERYBODY}


def estimated(on_panel: Mapping[Key, int]) -> dict[Key, int]:
    """Return how many there are, about, where so many of them are on the panel."""
    return {key: PANEL * n for key, n in on_panel.items() if n}


def at_most(people: int, counted: Mapping[Key, int]) -> dict[Key, int]:
    """Return how many there are of each where only so many are drawn of all: their shares, rounded to whole people."""
    total = sum(counted.values())
    if total <= people:
        return dict(counted)
    shares = {key: divmod(n * people, total) for key, n in counted.items()}
    left = people - sum(whole for whole, _ in shares.values())
    rounded_up = set(sorted(shares, key=lambda key: -shares[key][1])[:left])
    return {key: whole + (key in rounded_up) for key, (whole, _) in shares.items()}


def margin(estimate: int) -> int:
    """Return by how much an estimate may be off, nineteen times in twenty, in whole tens."""
    spread = math.sqrt((PANEL - 1) * max(estimate, 0))
    return math.ceil(SPREADS * spread / PANEL) * PANEL
