"""A campaign on PostgreSQL behind a PgBouncer that hands out servers by transaction, played by real processes."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.migrate import migrate
from bot.store.store import open_store
from tests.faults.rounds import play_round
from tests.making import CHAT, KEY, NOW
from tests.worlds import pgbouncer
from tests.worlds.postgres import PostgresServer

pytestmark = pytest.mark.skipif(pgbouncer.PROGRAM is None, reason="no pgbouncer is installed")


@pytest.fixture
def pooled_url(postgres: PostgresServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """Run a PgBouncer before an empty database."""
    server = postgres.create(f"pooled_{abs(hash(request.node.name)) % 10_000}")
    # Not in the test's own folder: PgBouncer drops root, and could not look into that.
    with tempfile.TemporaryDirectory() as folder, pgbouncer.pooled(server, Path(folder)) as url:
        yield url


async def test_two_senders_killed(pooled_url: str, tmp_path: Path) -> None:
    """Two senders that are killed again and again leave nobody out and send nothing twice."""
    played = await play_round(1, seed=7, kills=4, new_database=lambda *_: pooled_url, folder=tmp_path)
    assert played.database == "postgresql"
    assert played.kills >= 1
    assert played.broken == []


async def test_many_at_once(pooled_url: str) -> None:
    """Transactions of many, which meet other servers each time, find what they prepared; so does cleaning up."""
    await migrate(pooled_url)
    store = await open_store(pooled_url, KEY)
    try:

        async def join(chat: int) -> None:
            async with store.transaction() as tx:
                await tx.subscribers.find(chat)
                await tx.conversations.save(chat, {"at": "none"}, now=NOW)

        for _ in range(4):
            await asyncio.gather(*(join(CHAT + n) for n in range(40)))
        assert await store.database.compact() is False
        async with store.reading() as tx:
            assert await tx.conversations.step(CHAT + 39) == {"at": "none"}
    finally:
        await store.close()
