"""The one rule of which counts may be shown: none that could tell on one person.

A table shows no count below ten, nor one from which such a count follows; two tables of the same people withhold the
same. The number of a supporter's own link grows in steps. What an audience has is estimated: `bot.domain.estimate`.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import TypeVar

FEW = 10
"""Counts below this are not shown (the threshold of many statistical offices)."""


class Hidden(Enum):
    """Why a count is not shown."""

    FEW = auto()
    """It is below `FEW`; nothing included."""
    WITHHELD = auto()
    """The only one that is below could be worked out from the total, and the rest; so this one is not shown either."""


Shown = int | Hidden
"""A count as it may be shown."""

Key = TypeVar("Key")


def disclosed(counts: Mapping[Key, int]) -> dict[Key, Shown]:
    """Return the counts of one table that may be shown beside their total, in the same order.

    Noughts hide no other: who made a link that nobody has seen yet knows its count.
    """
    shown: dict[Key, Shown] = {key: n if n >= FEW else Hidden.FEW for key, n in counts.items()}
    hidden = [key for key, n in counts.items() if n < FEW]
    large = [key for key, n in counts.items() if n >= FEW]
    if (len(hidden) == 1 or sum(counts[key] > 0 for key in hidden) == 1) and large:
        shown[min(large, key=lambda key: (counts[key], str(key)))] = Hidden.WITHHELD
    return shown


def alike(*tables: Mapping[Key, Shown]) -> list[dict[Key, Shown]]:
    """Return tables of the same people over different times, with what one of them withholds withheld in all.

    Where all came in the last weeks, the number of all times is the one of these weeks.
    """
    withheld = {key for table in tables for key, n in table.items() if n is Hidden.WITHHELD}
    return [
        {key: Hidden.WITHHELD if key in withheld and isinstance(n, int) else n for key, n in table.items()}
        for table in tables
    ]


def stepwise(n: int) -> int | None:
    """Return how many joined by one supporter's link, at least: 3, 5, then whole tens; None below three.

    Told one by one it would tell whom the link was sent to last whether they joined.
    """
    if n >= FEW:
        return n // FEW * FEW
    return next((step for step in (5, 3) if n >= step), None)
