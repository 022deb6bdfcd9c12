"""PostgreSQL: a pool of connections."""

from contextlib import AbstractAsyncContextManager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine


class Postgres:
    """PostgreSQL: it groups commits itself."""

    dialect = "postgresql"

    def __init__(self, address: sa.URL) -> None:
        self.engine = create_async_engine(
            address, pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True
        )

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction."""
        return self.engine.begin()

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction that will not be committed."""
        return self.engine.connect()

    async def compact(self) -> bool:
        """Do nothing: PostgreSQL recycles its own log."""
        return True

    async def close(self) -> None:
        """Close the pool."""
        await self.engine.dispose()
