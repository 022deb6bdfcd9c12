"""Updates as they were read on arrival; others are read from the database."""

from collections.abc import Iterable, Mapping

import orjson

from bot.store.inbox import ReceivedUpdate
from bot.telegram_io.updates import Incoming, read_update

REMEMBERED = 256
"""So many at the most."""


class Arrivals:
    """What was stored by this process, and is not applied yet."""

    def __init__(self) -> None:
        self._read: dict[int, Incoming] = {}

    def accept(self, arrived: Mapping[int, Incoming]) -> None:
        """Take note of updates that are stored."""
        self._read |= arrived
        while len(self._read) > REMEMBERED:
            del self._read[next(iter(self._read))]

    def read(self, update: ReceivedUpdate) -> Incoming | None:
        """Return what somebody did; it was read on arrival, unless another process or an earlier one stored it."""
        known = self._read.get(update.update_id)
        if known is not None:
            return known
        raw = orjson.loads(update.payload)
        return read_update(raw) if isinstance(raw, dict) else None

    def forget(self, update_ids: Iterable[int]) -> None:
        """Let go of what was applied."""
        for update_id in update_ids:
            self._read.pop(update_id, None)
