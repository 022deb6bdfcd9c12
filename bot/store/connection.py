"""One connection: statements, and the few that the two databases spell differently."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.statements import Rows, Statement, for_dialect, insert_new, upsert

Result = TypeVar("Result")

REWRITTEN_BYTES = 32 << 20
"""What a database rewrites at one go at the most: half a second's work, some 80,000 people."""


async def unbroken(work: Coroutine[Any, Any, Result]) -> Result:
    """Let the work come to its end before a cancellation is heard.

    SQLAlchemy gives up a connection on which a statement was broken off; SQLite's writing one is shared.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise


class Connection:
    """A thin cover over SQLAlchemy's connection; SQLite's writer has one of its own (`bot.store.inline`)."""

    def __init__(self, connection: AsyncConnection, *, writes: bool = True) -> None:
        self._connection = connection
        self._writes = writes

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._connection.dialect.name

    async def execute(
        self, statement: sa.Executable, parameters: Any = None
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run one statement, or one statement for each of a list of parameters."""
        running = self._connection.execute(statement, parameters)
        return await (unbroken(running) if self.dialect == "sqlite" else running)

    async def heavy(
        self, statement: sa.Executable, parameters: Any = None
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run a statement that may touch many people's rows; see `bot.store.inline`."""
        return await self.execute(statement, parameters)

    def heavily(self) -> "Connection":
        """Return the same connection for an aggregate whose statements are heavy, but for those it `run`s."""
        return self

    async def run(self, statement: Statement, /, **parameters: Any) -> Rows:
        """Run a constant that touches a row or two; see `bot.store.statements`."""
        result: Any = await self.execute(for_dialect(statement, self.dialect), parameters)
        rows = result.all() if result.returns_rows else ()
        return Rows(rows, result.rowcount)

    async def run_locked(self, query: sa.Select[*tuple[Any, ...]], /, **parameters: Any) -> Rows:
        """Run a constant whose rows are ours until the commit; one who only reads waits for nobody."""
        return await self.run(self.locked(query), **parameters)

    def savepoint(self) -> AbstractAsyncContextManager[Any]:
        """Open a part of the transaction that is undone alone if its block raises."""
        return self._connection.begin_nested()

    async def exec_driver_sql(
        self, statement: str, parameters: Any = None
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run one statement as the driver takes it."""
        running = self._connection.exec_driver_sql(statement, parameters)
        return await (unbroken(running) if self.dialect == "sqlite" else running)

    async def run_sync(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do work that knows SQLAlchemy's connection without await only, such as a migration."""
        return await unbroken(self._connection.run_sync(work, *arguments))

    async def run_many(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run one statement, in the words of the database's driver, for each of these rows."""
        running = self._connection.exec_driver_sql(statement, list(rows))
        await (unbroken(running) if self.dialect == "sqlite" else running)

    async def stream(self, query: sa.Select[Any], *, at_once: int) -> AsyncGenerator[list[tuple[Any, ...]]]:
        """Yield a query's rows, so many at a time; they are never all in memory."""
        async with self._connection.stream(query, execution_options={"yield_per": at_once}) as result:
            async for rows in result.partitions(at_once):
                yield [tuple(row) for row in rows]

    async def copy_rows(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Write many rows in the database's quickest way, with values as its driver takes them."""
        if self.dialect == "sqlite":
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            await self.run_many(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608  # ours
            return
        # The driver's own connection is in the transaction once SQLAlchemy's has run something.
        await self.execute(sa.select(sa.literal(1)))
        driver: Any = (await self._connection.get_raw_connection()).driver_connection
        await driver.copy_records_to_table(table, columns=list(columns), records=rows)

    def locked(self, query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
        """Return the query so that its rows are ours until the commit; one who only reads waits for nobody."""
        return query.with_for_update() if self._writes else query

    async def insert_new(self, table: sa.Table, values: dict[str, Any] | list[dict[str, Any]]) -> int:
        """Insert what is not there yet. Returns how many rows were new."""
        if not values:
            return 0
        if isinstance(values, dict):
            return (await self.run(insert_new(table, *values), **values)).rowcount
        return (await self.heavy(for_dialect(insert_new(table, *values[0]), self.dialect), values)).rowcount

    async def insert_many(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert many rows in one go."""
        if rows:
            await self.heavy(sa.insert(table), rows)

    async def upsert(self, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
        """Insert the row, or give the row of this key these values."""
        await self.run(upsert(table, key=tuple(key), values=tuple(values)), **key, **values)
