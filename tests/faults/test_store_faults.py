"""A database that is full, busy or away in mid-broadcast: nothing is lost or repeated, and it goes on by itself."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.domain.broadcast import BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.store import sqlite
from bot.store.connection import Connection
from bot.store.migrate import migrate
from bot.store.store import Store, open_store
from tests.making import KEY
from tests.worlds.in_process.sending import Sending, sending_to
from tests.worlds.postgres import PostgresServer, start_postgres

PEOPLE = 1500
RATE = 500
"""Sends per second: the trouble comes long before the end."""

BEFORE = 300
"""Messages accepted before the trouble begins."""

TRIES = 4
"""Attempts that fail before the trouble ends."""

CRASHES = 3

GROWTH = """
CREATE TABLE ballast (weight BLOB);
CREATE TRIGGER growth AFTER UPDATE ON deliveries BEGIN INSERT INTO ballast VALUES (zeroblob(4000)); END;
"""

NO_LIMIT = 4_294_967_294
"""SQLite's own limit of pages."""

Said = list[MutableMapping[str, Any]]


@dataclass(kw_only=True)
class Trouble:
    """What the database refuses while it lasts."""

    pages: int = NO_LIMIT
    failed: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def lasts(self) -> None:
        """Wait until so many attempts have failed."""
        for _ in range(TRIES):
            await asyncio.wait_for(self.failed.get(), 30)


def watch(store: Store, patch: pytest.MonkeyPatch) -> Trouble:
    """Limit the pages of every transaction, and count what fails."""
    writing = store.database.writing
    trouble = Trouble()

    @asynccontextmanager
    async def watched() -> AsyncIterator[Connection]:
        try:
            async with writing() as connection:
                await connection.exec_driver_sql(f"PRAGMA max_page_count = {trouble.pages}")
                yield connection
        except sa.exc.DBAPIError as error:
            trouble.failed.put_nowait(type(error.orig).__name__)
            raise

    patch.setattr(store.database, "writing", watched)
    return trouble


@pytest.fixture
def file(migrated_file: Path, tmp_path: Path) -> Path:
    """Return a database."""
    return Path(shutil.copy(migrated_file, tmp_path / "campaign.db"))


@pytest.fixture
async def on_sqlite(file: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sending]:
    """Queue a broadcast in it; who finds it locked waits for a moment only."""
    short = [line for line in sqlite.PRAGMAS if "busy_timeout" not in line]
    monkeypatch.setattr(sqlite, "PRAGMAS", (*short, "PRAGMA busy_timeout = 50"))
    store = await open_store(f"sqlite:///{file}", KEY)
    async with sending_to(PEOPLE, store, monkeypatch) as sending:
        sending.rate = RATE
        yield sending
    await store.close()


@asynccontextmanager
async def under_way(sending: Sending) -> AsyncIterator[Said]:
    """Let it send; inside the block it is in the middle, after it everybody has got it, once. Gives the log."""
    with capture_logs() as said:
        running = asyncio.create_task(sending.run())
        await sending.world.wait_for(lambda: len(sending.world.ledger) >= BEFORE)
        try:
            yield said
            broadcast = await running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert broadcast.status is BroadcastStatus.FINISHED
    assert await sending.counts() == {DeliveryState.SENT: PEOPLE}
    assert len(sending.world.accepted) == PEOPLE
    sending.assert_nobody_twice()


def told(said: Said, event: str) -> list[str | None]:
    """Return what went wrong, by the lines of this event."""
    return [line.get("error") for line in said if line["event"] == event]


async def test_disk_full(on_sqlite: Sending, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk stops it with one line; when there is room again it goes on where it was."""
    trouble = watch(on_sqlite.store, monkeypatch)
    async with under_way(on_sqlite) as said:
        trouble.pages = await asyncio.to_thread(fill, file)
        await trouble.lasts()
        assert len(on_sqlite.world.ledger) < PEOPLE
        trouble.pages = NO_LIMIT
    assert told(said, "engine_interrupted") == ["SQLITE_FULL"]
    assert told(said, "engine_resumed") == [None]


def fill(file: Path) -> int:
    """Let every change of a delivery need more room than before. Returns how many pages there are now."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as other:
        other.executescript(GROWTH)
        return int(other.execute("PRAGMA page_count").fetchone()[0])


async def test_database_locked(on_sqlite: Sending, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program that keeps the database locked stops it with one line; then it goes on."""
    trouble = watch(on_sqlite.store, monkeypatch)
    other = sqlite3.connect(file, isolation_level=None, timeout=30, check_same_thread=False)
    async with under_way(on_sqlite) as said:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        await trouble.lasts()
        assert len(on_sqlite.world.ledger) < PEOPLE
        other.close()
    assert told(said, "engine_interrupted") == ["SQLITE_BUSY"]
    assert told(said, "engine_resumed") == [None]


@pytest.fixture
def durable(postgres: PostgresServer) -> Iterator[PostgresServer]:  # noqa: ARG001  # the first to start decides where the wheel keeps its locks
    """Run a PostgreSQL that may crash: what it has committed is on the disk."""
    folder = Path(tempfile.mkdtemp(prefix="campaign-crash-"))
    try:
        server = start_postgres(folder, settings=())
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def on_postgres(durable: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sending]:
    """Queue a broadcast in it."""
    url = durable.create("campaign")
    await migrate(url)
    store = await open_store(url, KEY)
    async with sending_to(PEOPLE, store, monkeypatch) as sending:
        sending.rate = RATE
        yield sending
    await store.close()


async def test_postgres_crashes(durable: PostgresServer, on_postgres: Sending) -> None:
    """A PostgreSQL that crashes in mid-broadcast, again and again, loses and repeats nothing."""
    world = on_postgres.world
    async with under_way(on_postgres) as said:
        for _ in range(CRASHES):
            await asyncio.to_thread(durable.crash)
            await until(lambda: len(told(said, "engine_interrupted")) > len(told(said, "engine_resumed")))
            stopped_at = len(world.ledger)
            await asyncio.to_thread(durable.start_again)
            await world.wait_for(lambda: len(world.ledger) > stopped_at + 100)  # noqa: B023  # called at once
            assert len(world.ledger) < PEOPLE
    assert 1 <= len(told(said, "engine_interrupted")) == len(told(said, "engine_resumed")) <= CRASHES


async def until(seen: Callable[[], bool]) -> None:
    """Wait for what the engine says."""
    async with asyncio.timeout(30):
        while not seen():  # noqa: ASYNC110  # the log has no event to wait for
            await asyncio.sleep(0.01)
