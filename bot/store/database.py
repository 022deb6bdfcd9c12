"""What the store needs of a database, and which one an address means."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from bot.store.connection import Connection
from bot.store.postgres import Postgres
from bot.store.sqlite import Sqlite


class Database(Protocol):
    """What the store needs of a database."""

    dialect: str

    def writing(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction; what it did is durable when the block has ended."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Open a connection that only reads."""
        ...

    async def compact(self) -> bool:
        """Leave nothing deleted behind where the database would keep it. Returns whether that was possible now."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


def open_database(url: str) -> Database:
    """Return the database at a DATABASE_URL: `sqlite:///PATH` or `postgresql://…`."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return Sqlite(Path(rest.removeprefix("/")))
    address = sa.make_url(f"postgresql+asyncpg://{rest}")
    if "sslmode" in address.query:
        # Hosts write libpq's word; asyncpg takes the same values under another.
        ssl = address.query["sslmode"]
        address = address.difference_update_query(["sslmode"]).update_query_dict({"ssl": ssl})
    return Postgres(address)
