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

    def remove(self, turn: Turn) -> None:
        """Let one go that gave up.

        Raises ValueError where it does not wait.
        """
        for entry in self._heap:
            if entry[2] is turn:
                self._heap.remove(entry)
                heapq.heapify(self._heap)
                return
        raise ValueError
