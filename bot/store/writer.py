"""SQLite's one writer: it opens a transaction, gives it in turn to whoever waits, and commits it for all of them.

A commit waits for the disk, so those who come meanwhile share the next one. Each turn is a savepoint of its own: what
raises is undone alone. Whoever had a turn is told of the commit, and ends only then.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from bot.store.connection import unbroken
from bot.store.inline import Link, WritingConnection
from bot.store.next_writer import NextWriter

GROUP_LIMIT = 64
"""Turns that share one commit at the most, so that the first of them does not wait long."""


class _Turn:
    """One transaction's place in the queue: it is given the connection, its block ends, its commit is known."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.given: asyncio.Future[WritingConnection] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        self.committed: asyncio.Future[None] = loop.create_future()
        # Whose block raised does not ask any more.
        self.committed.add_done_callback(lambda future: future.cancelled() or future.exception())
        self.keep = False

    @property
    def gave_up(self) -> bool:
        """Whether the one who waited was cancelled."""
        return self.given.done()

    def end(self, *, keep: bool) -> None:
        """Give the connection back; what was done is to be kept, or undone."""
        self.keep = keep
        if not self.ended.done():
            self.ended.set_result(None)

    def fail(self, error: BaseException) -> None:
        """Tell that what it waits for will not come."""
        awaited = self.committed if self.given.done() else self.given
        if not awaited.done():
            awaited.set_exception(error)

    def succeed(self) -> None:
        """Tell that what was done is durable."""
        if not self.committed.done():
            self.committed.set_result(None)


class Writer:
    """The queue and the task that serves it; the task ends when nobody waits, so that an idle bot has none."""

    def __init__(self, connect: Callable[[], Coroutine[Any, Any, Link]], *, following: NextWriter) -> None:
        self._connect = connect
        self._following = following
        self._link: Link | None = None
        self._waiting: deque[_Turn] = deque()
        self._serving: asyncio.Task[None] | None = None
        self._between_groups = asyncio.Lock()
        self.commits = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[WritingConnection]:
        """Wait for a turn, and at the end of the block for the shared commit."""
        turn = _Turn()
        self._waiting.append(turn)
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        try:
            connection = await turn.given
            try:
                yield connection
            finally:
                connection.end()
        except BaseException:
            turn.end(keep=False)
            raise
        turn.end(keep=True)
        await turn.committed

    @asynccontextmanager
    async def alone(self, *, writes: bool = False) -> AsyncIterator[Link]:
        """Use the connection while no transaction is open. `writes`: to write without one, when it is its turn."""
        async with self._between_groups:
            link = await self._connected()
            async with self._following.place() if writes else nullcontext():
                yield link

    async def close(self) -> None:
        """Let everybody have their turn, then close the connection."""
        if self._serving is not None:
            await asyncio.wait([self._serving])
        async with self._between_groups:
            await self._disconnect()
        self._following.close()

    async def _serve(self) -> None:
        while self._waiting:
            async with self._between_groups:
                await self._serve_group()

    async def _serve_group(self) -> None:
        """Give turns in one transaction and commit it. Where that fails, none of them is kept."""
        group: list[_Turn] = []
        try:
            link = await self._connected()
            async with self._following.place():
                await link.wait("BEGIN IMMEDIATE")
            for turn in self._next_turns():
                group.append(turn)
                await _give(turn, link)
            await link.wait("COMMIT")
        except BaseException as error:
            # SQLite may still be in the transaction, or have given it up; a new connection is in neither state.
            await self._disconnect()
            for turn in group or self._next_turns(len(self._waiting)):
                turn.fail(error)
            if not isinstance(error, Exception):
                raise
        else:
            self.commits += 1
            for turn in group:
                turn.succeed()

    def _next_turns(self, limit: int = GROUP_LIMIT) -> Iterator[_Turn]:
        """Take from the queue, as long as there is somebody in it, those who did not give up."""
        while self._waiting and limit:
            turn = self._waiting.popleft()
            if not turn.gave_up:
                limit -= 1
                yield turn

    async def _connected(self) -> Link:
        if self._link is None:
            await unbroken(self._reconnect())
        assert self._link is not None  # noqa: S101  # or connecting had raised
        return self._link

    async def _reconnect(self) -> None:
        # Kept here, so that a connection is not lost whose caller was cancelled meanwhile.
        self._link = await self._connect()

    async def _disconnect(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            await link.close()


async def _give(turn: _Turn, link: Link) -> None:
    """Let one transaction have the connection until its block ends; what it did is kept or undone."""
    link.now("SAVEPOINT turn")
    turn.given.set_result(WritingConnection(link))
    await turn.ended
    if not turn.keep:
        await link.wait("ROLLBACK TO turn")
    link.now("RELEASE turn")
