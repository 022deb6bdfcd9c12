"""Telling what happens in the world to whoever waits for it."""

import asyncio
import weakref
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Something happened in the world.

    `kind` is person, message, edit, delete, pin, answer, action or profile.
    """

    kind: str
    chat_id: int | None = None
    message_id: int | None = None


class Changes(AsyncIterator[Change]):
    """The changes since it was made, one after another, for as long as somebody holds it."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Change] = asyncio.Queue()

    def put(self, change: Change) -> None:
        """Hand a change to whoever iterates."""
        self._waiting.put_nowait(change)

    async def __anext__(self) -> Change:
        return await self._waiting.get()


class Herald:
    """Wakes those who wait and tells those who listen. Costs nothing while nobody does either."""

    def __init__(self) -> None:
        self._waiters: list[asyncio.Future[None]] = []
        self._listeners: weakref.WeakSet[Changes] = weakref.WeakSet()

    def __len__(self) -> int:
        return len(self._listeners)

    def tell(self, kind: str, chat_id: int | None = None, message_id: int | None = None) -> None:
        """Announce a change."""
        if self._waiters:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)
        if self._listeners:
            change = Change(kind=kind, chat_id=chat_id, message_id=message_id)
            for listener in self._listeners:
                listener.put(change)

    async def wait_for(self, predicate: Callable[[], T], *, seconds: float) -> T:
        """Return the predicate's first true value, looking again at every change. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (value := predicate()):
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.append(waiter)
                await waiter
            return value

    def listen(self) -> Changes:
        """Return an asynchronous iterator over the changes from now on."""
        changes = Changes()
        self._listeners.add(changes)
        return changes
