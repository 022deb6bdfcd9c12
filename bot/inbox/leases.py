"""Which updates' replies this process may post. A lease ends when the heartbeat stops for too long: others may have it.

Whoever was stopped, slept or was starved does not know it. So it is asked before each byte that is written.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

from bot.delivery.liveness import Heartbeat
from bot.domain.rank import FIRST, ORGANIZER

ROOM = 256
"""Updates whose replies this process holds at the most."""

RESERVED = 64
"""Room beyond that for the first ranks, and so much again for organizers: the others' room may be full."""

CHAT_ROOM = 8
"""Of those, one chat's at the most: nobody takes the room of the others."""


def room(rank: int) -> int:
    """Return how many updates may be held for one more of this rank to be taken."""
    return ROOM + (RESERVED if rank <= FIRST else 0) + (RESERVED if rank <= ORGANIZER else 0)


class Leases(Collection[int]):
    """The updates whose replies this process holds, each since a second of the loop's clock."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        self._heartbeat = heartbeat
        self._since: dict[int, float] = {}

    def __len__(self) -> int:
        """Return how many are held, also those that others may have by now."""
        return len(self._since)

    def __iter__(self) -> Iterator[int]:
        """Go through the updates."""
        return iter(self._since)

    def __contains__(self, update_id: object) -> bool:
        """Whether an update is held, or was, and others may have it by now."""
        return update_id in self._since

    def take(self, *update_ids: int, written_at: float) -> None:
        """Hold updates whose leases have committed with a heartbeat; `written_at`: see `Heartbeat.write`."""
        if update_ids:
            self._since |= dict.fromkeys(update_ids, self._heartbeat.leased(written_at))

    def own(self, update_id: int) -> None:
        """Hold an update for as long as this process lives: its row is done, so that nobody else can take it."""
        self._since[update_id] = math.inf

    def is_own(self, update_id: int) -> bool:
        """Whether nobody else can take it."""
        return self._since.get(update_id) == math.inf

    def holds(self, update_id: int) -> bool:
        """Whether nobody else can have taken it."""
        return self._holds_since(self._since.get(update_id, -math.inf))

    def guard(self, update_id: int) -> Callable[[], bool]:
        """Return what tells whether this process may have been taken for dead since, also when this is let go of."""
        return partial(self._holds_since, self._since.get(update_id, -math.inf))

    def lapsed(self) -> list[int]:
        """Return what others may have by now."""
        return [update_id for update_id, since in self._since.items() if not self._holds_since(since)]

    def let_go(self, update_ids: Iterable[int]) -> None:
        """Hold these no longer."""
        for update_id in update_ids:
            self._since.pop(update_id, None)

    def clear(self) -> None:
        """Hold nothing any longer."""
        self._since.clear()

    def _holds_since(self, since: float) -> bool:
        return since == math.inf or self._heartbeat.holds_since(since)
