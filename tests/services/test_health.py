"""What is found wrong, kept and told; what waits."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bot.domain.broadcast import BroadcastStatus
from bot.domain.health import CALM, Episode, Sign, Trouble
from bot.domain.organizer import Role
from bot.services import health
from bot.store import shared_clock
from bot.store.schema import deliveries
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, begin_broadcast

MINUTE = timedelta(minutes=1)
BEGAN = NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("SQLITE_FULL", Trouble.DATABASE_FULL),
        ("SQLITE_READONLY_DBMOVED", Trouble.DATABASE_READ_ONLY),
        ("SQLITE_CANTOPEN", Trouble.DATABASE_READ_ONLY),
        ("SQLITE_BUSY", Trouble.DATABASE_AWAY),
        ("SQLITE_IOERR", Trouble.DATABASE_AWAY),
    ],
)
def test_what_the_database_says(name: str, trouble: Trouble) -> None:
    """Which trouble it is is told by the driver's name of the error."""
    original = Exception()
    original.sqlite_errorname = name  # type: ignore[attr-defined]
    assert health.trouble_of(OperationalError("", {}, original)) is trouble


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("DiskFullError", Trouble.DATABASE_FULL),
        ("ReadOnlySQLTransactionError", Trouble.DATABASE_READ_ONLY),
        ("ConnectionRefusedError", Trouble.DATABASE_AWAY),
    ],
)
def test_what_postgresql_says(name: str, trouble: Trouble) -> None:
    """PostgreSQL's errors are known by their names as well."""
    assert health.trouble_of(type(name, (OSError,), {})()) is trouble


@pytest.fixture(autouse=True)
def by_one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PostgreSQL's clock show what the tests' does."""
    monkeypatch.setattr(shared_clock, "shared_clock", lambda _dialect: NOW.timestamp())


async def look(tx: Transaction, *seen: Episode) -> health.Found:
    """Look, as a process that has run for an hour."""
    signs = await health.signs(tx)
    return await health.look(tx, signs=signs, began=BEGAN, now=NOW, seen=seen, refused_since=None)


async def test_an_episode_is_kept(store: Store) -> None:
    """It is written down when it begins, told, and forgotten once its end is told; owners alone are told."""
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT, Role.OWNER, today=NOW.date())
        await tx.organizers.add(CHAT + 1, Role.EDITOR, today=NOW.date())
        await health.note(tx, Sign.SCHEDULER, now=NOW)
        found = await look(tx)
    [episode] = found.episodes
    assert (episode.trouble, episode.is_to_tell) == (Trouble.DEAF, True)
    assert [each.chat_id for each in found.owners] == [CHAT]
    async with store.transaction() as tx:
        await health.told(tx, episode)
        await health.note(tx, Sign.HEARD, now=NOW)
        assert not (await tx.health.episodes())[Trouble.DEAF].is_to_tell
    async with store.transaction() as tx:
        [over] = (await look(tx)).episodes
        assert over.is_over(now=NOW + CALM)
        await health.told(tx, over)
    async with store.reading() as tx:
        assert await tx.health.episodes() == {}


async def test_what_could_not_be_written_down(store: Store) -> None:
    """A database's trouble that was told is over as soon as it can be written down."""
    seen = Episode(trouble=Trouble.DATABASE_FULL, since=NOW - MINUTE, told=True)
    async with store.transaction() as tx:
        for sign in (Sign.HEARD, Sign.SCHEDULER):
            await health.note(tx, sign, now=NOW)
        [over] = (await look(tx, seen)).episodes
    assert (over.told, over.over_at) == (True, NOW)


async def test_what_a_newer_version_knows(store: Store) -> None:
    """Signs and troubles of another version are passed over."""
    async with store.transaction() as tx:
        for statement in (
            sa.text("INSERT INTO signs (name, seen_at) VALUES ('dreams', '2026-01-01 00:00:00+00:00')"),
            sa.text("INSERT INTO troubles (kind, since) VALUES ('boredom', '2026-01-01 00:00:00+00:00')"),
        ):
            await tx._connection.execute(statement)
    async with store.reading() as tx:
        assert (await tx.health.signs(), await tx.health.episodes()) == ({}, {})


async def test_quiet_hours_are_no_queue(store: Store) -> None:
    """What waits for the end of quiet hours does not wait for us."""
    broadcast_id, _ = await begin_broadcast(store, 3)
    async with store.reading() as tx:
        assert (await health.overview(tx, now=NOW + MINUTE)).due == 3
        assert (await health.waiting(tx, now=NOW + MINUTE)).deliveries == MINUTE
    async with store.transaction() as tx:
        await tx._connection.execute(sa.update(deliveries).values(not_before=NOW + timedelta(hours=8)))
    async with store.reading() as tx:
        overview = await health.overview(tx, now=NOW + MINUTE)
        assert (overview.due, overview.due_since) == (0, None)
        assert overview.broadcasts[BroadcastStatus.QUEUED] == 1
        assert (await health.waiting(tx, now=NOW + MINUTE)).deliveries == timedelta()
    async with store.transaction() as tx:
        await tx._connection.execute(
            sa.update(deliveries).where(deliveries.c.broadcast_id == broadcast_id).values(not_before=None)
        )
