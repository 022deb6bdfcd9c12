"""SQLite's writing connection: point statements on the loop's own thread, whatever may wait in the driver's.

A point look-up in a write-ahead log waits for nobody, and handing it to a thread costs fifty times what it takes.
What can wait is the lock (BEGIN IMMEDIATE), the disk (COMMIT), and statements that go through many rows (`heavy`).
The connection is used from both threads, and never by both at once.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache
from typing import Any, Self, TypeVar

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.connection import Connection, unbroken
from bot.store.statements import Rows, Statement, text_of

Result = TypeVar("Result")

STEPS = 1000
"""After so many steps of SQLite's machine a guard is asked."""

guard: "Callable[[str, int], None] | None" = None
"""Told of a statement on the loop's thread each time it has taken so many more steps; tests set it."""


class Link:
    """The one open connection, as both threads see it."""

    def __init__(self, heavy: AsyncConnection, thread: aiosqlite.Connection, raw: sqlite3.Connection) -> None:
        self.raw = raw
        self.heavy = heavy
        self._thread = thread
        self.point: sa.Connection = _points(raw)
        self._busy = False
        self._running: object = ""
        self._steps = 0
        if guard is not None:
            raw.set_progress_handler(self._count, STEPS)

    @classmethod
    async def open(cls, engine: AsyncEngine, made: list[sqlite3.Connection]) -> Self:
        """Connect. The engine's factory leaves the driver's connection in `made`."""
        heavy = await engine.connect()
        # Alembic would begin and commit one of its own where it sees none.
        await heavy.begin()
        driver = (await heavy.get_raw_connection()).driver_connection
        assert isinstance(driver, aiosqlite.Connection)  # noqa: S101  # the engine is aiosqlite's
        return cls(heavy, driver, made.pop())

    async def wait(self, sql: str) -> list[Any]:
        """Run in the driver's thread what may wait for a lock or for the disk. Returns its rows."""
        with self.hand_over():
            try:
                return list(await unbroken(self._thread.execute_fetchall(sql)))
            except sqlite3.Error as error:
                raise translated(error, sql) from error

    def now(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run on this thread what waits for nobody."""
        self.begin(sql)
        try:
            return self.raw.execute(sql, parameters)
        except sqlite3.Error as error:
            raise translated(error, sql) from error

    def begin(self, statement: object) -> None:
        """Refuse what would use the connection twice at once."""
        if self._busy:
            msg = "SQLite's connection is at work in its thread: await one statement after the other"
            raise RuntimeError(msg)
        self._running, self._steps = statement, 0

    @contextmanager
    def hand_over(self) -> Iterator[None]:
        """Leave the connection to the driver's thread for as long as the block lasts."""
        self.begin("")
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    async def close(self) -> None:
        """Close the connection in its thread; what was not committed is undone."""
        with suppress(sa.exc.DBAPIError, sqlite3.Error):
            await unbroken(self.heavy.close())
        # It is closed already; SQLAlchemy is to ask it for nothing more.
        self.point.invalidate()
        self.point.close()

    def _count(self) -> int:
        self._steps += STEPS
        if guard is not None and not self._busy:
            guard(str(self._running), self._steps)
        return 0


class WritingConnection(Connection):
    """What one transaction sees of the link, until it ends."""

    def __init__(self, link: Link) -> None:
        super().__init__(link.heavy)
        self._link: Link | None = link

    @property
    def dialect(self) -> str:
        """`sqlite`."""
        return "sqlite"

    def end(self) -> None:
        """Refuse what comes after the transaction."""
        self._link = None

    async def execute(
        self, statement: sa.Executable, parameters: Any = None
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run a point statement, here and now; one for each of a list goes to the thread."""
        if isinstance(parameters, list):
            return await self.heavy(statement, parameters)
        link = self.link
        link.begin(statement)
        return _all_fetched(link.point.execute(statement, parameters))

    async def heavy(
        self, statement: sa.Executable, parameters: Any = None
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run a statement that may take its time in the driver's thread."""
        with self.link.hand_over():
            return await super().execute(statement, parameters)

    async def run_many(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run one statement for each of these rows, in the driver's thread."""
        with self.link.hand_over():
            await super().run_many(statement, rows)

    def heavily(self) -> Connection:
        """Return the same connection, with an `execute` that is `heavy`."""
        return _Heavy(self)

    async def run(self, statement: Statement, /, **parameters: Any) -> Rows:
        """Run a constant's text by the driver itself."""
        text = text_of(statement)
        cursor = self.link.now(text.sql, text.parameters(parameters))
        return Rows(text.rows(cursor.fetchall()), cursor.rowcount)

    async def run_locked(self, query: sa.Select[*tuple[Any, ...]], /, **parameters: Any) -> Rows:
        """Run a constant; who writes has the whole database."""
        return await self.run(query, **parameters)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Open a part of the transaction that is undone alone if its block raises."""
        link = self.link
        link.now("SAVEPOINT part")
        try:
            yield
        except BaseException:
            await link.wait("ROLLBACK TO part")
            link.now("RELEASE part")
            raise
        link.now("RELEASE part")

    async def exec_driver_sql(
        self, statement: str, parameters: Any = None
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run one statement as the driver takes it, here and now."""
        link = self.link
        link.begin(statement)
        return _all_fetched(link.point.exec_driver_sql(statement, parameters))

    async def run_sync(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do work in the thread that knows SQLAlchemy's connection without await only, such as a migration."""
        with self.link.hand_over():
            return await super().run_sync(work, *arguments)

    @property
    def link(self) -> Link:
        """The open connection.

        Raises RuntimeError where the transaction has ended.
        """
        if self._link is None:
            msg = "this transaction has ended"
            raise RuntimeError(msg)
        return self._link


class _Heavy(WritingConnection):
    def __init__(self, own: WritingConnection) -> None:
        super().__init__(own.link)
        self._own = own

    async def execute(
        self, statement: sa.Executable, parameters: Any = None
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run a statement in the driver's thread."""
        return await self.heavy(statement, parameters)

    @property
    def link(self) -> Link:
        """The open connection of the transaction."""
        return self._own.link


def translated(error: sqlite3.Error, sql: str) -> Exception:
    """Return the driver's error as SQLAlchemy's; the statement's values are never in it."""
    return sa.exc.DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True)


def _all_fetched(result: sa.CursorResult[*tuple[Any, ...]]) -> sa.CursorResult[*tuple[Any, ...]]:
    """Take every row from the driver: what comes next may change what would have been read."""
    if result.returns_rows and result.cursor is not None:
        result.cursor_strategy = FullyBufferedCursorFetchStrategy(
            result.cursor, initial_buffer=result.cursor.fetchall()
        )
    return result


def _points(raw: sqlite3.Connection) -> sa.Connection:
    """Return SQLAlchemy's connection for point statements, over the driver's own, in this thread."""
    _raws.append(raw)
    return _engine().connect()


_raws: list[sqlite3.Connection] = []


@cache
def _engine() -> sa.Engine:
    """Return the engine whose compiled statements every link shares; it begins and commits nothing."""
    return sa.create_engine(
        "sqlite://",
        creator=_raws.pop,
        poolclass=sa.NullPool,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        hide_parameters=True,
    )
