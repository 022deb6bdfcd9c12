"""Which counts of a table may be shown: none that could tell on one person."""

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
    """Return the counts of one table that may be shown beside their total, in the same order."""
    shown: dict[Key, Shown] = {key: n if n >= FEW else Hidden.FEW for key, n in counts.items()}
    hidden = [key for key, n in shown.items() if n is Hidden.FEW]
    large = [key for key, n in counts.items() if n >= FEW]
    if len(hidden) == 1 and large:
        shown[min(large, key=lambda key: counts[key])] = Hidden.WITHHELD
    return shown
