"""SQLite: one writer with grouped commits, and readers that never wait for it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.connection import unbroken

GROUP_LIMIT = 64
"""Transactions that share one commit at the most, so that the first of them does not wait long."""

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)


class _Group:
    """The transactions that wait for one commit."""

    def __init__(self) -> None:
        self.size = 0
        self.lost: Exception | None = None
        self.committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # Somebody always learns of a failed commit; those who went away before need not.
        self.committed.add_done_callback(lambda future: future.cancelled() or future.exception())


class Sqlite:
    """SQLite: one connection writes, each transaction in a savepoint of its own.

    Transactions that come while others are under way share a commit, and so a wait for the disk. Each
    block ends only once its commit has: what it did is durable then, as if it had been alone.
    """

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        url = sa.URL.create("sqlite+aiosqlite", database=str(path))
        self._write_engine = _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=1)
        self._read_engine = _sqlite_engine(url, begin="BEGIN", pool_size=4)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._group: _Group | None = None
        self._connection: AsyncConnection | None = None
        self._settling: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction; it waits for its turn and, at the end, for the shared commit."""
        await self._take_turn()
        try:
            group, connection = await unbroken(self._join_group())
            async with _undoable(group, connection):
                yield connection
        finally:
            try:
                await self._leave_group()
            finally:
                self._turn.release()
        await asyncio.shield(group.committed)

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a snapshot; it never waits for the writer."""
        return self._read_engine.connect()

    async def compact(self) -> bool:
        """Move the write-ahead log into the database and cut it to nothing; a long reader can be in the way."""
        async with self._turn:
            await self._commit()
            if self._connection is None:
                self._connection = await self._write_engine.connect()
            driver = await self._connection.get_raw_connection()
            asked = await driver.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]  # aiosqlite
            [(busy, _, _)] = await asked.fetchall()
            await asked.close()
            await self._connection.rollback()
            return not busy

    async def close(self) -> None:
        """Commit what is open, empty the write-ahead log, close."""
        async with self._turn:
            await self._commit()
            if self._connection is not None:
                await self._connection.close()
                self._connection = None
        await self._read_engine.dispose()
        await self._write_engine.dispose()

    async def _take_turn(self) -> None:
        self._waiting += 1
        try:
            await self._turn.acquire()
        except asyncio.CancelledError:
            # The group may have counted on this one to commit it.
            if self._waiting == 1 and self._group is not None:
                task = asyncio.ensure_future(self._settle())
                self._settling.add(task)
                task.add_done_callback(self._settling.discard)
            raise
        finally:
            self._waiting -= 1

    async def _settle(self) -> None:
        async with self._turn:
            await unbroken(self._commit())

    async def _join_group(self) -> tuple[_Group, AsyncConnection]:
        if self._connection is None:
            self._connection = await self._write_engine.connect()
        if self._group is None:
            try:
                await self._connection.begin()
            except BaseException:
                await self._let_go()
                raise
            self._group = _Group()
        return self._group, self._connection

    async def _let_go(self) -> None:
        """Close a connection whose state is not known; the next transaction opens a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()

    async def _leave_group(self) -> None:
        """Commit, unless somebody who waits can do it for this one too."""
        if self._group is not None:
            self._group.size += 1
            if not self._waiting or self._group.size >= GROUP_LIMIT:
                await unbroken(self._commit())

    async def _commit(self) -> None:
        group, self._group = self._group, None
        if group is None or self._connection is None:
            return
        try:
            await _end(group, self._connection)
        except BaseException as error:
            group.committed.set_exception(error)
            # SQLite may still be in the transaction whose commit failed.
            await self._let_go()
            if not isinstance(error, Exception):
                raise
        else:
            group.committed.set_result(None)


@asynccontextmanager
async def _undoable(group: _Group, connection: AsyncConnection) -> AsyncIterator[None]:
    """Undo this transaction alone if it fails."""
    if not group.size:
        # The first of a group has nothing before it to keep, and so needs no savepoint.
        try:
            yield
        except BaseException:
            await _or_lose_all(group, _begin_again(connection))
            raise
        return
    savepoint = connection.begin_nested()
    try:
        await unbroken(savepoint.start())
        yield
    except BaseException:
        if savepoint.is_active:
            await _or_lose_all(group, savepoint.rollback())
        raise
    await _or_lose_all(group, savepoint.commit())


async def _or_lose_all(group: _Group, work: Coroutine[Any, Any, None]) -> None:
    """Where this fails, SQLite has given up the whole transaction, as on a full disk."""
    try:
        await unbroken(work)
    except Exception as error:
        group.lost = error
        raise


async def _end(group: _Group, connection: AsyncConnection) -> None:
    if group.lost is not None:
        raise group.lost
    await connection.commit()


async def _begin_again(connection: AsyncConnection) -> None:
    await connection.rollback()
    await connection.begin()


def _sqlite_engine(url: sa.URL, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=8, pool_timeout=60, hide_parameters=True
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver would begin transactions of its own, too late and not immediate.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    @sa.event.listens_for(engine.sync_engine, "commit")
    def _commit(connection: sa.Connection) -> None:
        # The driver's own commit says nothing when there is no transaction any more.
        connection.exec_driver_sql("COMMIT")

    return engine
