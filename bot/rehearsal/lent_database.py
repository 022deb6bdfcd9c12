"""A PostgreSQL database that an operator lends a rehearsal: empty before, and empty again afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa

from bot.errors import CampaignError
from bot.store.database import Database, open_database
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, unreachable


class NotEmpty(CampaignError):
    """A rehearsal takes an empty PostgreSQL database only, postgresql://…: it empties it again when it ends."""

    exit_code = 2


@asynccontextmanager
async def lent(url: str) -> AsyncIterator[str]:
    """Use a database, and leave nothing in it.

    Raises NotEmpty where anything is in it, DatabaseUnreachable.
    """
    if not url.startswith("postgresql:"):
        raise NotEmpty
    database = open_database(url)
    try:
        if await _tables(database):
            raise NotEmpty
        try:
            yield url
        finally:
            await _empty(database)
    except TRANSIENT_DATABASE_ERRORS as error:
        raise unreachable(error) from error
    finally:
        await database.close()


async def _tables(database: Database) -> list[str]:
    async with database.reading() as connection:
        return await connection.run_sync(lambda found: sa.inspect(found).get_table_names())


async def _empty(database: Database) -> None:
    """Take away every table: there was none before."""

    def drop(connection: sa.Connection) -> None:
        found = sa.MetaData()
        found.reflect(connection)
        found.drop_all(connection)

    async with database.writing() as connection:
        await connection.run_sync(drop)
