"""Replies that wait for the budget: the lowest rank goes first, and of one rank whoever came first."""

import asyncio
import heapq
from itertools import count

Turn = asyncio.Future[None]


class Waiting:
    """The queue."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Turn]] = []
        self._arrivals = count()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._heap)

    def append(self, turn: Turn, rank: int) -> None:
        """Let one wait; a lower rank (`bot.domain.rank`) is earlier."""
        heapq.heappush(self._heap, (rank, next(self._arrivals), turn))

    def popleft(self) -> Turn:
        """Take whose turn it is."""
        return heapq.heappop(self._heap)[2]

    def discard(self, turn: Turn) -> None:
        """Forget one that gave up waiting, if it is still here."""
        self._heap = [waiting for waiting in self._heap if waiting[2] is not turn]
        heapq.heapify(self._heap)
