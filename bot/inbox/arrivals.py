"""Updates as they were read on arrival, and when that was; others are read from the database."""

import time
from collections.abc import Callable, Iterable, Mapping

import orjson

from bot.store.inbox import ReceivedUpdate
from bot.telegram_io.updates import Incoming, read_update

REMEMBERED = 256
"""So many at the most."""

TIMED = 10_000
"""Of so many it is known since when they wait."""


class Arrivals:
    """What was stored by this process, and is not applied yet."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read: dict[int, Incoming] = {}
        self._at: dict[int, float] = {}

    def accept(self, arrived: Mapping[int, Incoming]) -> None:
        """Take note of updates that are stored."""
        self._read |= arrived
        while len(self._read) > REMEMBERED:
            del self._read[next(iter(self._read))]
        self._at |= dict.fromkeys(arrived, self._clock())
        while len(self._at) > TIMED:
            # Another process has applied it, or it waits among very many.
            del self._at[next(iter(self._at))]

    def read(self, update: ReceivedUpdate) -> Incoming | None:
        """Return what somebody did; it was read on arrival, unless another process or an earlier one stored it."""
        known = self._read.get(update.update_id)
        if known is not None:
            return known
        raw = orjson.loads(update.payload)
        return read_update(raw) if isinstance(raw, dict) else None

    def at(self, update_id: int) -> float | None:
        """Return the second of the monotonic clock at which an update was stored, where that is known."""
        return self._at.get(update_id)

    def forget(self, update_ids: Iterable[int]) -> None:
        """Let go of what was applied."""
        for update_id in update_ids:
            self._read.pop(update_id, None)
            self._at.pop(update_id, None)
