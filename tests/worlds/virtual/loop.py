"""Time that passes only when nobody has anything to do: hours of a campaign in a second, the same each time."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any

import aiosqlite.core
import pytest
from sqlalchemy.connectors import asyncio as connectors
from sqlalchemy.dialects.postgresql import asyncpg as dialect

from bot.store import sqlite

ROUND_SECONDS = 1e-6
"""What one round of the loop takes, so that who asks again and again sees the time go by."""


REAL_SECONDS = 20.0
"""For how long PostgreSQL may keep everybody waiting; it works on a clock of its own."""


class NothingToCome(AssertionError):
    """Everybody waits for something that will never happen."""


class _Waiting(selectors.DefaultSelector):
    """Lets the time pass instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.asked = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return at once, as if the time had gone by."""
        if self.asked and timeout != 0:
            # PostgreSQL will answer: until then no time passes.
            self.now += ROUND_SECONDS
            if answers := super().select(REAL_SECONDS):
                return answers
            raise NothingToCome
        if timeout is None:
            raise NothingToCome
        self.now += max(ROUND_SECONDS, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on a clock of its own. Everything in it happens in one thread, in the same order always."""

    def __init__(self) -> None:
        self._waiting = _Waiting()
        super().__init__(self._waiting)

    def time(self) -> float:
        """Return the loop's second."""
        return self._waiting.now

    async def stand_still(self, work: Awaitable[Any]) -> Any:
        """Wait for what somebody else does, while no time passes."""
        self._waiting.asked += 1
        try:
            return await work
        finally:
            self._waiting.asked -= 1


class _Queue:
    """Does a connection's work in the loop's own thread, where aiosqlite would hand it to another."""

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        """Work now; who waits for it goes on in the loop's next round."""
        future, work = item
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  # it belongs to who waits
            if future is not None:
                future.get_loop().call_soon(aiosqlite.core.set_exception, future, error)
        else:
            if future is not None:
                future.get_loop().call_soon(aiosqlite.core.set_result, future, result)


class _NoThread:
    """Stands where aiosqlite has a thread."""

    daemon = False

    def __init__(self, **_about: Any) -> None:
        """Have nothing to do."""

    def start(self) -> None:
        """Have nothing to begin."""


def keep_to_one_thread(patch: pytest.MonkeyPatch) -> None:
    """Let SQLite work in the loop's own thread, and not wait for the disk: no test here cuts the power."""
    patch.setattr(aiosqlite.core, "SimpleQueue", _Queue)
    patch.setattr(aiosqlite.core, "Thread", _NoThread)
    quick = tuple(line.replace("synchronous=FULL", "synchronous=OFF") for line in sqlite.PRAGMAS)
    patch.setattr(sqlite, "PRAGMAS", quick)


def wait_for_postgresql(patch: pytest.MonkeyPatch) -> None:
    """Let no time pass while PostgreSQL works."""

    def still(await_: Callable[[Awaitable[Any]], Any]) -> Callable[[Awaitable[Any]], Any]:
        def awaited(work: Awaitable[Any]) -> Any:
            loop = asyncio.get_running_loop()
            return await_(loop.stand_still(work) if isinstance(loop, VirtualLoop) else work)

        return awaited

    for module in (connectors, dialect):
        patch.setattr(module, "await_", still(module.await_))
