"""PostgreSQL: a pool of connections."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.columns import Holds, WhenErased, columns_that_hold, holds, when_erased
from bot.store.connection import REWRITTEN_BYTES, Connection
from bot.store.schema import metadata

UNNAMED: Mapping[str, Any] = {
    "statement_cache_size": 0,
    "prepared_statement_name_func": lambda: "",
}
"""Behind a pool that hands out a server for each transaction (PgBouncer), no statement stays prepared for the next:
each is prepared under no name, in the transaction that runs it. It costs one more trip to the server."""


IDLE_IN_TRANSACTION = "10s"
"""How long a transaction may be left alone: then the server ends it, and lets go of what it has locked. A process that
is stopped in one would hold up all others until it wakes. PgBouncer has a setting of its own (docs/scaling.md)."""

WITHOUT_END = "SET LOCAL idle_in_transaction_session_timeout = 0"
"""For a transaction that waits for what is done elsewhere."""


class Postgres:
    """PostgreSQL: it groups commits itself."""

    dialect = "postgresql"
    leaves_nothing = False

    def __init__(self, url: str) -> None:
        address, settings = _as_asyncpg_has_it(sa.make_url(url))
        self.engine = create_async_engine(
            address,
            pool_size=10,
            max_overflow=20,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=settings,
        )

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """Open a transaction."""
        async with self.engine.begin() as connection:
            yield Connection(connection)

    @asynccontextmanager
    async def holding(self) -> AsyncIterator[Connection]:
        """Open a transaction that may be left alone for as long as its block takes."""
        async with self.writing() as connection:
            await connection.exec_driver_sql(WITHOUT_END)
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Open a transaction that will not be committed."""
        async with self.engine.connect() as connection:
            yield Connection(connection, writes=False)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """Open a transaction that sees one moment, whatever is written meanwhile, and may be left alone, too."""
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            await connection.exec_driver_sql(WITHOUT_END)
            yield Connection(connection, writes=False)

    async def compact(self) -> bool:
        """Let go of deleted rows about people and of their entries in the indexes; the room is used again.

        Until it is, the server's files hold their bytes, and so does its log until that is recycled.
        """
        names = ", ".join(table.name for table in _about_people())
        async with self.engine.connect() as connection:
            # It cannot run in a transaction; nor may it be prepared in one and run in another, see `UNNAMED`.
            driver = (await connection.get_raw_connection()).driver_connection
            await driver.execute(  # type: ignore[union-attr]  # it is connected
                f"VACUUM (INDEX_CLEANUP ON) {names}"
            )
        return False

    async def expunge(self) -> bool:
        """Leave it to `rewrite`: whoever writes to a table would wait for it."""
        return False

    def rewritten(self) -> Sequence[str]:
        """Return the tables about people."""
        return [table.name for table in _about_people()]

    async def rewrite(self, what: str) -> bool:
        """Copy a table about people into files in the order of its keys; the files of before are deleted."""
        table = metadata.tables[what]
        async with self.engine.begin() as connection:
            size = sa.select(sa.func.pg_total_relation_size(table.name))
            if (await connection.execute(size)).scalar_one() > REWRITTEN_BYTES:
                return False
            # Whoever wants to write is not to wait for a long reader; there is a next time.
            await connection.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
            await connection.exec_driver_sql(f"CLUSTER {table.name} USING {table.primary_key.name}")
        return True

    async def close(self) -> None:
        """Close the pool."""
        await self.engine.dispose()


def _about_people() -> list[sa.Table]:
    """Return the tables with rows that go when a person is erased, or that hold what somebody wrote."""
    told = (Holds.REF, Holds.PERSON)
    columns = [column for what in told for column in columns_that_hold(metadata, what)]
    return [
        table
        for table in metadata.sorted_tables
        if any(column.table is table and when_erased(column) is not WhenErased.COUNTS for column in columns)
        or any(holds(column) is Holds.SEALED for column in table.c)
    ]


def _as_asyncpg_has_it(url: sa.URL) -> tuple[sa.URL, dict[str, Any]]:
    """Return the address and the driver's settings; hosts write libpq's words (see `bot.config.checks`)."""
    query = dict(url.query)
    settings: dict[str, Any] = {}
    at_server: dict[str, str] = {}
    if query.pop("pgbouncer", "false") == "true":
        settings |= UNNAMED
        query["prepared_statement_cache_size"] = "0"
    else:
        at_server["idle_in_transaction_session_timeout"] = IDLE_IN_TRANSACTION
    if "sslmode" in query:
        settings["ssl"] = query.pop("sslmode")
    if "connect_timeout" in query:
        settings["timeout"] = float(str(query.pop("connect_timeout"))) or None
    if "application_name" in query:
        at_server["application_name"] = str(query.pop("application_name"))
    settings["server_settings"] = at_server
    # asyncpg binds no channel: it always signs in by SCRAM without, which servers take.
    query.pop("channel_binding", None)
    return url.set(drivername="postgresql+asyncpg", query=query), settings
