"""PostgreSQL: a pool of connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.connection import Connection


class Postgres:
    """PostgreSQL: it groups commits itself."""

    dialect = "postgresql"

    def __init__(self, address: sa.URL) -> None:
        self.engine = create_async_engine(
            address, pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True
        )

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """Open a transaction."""
        async with self.engine.begin() as connection:
            yield Connection(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Open a transaction that will not be committed."""
        async with self.engine.connect() as connection:
            yield Connection(connection, writes=False)

    async def compact(self) -> bool:
        """Do nothing: PostgreSQL recycles its own log."""
        return True

    async def close(self) -> None:
        """Close the pool."""
        await self.engine.dispose()
