"""A PostgreSQL database that a rehearsal is lent: it has to be empty, and is again afterwards."""

import pytest
import sqlalchemy as sa

from bot.rehearsal.lent_database import NotEmpty, lent
from bot.store.database import open_database
from bot.store.migrate import migrate
from tests.worlds.postgres import PostgresServer


async def tables(url: str) -> list[str]:
    """Return what is in a database."""
    database = open_database(url)
    try:
        async with database.reading() as connection:
            return await connection.run_sync(lambda found: sa.inspect(found).get_table_names())
    finally:
        await database.close()


async def test_it_is_empty_again(postgres: PostgresServer) -> None:
    """Whatever a rehearsal made in it goes with the rehearsal."""
    url = postgres.create("lent_to_a_rehearsal")
    async with lent(url) as taken:
        await migrate(taken)
        assert await tables(url)
    assert await tables(url) == []


async def test_what_is_in_use_is_refused(postgres: PostgresServer) -> None:
    """A database with anything in it is not taken, and stays as it is."""
    url = postgres.create("of_a_campaign")
    await migrate(url)
    before = await tables(url)
    with pytest.raises(NotEmpty):
        async with lent(url):
            pytest.fail("it was taken")
    assert await tables(url) == before


async def test_it_is_one_on_postgresql() -> None:
    """A rehearsal has a SQLite file of its own: nobody needs to lend one."""
    with pytest.raises(NotEmpty):
        async with lent("sqlite:///campaign.db"):
            pytest.fail("it was taken")
