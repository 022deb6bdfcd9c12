"""Replies on which nothing hangs: posted after everything else, one of a chat, and dropped where too many wait.

No update is kept open for them: whoever is killed has lost them, and what they would have changed stays as it is.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.domain.rank import LAST
from bot.telegram_io.replies import Reply

LATE_ROOM, LATE_SECONDS = 256, 20.0
"""So many of them wait for their turn at the most, and for so long."""


class LateReplies:
    """What waits for its turn behind everybody else. `post`: posts a reply at a rank, within its patience."""

    def __init__(self, post: Callable[..., Awaitable[bool]]) -> None:
        self._post = post
        self._tasks: dict[bytes | int, asyncio.Task[bool]] = {}

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._tasks)

    def post(self, key: bytes | int, reply: Reply, *, if_still: Callable[[], bool]) -> None:
        """Post it when its turn comes, if this still holds; where too much waits already, not at all.

        `if_still`: this process was not taken for dead meanwhile; others would have posted for it, and something newer.
        """
        if len(self._tasks) >= LATE_ROOM or key in self._tasks:
            return

        async def posting() -> bool:
            return await self._post(reply, rank=LAST, patience=LATE_SECONDS, if_still=if_still)

        task = self._tasks[key] = asyncio.create_task(posting())

        def forget(ended: asyncio.Task[bool]) -> None:
            if self._tasks.get(key) is ended:
                del self._tasks[key]

        task.add_done_callback(forget)

    async def drop(self, key: bytes | int) -> None:
        """Drop what still waits for a chat of which something newer is posted now."""
        task = self._tasks.pop(key, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def drop_all(self) -> None:
        """Drop everything: nobody waits for it."""
        for key in list(self._tasks):
            await self.drop(key)
