"""One connection, with the few statements that the two databases spell differently."""

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Result = TypeVar("Result")


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
    """A thin cover over SQLAlchemy's connection."""

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

    async def run_many(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run one statement, in the words of the database's driver, for each of these rows."""
        running = self._connection.exec_driver_sql(statement, list(rows))
        await (unbroken(running) if self.dialect == "sqlite" else running)

    def locked(self, query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
        """Return the query so that its rows are ours until the commit; one who only reads waits for nobody."""
        return query.with_for_update() if self._writes else query

    async def insert_new(self, table: sa.Table, values: dict[str, Any] | list[dict[str, Any]]) -> int:
        """Insert what is not there yet. Returns how many rows were new."""
        statement = self._insert(table).on_conflict_do_nothing()
        if isinstance(values, dict):
            return (await self.execute(statement.values(values))).rowcount
        if not values:
            return 0
        return (await self.execute(statement, values)).rowcount

    async def insert_many(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert many rows in one go."""
        if rows:
            await self.execute(sa.insert(table), rows)

    async def upsert(self, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
        """Insert the row, or give the row of this key these values."""
        statement = self._insert(table).values(key | values)
        await self.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))

    def _insert(self, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
        return sqlite.insert(table) if self.dialect == "sqlite" else postgresql.insert(table)
