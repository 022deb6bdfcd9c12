"""Leaving the database to a flood of updates that are still to be stored."""

import asyncio
from collections.abc import Callable

from bot.domain.rank import LAST

YIELDING_SECONDS = 1.0
"""However much comes in, it is given way to for so long at the most, and then for as long not."""


class Yielding:
    """Which ranks are applied now. `last_rank`: the last one that need not wait for what comes in; `LAST` at rest."""

    def __init__(self, last_rank: Callable[[], int]) -> None:
        self._last_rank = last_rank
        self._pressed_since: float | None = None

    def rank(self) -> int:
        """Return the last rank to be applied now; while a flood is coming in, the rest leaves the database to it."""
        last = self._last_rank()
        if last == LAST:
            self._pressed_since = None
            return LAST
        now = asyncio.get_running_loop().time()
        if self._pressed_since is None:
            self._pressed_since = now
        yields = (now - self._pressed_since) % (2 * YIELDING_SECONDS) < YIELDING_SECONDS
        return last if yields else LAST
