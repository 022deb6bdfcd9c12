"""What all tests share: a PostgreSQL of their own, databases ready to use, a store on each kind."""

import asyncio
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from bot.privacy.cipher import Cipher
from bot.store import inline, subscribers
from bot.store.migrate import migrate
from bot.store.schema import metadata
from bot.store.store import Store, open_store
from tests.making import KEY
from tests.worlds.postgres import PostgresServer, start_postgres


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each worker begin with modules whose tests may take long, the longest first: none is left for the end.

    Each worker is given an equal part of the list, in its order, and takes from the others what they have not come to.
    """
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    usual, of_module = float(config.getini("timeout")), defaultdict[Path, list[pytest.Item]](list)
    for item in items:
        if _seconds(item) > usual:
            of_module[item.path].append(item)
    long = sorted(of_module.values(), key=lambda module: max(map(_seconds, module)), reverse=True)
    rest = [item for item in items if _seconds(item) <= usual]
    left = len(items)
    items.clear()
    for worker in range(workers):
        begins_with = [item for module in long[worker::workers] for item in module]
        part = left // (workers - worker)
        left -= part
        items += begins_with + rest[: max(0, part - len(begins_with))]
        del rest[: max(0, part - len(begins_with))]
    items += rest


def _seconds(item: pytest.Item) -> float:
    allowed = item.get_closest_marker("timeout")
    return float(allowed.args[0]) if allowed else 0.0


LONGEST = 1_000_000
"""Steps of SQLite's machine that take about 20 ms: no statement is to hold the loop's thread for longer."""


@pytest.fixture(autouse=True)
def nothing_holds_the_loop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail the test where a statement on the loop's thread should have been `heavy`; steps are counted, not time."""
    held: dict[str, int] = {}

    def note(statement: str, steps: int) -> None:
        if steps > LONGEST:
            held[statement] = steps

    monkeypatch.setattr(inline, "guard", note)
    yield
    assert not held


@pytest.fixture
def ids_rise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give people their ids in the order in which they join, for tests of who comes first; else they are drawn."""
    ids = count(1)
    monkeypatch.setattr(subscribers, "draw_id", lambda: next(ids))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Run a PostgreSQL from the wheel for the session, with a migrated database in it."""
    if sys.platform == "win32":
        pytest.skip("the tests start PostgreSQL on a Unix socket")
    folder = Path(tempfile.mkdtemp(prefix="campaign-pg-"))
    try:
        server = start_postgres(folder)
        asyncio.run(migrate(server.create("campaign")))
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file, to copy databases from."""
    file = tmp_path_factory.mktemp("template") / "campaign.db"
    asyncio.run(migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Run the test on each of the two databases."""
    return str(request.param)


_numbers = count(1)


@pytest.fixture
def empty_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Return the DATABASE_URL of a database that is not migrated yet."""
    if dialect == "sqlite":
        return f"sqlite:///{tmp_path / 'campaign.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"empty_{next(_numbers)}")


@pytest.fixture
def new_database(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Return what gives the DATABASE_URL of a migrated database in which nothing is yet; one at a time."""

    def on_sqlite() -> str:
        file = tmp_path / "campaign.db"
        for left in tmp_path.glob("campaign.db*"):
            left.unlink()
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        return f"sqlite:///{file}"

    def on_postgresql() -> str:
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.empty("campaign", metadata.tables)

    return on_sqlite if dialect == "sqlite" else on_postgresql


@pytest.fixture
def database_url(new_database: Callable[[], str]) -> str:
    """Return the DATABASE_URL of a migrated database in which nothing is yet."""
    return new_database()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """Open the store on each of the two databases."""
    opened = await open_store(database_url, KEY)
    try:
        yield opened
        async with opened.reading() as tx:
            assert await tx.counts.differences() == []
            assert await tx.digest_counts.differences() == []
    finally:
        await opened.close()


@pytest.fixture
def cipher() -> Cipher:
    """Return the cipher under the tests' campaign key."""
    return Cipher(KEY)
