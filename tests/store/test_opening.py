"""Opening a database: it must be there, migrated, not newer than the program, and made with this key."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import StatementError

from bot.errors import ConfigInvalid, DatabaseNewer, DatabaseUnreachable, MigrationsPending, WrongKey
from bot.privacy.keyring import new_key
from bot.store.database import open_database
from bot.store.migrate import REVISIONS, SCRIPTS, migrate
from bot.store.schema import metadata, workers
from bot.store.store import Store, open_store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of
from tests.making import KEY


async def run(url: str, statement: str) -> None:
    """Change a database from outside."""
    database = open_database(url)
    async with database.writing() as connection:
        await connection.exec_driver_sql(statement)
    await database.close()


async def test_migrated_schema_is_the_schema(database_url: str) -> None:
    """The migrations make exactly the tables that the program works with."""
    database = open_database(database_url)

    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_migrating_twice(empty_url: str) -> None:
    """Migrating is safe to repeat; afterwards the store opens."""
    for _ in range(2):
        await migrate(empty_url)
    await (await open_store(empty_url, KEY)).close()


async def test_migrating_at_once(empty_url: str) -> None:
    """Several processes that start together migrate once, and agree on the key."""
    await asyncio.gather(*(migrate(empty_url) for _ in range(8)))
    for store in await asyncio.gather(*(open_store(empty_url, KEY) for _ in range(3))):
        await store.close()


async def test_migrations_pending(empty_url: str) -> None:
    """An empty database is refused until it is migrated."""
    with pytest.raises(MigrationsPending):
        await open_store(empty_url, KEY)


async def test_newer_database(empty_url: str) -> None:
    """A database that a newer program has migrated is neither opened nor migrated."""
    await migrate(empty_url)
    await run(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseNewer):
        await open_store(empty_url, KEY)
    with pytest.raises(DatabaseNewer):
        await migrate(empty_url)


async def test_wrong_key(database_url: str) -> None:
    """The first key that opens a database is its key; another is refused, and changes nothing."""
    await (await open_store(database_url, KEY)).close()
    with pytest.raises(WrongKey):
        await open_store(database_url, new_key()[0])
    await (await open_store(database_url, KEY)).close()


async def test_a_new_key_is_not_in_use_yet(database_url: str) -> None:
    """Of two keys that in use is the database's, whatever their order: everybody writes under the same."""
    await (await open_store(database_url, KEY)).close()
    newer, _ = new_key()
    for ring in (replace(newer, previous=(KEY,)), replace(KEY, previous=(newer,))):
        store = await open_store(database_url, ring)
        assert store.keys.ring.id == KEY.id
        await store.close()


async def test_no_server(tmp_path: Path) -> None:
    """A PostgreSQL that is not there is one clear error."""
    url = f"postgresql://nobody@/nothing?host={tmp_path}"
    with pytest.raises(DatabaseUnreachable):
        await open_store(url, KEY)
    with pytest.raises(DatabaseUnreachable):
        await migrate(url)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_address_as_hosts_write_it(database_url: str) -> None:
    """The address of a hosted PostgreSQL is taken with libpq's word for encryption."""
    await (await open_store(f"{database_url}&sslmode=prefer", KEY)).close()
    with pytest.raises(DatabaseUnreachable):
        await open_store("postgresql://127.0.0.1:1/nothing?sslmode=require", KEY)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_address_as_neon_writes_it(database_url: str) -> None:
    """Every parameter that hosts write is taken, that of Neon's own address too."""
    more = "sslmode=prefer&channel_binding=require&connect_timeout=10&application_name=bot"
    store = await open_store(f"{database_url}&{more}", KEY)
    async with store.database.reading() as connection:
        assert (await connection.exec_driver_sql("SHOW application_name")).scalar_one() == "bot"
    await store.close()


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ("colour=red", "its parameter colour is not known here"),
        ("sslmode=rather", "its parameter sslmode cannot have this value"),
        ("connect_timeout=soon", "its parameter connect_timeout cannot have this value"),
        ("pass%20Word=1", "its parameter behind the ? is not known here"),
    ],
)
def test_unknown_parameter(parameter: str, said: str) -> None:
    """A parameter that nobody knows is one clear line that repeats no secret."""
    with pytest.raises(ConfigInvalid) as raised:
        open_database(f"postgresql://a:pw99@h/n?{parameter}")
    assert raised.value.problems == [f"The database's address is not right: {said}."]


async def test_pool_that_stays_empty(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gets a connection for too long, as behind a locked table: that is waited out like a database away."""
    database: Any = store.database
    engine = database.engine if database.dialect == "postgresql" else database._read_engine
    monkeypatch.setattr(engine.sync_engine.pool, "_timeout", 0.01)

    async def take_all() -> None:
        async with AsyncExitStack() as taken:
            for _ in range(100):
                await taken.enter_async_context(store.reading())

    with pytest.raises(TRANSIENT_DATABASE_ERRORS) as raised:
        await take_all()
    assert name_of(raised.value) == "TimeoutError"


async def test_no_such_database(dialect: str, database_url: str) -> None:
    """A server that does not know the database, or a file that is none, is one clear error."""
    if dialect == "postgresql":
        url = database_url.replace("/campaign?", "/missing?")
    else:
        url = database_url
        Path(url.removeprefix("sqlite:///")).write_bytes(b"not a database" * 100)  # noqa: ASYNC240  # nothing else runs
    with pytest.raises(DatabaseUnreachable):
        await open_store(url, KEY)


async def test_durable(store: Store, database_url: str) -> None:
    """What a transaction did is there for another process as soon as it has ended."""
    async with store.transaction() as tx:
        await tx.languages.choose(5, "ar")
    other = await open_store(database_url, KEY)
    async with other.reading() as tx:
        assert await tx.languages.chosen(5) == "ar"
    await other.close()


async def test_undone(store: Store) -> None:
    """A transaction that raises leaves nothing behind."""

    async def fail() -> None:
        async with store.transaction() as tx:
            await tx.languages.choose(5, "ar")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with store.reading() as tx:
        assert await tx.languages.chosen(5) is None


async def test_moments_keep_their_zone(store: Store) -> None:
    """A moment comes back aware, in UTC, whichever zone it was given in; a naive one is refused."""
    moment = datetime(2026, 11, 23, 14, tzinfo=timezone(timedelta(hours=2)))
    async with store.transaction() as tx:
        await tx.workers.seen("w", now=moment)
    async with store.database.reading() as connection:
        (seen,) = (await connection.execute(sa.select(workers.c.seen_at))).scalars()
    assert seen == moment
    assert seen.utcoffset() == timedelta(0)
    async with store.transaction() as tx:
        with pytest.raises(StatementError):
            await tx.workers.seen("w", now=moment.replace(tzinfo=None))


async def test_file_with_an_odd_name(tmp_path: Path) -> None:
    """A file's name is taken as it is, whatever signs are in it."""
    file = tmp_path / "50% & more?" / "campaign#1.db"
    await migrate(f"sqlite:///{file}")
    await (await open_store(f"sqlite:///{file}", KEY)).close()
    there = sorted(entry.name for entry in file.parent.iterdir())
    assert there == [file.name, f"{file.name}-next"]  # nothing else runs


def test_migrations_are_numbered() -> None:
    """Each migration's file begins with its revision, and follows the one before: Alembic sees them so too."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    walked = list(ScriptDirectory.from_config(config).walk_revisions())
    assert [revision.revision for revision in reversed(walked)] == REVISIONS
