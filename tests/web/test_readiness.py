"""When a process is ready."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy.exc import OperationalError

from bot.domain.health import Sign
from bot.inbox.hearing import DEAF_SECONDS, Hearing
from bot.store import shared_clock
from bot.store.inbox import NewUpdate
from bot.store.store import Store
from bot.web.readiness import FRESH_SECONDS, STUCK_INBOX, STUCK_OUTBOX, WRITING_SECONDS, Readiness
from tests.making import CHAT, NOW

WELL = {"database": "ok", "telegram": "ok", "scheduler": "ok", "inbox": "ok", "outbox": "ok"}


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        """Return the second."""
        return self.now


class Ready:
    """A process whose clocks are set."""

    def __init__(self, store: Store, *, database: Path | None = None) -> None:
        self.now = NOW
        self.is_deaf = self.is_refused = False
        self.readiness = Readiness(
            store,
            database=database,
            is_deaf=lambda: self.is_deaf,
            is_refused=lambda: self.is_refused,
            clock=self._clock,
            monotonic=self._seconds,
        )

    def _clock(self) -> datetime:
        return self.now

    def _seconds(self) -> float:
        return (self.now - NOW).total_seconds()

    async def wrong(self, after: timedelta = timedelta(seconds=FRESH_SECONDS)) -> dict[str, str]:
        """Let time pass. Returns the checks that are not well."""
        self.now += after
        report = await self.readiness.report()
        wrong = {check: said for check, said in report.checks.items() if said != "ok"}
        assert report.ready is not bool(wrong)
        return wrong


def test_deaf_without_a_sound() -> None:
    """Who hears nothing from Telegram for minutes is deaf, and hears again with the next answer or update."""
    clock = Clock()
    hearing = Hearing(clock)
    assert not hearing.has_heard
    for now in (DEAF_SECONDS, 3 * DEAF_SECONDS):
        clock.now = now
        assert not hearing.is_deaf
        clock.now = now + 2 * DEAF_SECONDS
        assert hearing.is_deaf
        hearing.note()
        clock.now = 3 * DEAF_SECONDS
    assert hearing.has_heard


async def test_ready(store: Store) -> None:
    """A process is ready while its database takes commits and Telegram is heard."""
    ready = Ready(store)
    report = await ready.readiness.report()
    assert report.as_dict() == {
        "ready": True,
        "checks": WELL,
        "waiting_seconds": {"inbox": 0, "outbox": 0, "deliveries": 0},
    }
    ready.is_deaf = True
    assert await ready.wrong() == {"telegram": "not heard for minutes"}
    ready.is_refused = True
    assert await ready.wrong() == {"telegram": "no token: refused (401)"}


@pytest.fixture
def ready(store: Store, monkeypatch: pytest.MonkeyPatch) -> Ready:
    """Return a process by whose clock PostgreSQL's goes, too."""
    made = Ready(store)
    monkeypatch.setattr(shared_clock, "shared_clock", lambda _dialect: made.now.timestamp())
    return made


async def test_what_waits(store: Store, ready: Ready) -> None:
    """Updates that nobody applies, and replies that nobody posts, make it unready; how long they wait is said."""
    async with store.transaction() as tx:
        await tx.updates.receive(
            [NewUpdate(update_id=number, chat_id=CHAT, payload=b"{}") for number in (1, 2)], now=NOW
        )
    assert await ready.wrong() == {}
    await note_tick(store, NOW + STUCK_INBOX, now=ready.now)
    assert await ready.wrong(STUCK_INBOX) == {"inbox": "stuck"}
    assert (await ready.readiness.report()).waiting_seconds["inbox"] == STUCK_INBOX.total_seconds() + 1
    async with store.transaction() as tx:
        await tx.updates.applied([(1, b"[]", None), (2, b"[]", None)], now=ready.now)
    assert await ready.wrong() == {}
    await note_tick(store, ready.now + STUCK_OUTBOX, now=ready.now)
    assert await ready.wrong(STUCK_OUTBOX + timedelta(minutes=1)) == {"outbox": "stuck"}


async def note_tick(store: Store, at: datetime, *, now: datetime) -> None:
    """Have a scheduler have ticked."""
    async with store.transaction() as tx:
        await tx.health.note(Sign.SCHEDULER, at=at, now=now)


async def test_a_dead_scheduler(store: Store, ready: Ready) -> None:
    """Without a tick for minutes it is unready; a process that has just begun gives the scheduler its time."""
    await note_tick(store, NOW - timedelta(days=1), now=NOW)
    assert await ready.wrong() == {}
    assert await ready.wrong(timedelta(minutes=6)) == {"scheduler": "no tick for minutes"}
    await note_tick(store, ready.now, now=ready.now)
    assert await ready.wrong() == {}


class Full(Exception):
    """What SQLite's driver raises on a full disk."""

    sqlite_errorname = "SQLITE_FULL"


async def test_a_database_that_only_reads(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that can be read and not written makes it unready, with the driver's name of the reason."""
    ready = Ready(store)
    assert await ready.wrong() == {}
    with monkeypatch.context() as broken:
        broken.setattr(store, "transaction", _full)
        # What it took a moment ago is believed.
        assert await ready.wrong() == {}
        assert await ready.wrong(timedelta(seconds=WRITING_SECONDS)) == {
            "database": "database full (SQLITE_FULL)"
        }
    assert await ready.wrong() == {}


@asynccontextmanager
async def _full() -> AsyncIterator[NoReturn]:
    raise OperationalError("", {}, Full())
    yield


async def test_who_asks_often_causes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a second the same is said again; a commit is tried every ten seconds at the most."""
    counted = _counting(store, monkeypatch)
    ready = Ready(store)
    for _ in range(50):
        await ready.readiness.report()
    assert counted == {"transaction": 1, "reading": 1}
    for _ in range(9):
        await ready.wrong()
    assert counted == {"transaction": 1, "reading": 10}


def _counting(store: Store, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    counted = {"transaction": 0, "reading": 0}

    def counts(name: str, opened: Callable[[], Any]) -> Callable[[], Any]:
        def count() -> Any:
            counted[name] += 1
            return opened()

        return count

    for name in counted:
        monkeypatch.setattr(store, name, counts(name, getattr(store, name)))
    return counted


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_database_that_is_gone(store: Store, database_url: str, tmp_path: Path) -> None:
    """A file that was deleted or replaced makes it unready, though it can still be written (S18)."""
    file = Path(database_url.removeprefix("sqlite:///"))
    ready = Ready(store, database=file)
    assert await ready.wrong() == {}
    _move(file, tmp_path / "kept.db")
    assert await ready.wrong() == {"database": "the file is gone"}
    _make(file)
    assert await ready.wrong() == {"database": "the file is gone"}
    _move(tmp_path / "kept.db", file)
    assert await ready.wrong() == {}


def _move(file: Path, to: Path) -> None:
    file.replace(to)


def _make(file: Path) -> None:
    file.write_bytes(b"another")
