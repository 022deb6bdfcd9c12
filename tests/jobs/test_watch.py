"""The owners hear what is wrong, once, in their language, and once when it is over."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

import pytest
from sqlalchemy.exc import OperationalError

from bot.domain.health import Sign, Trouble
from bot.domain.organizer import Role
from bot.jobs import watch
from bot.jobs.watch import EVERY, LOOK_SECONDS, Watch
from bot.store import shared_clock
from bot.store.store import Store
from bot.telegram_io.replies import Reply
from tests import shipped
from tests.making import CHAT, NOW

CATALOGS = shipped.catalogs()
OWNER, ARAB, EDITOR = CHAT, CHAT + 1, CHAT + 2
LOOK = timedelta(seconds=LOOK_SECONDS)
DEAF, DEAF_OVER = "does not hear Telegram", "All is well again"


@dataclass(kw_only=True)
class FakeCourier:
    """Keeps what was posted, as far as it reaches somebody."""

    posted: list[Reply] = field(default_factory=list)
    past_budget: list[Reply] = field(default_factory=list)
    reaches: bool = True
    hangs: bool = False

    async def post_message(self, reply: Reply) -> int | None:
        """Post a message."""
        if self.hangs:
            await asyncio.Event().wait()
        if self.reaches:
            self.posted.append(reply)
        return 1 if self.reaches else None

    async def post_past_budget(self, reply: Reply) -> bool:
        """Post a message without a turn."""
        if self.reaches:
            self.past_budget.append(reply)
        return self.reaches


@dataclass(kw_only=True)
class Process:
    """One process: what it hears, and whether Telegram refuses its token."""

    watch: Watch
    heard_ago: float | None = 0.0
    refused_ago: float | None = None


@dataclass(kw_only=True)
class World:
    """Some processes on one store, a clock, and what was posted."""

    store: Store
    courier: FakeCourier = field(default_factory=FakeCourier)
    now: datetime = NOW
    seconds: float = 0.0
    processes: list[Process] = field(default_factory=list)

    def start(self, *, ahead: timedelta = timedelta()) -> Process:
        """Start one more process, with a clock that is so far ahead."""
        process: Process

        made = Watch(
            store=self.store,
            courier=self.courier,  # type: ignore[arg-type]  # the two methods that it needs
            catalogs=CATALOGS,
            clock=lambda: self.now + ahead,
            monotonic=lambda: self.seconds,
            zone="UTC",
            heard_ago=lambda: process.heard_ago,
            refused_ago=lambda: process.refused_ago,
        )
        process = Process(watch=made)
        self.processes.append(process)
        return process

    async def go_on(self, span: timedelta, *, ticks: bool = True) -> list[str]:
        """Let time pass, with a look of each process every ten seconds. Returns what was posted meanwhile."""
        for _ in range(round(span / LOOK)):
            self._pass(LOOK)
            if ticks:
                async with self.store.transaction() as tx:
                    await tx.health.note(Sign.SCHEDULER, at=self.now, now=self.now)
            for process in self.processes:
                await process.watch.look()
        return self.taken()

    async def go_on_without_database(self, span: timedelta) -> list[str]:
        """Let time pass in which nothing can be written down."""
        for _ in range(round(span / LOOK)):
            self._pass(LOOK)
            for process in self.processes:
                await process.watch.look()
        posted, self.courier.past_budget = self.courier.past_budget, []
        return [reply.parameters["text"] for reply in posted]

    def _pass(self, span: timedelta) -> None:
        self.now += span
        self.seconds += span.total_seconds()

    def stop_for(self, span: timedelta) -> None:
        """Let time pass in which the machine stands still."""
        self._pass(span)

    def taken(self) -> list[str]:
        """Return what was posted since the last look."""
        posted, self.courier.posted = self.courier.posted, []
        assert all(reply.parameters["chat_id"] in (OWNER, ARAB) for reply in posted)
        return [reply.parameters["text"] for reply in posted]


MINUTE = timedelta(minutes=1)


@pytest.fixture
async def world(store: Store, monkeypatch: pytest.MonkeyPatch) -> World:
    """Have two owners, one of whom reads Arabic, and an editor; PostgreSQL's clock is right."""
    made = World(store=store)
    monkeypatch.setattr(shared_clock, "shared_clock", lambda _dialect: made.now.timestamp())
    async with store.transaction() as tx:
        for chat_id, role in ((OWNER, Role.OWNER), (ARAB, Role.OWNER), (EDITOR, Role.EDITOR)):
            await tx.organizers.add(chat_id, role, today=NOW.date())
        await tx.languages.choose(OWNER, "en")
        await tx.languages.choose(ARAB, "ar")
    return made


async def test_all_is_well(world: World) -> None:
    """While all is well nobody hears anything."""
    world.start()
    assert await world.go_on(15 * MINUTE) == []


@pytest.mark.parametrize("processes", [1, 3])
async def test_a_deaf_bot(world: World, processes: int) -> None:
    """After five minutes without Telegram each owner is told, once, by one of all processes; once when it is over."""
    started = [world.start() for _ in range(processes)]
    await world.go_on(2 * MINUTE)
    for process in started:
        process.heard_ago = None
    assert await world.go_on(5 * MINUTE) == []
    told = await world.go_on(2 * MINUTE)
    assert len(told) == 2
    assert DEAF in told[0]
    assert "12:0" in told[0]
    assert await world.go_on(15 * MINUTE) == []
    for process in started:
        process.heard_ago = 0.0
    assert await world.go_on(4 * MINUTE) == []
    told = await world.go_on(3 * MINUTE)
    assert len(told) == 2
    assert DEAF_OVER in told[0]
    assert DEAF in told[0]
    assert await world.go_on(10 * MINUTE) == []


async def test_one_hears_for_all(world: World) -> None:
    """The campaign is not deaf as long as one of its processes hears."""
    world.start()
    deaf = world.start()
    deaf.heard_ago = None
    assert await world.go_on(10 * MINUTE) == []


async def test_a_restart_tells_nothing_again(world: World) -> None:
    """What is known is in the database: a process that takes over tells neither beginning nor end twice."""
    world.start().heard_ago = None
    assert len(await world.go_on(10 * MINUTE)) == 2
    world.processes.clear()
    world.start().heard_ago = None
    assert await world.go_on(10 * MINUTE) == []


async def test_nobody_could_be_told(world: World) -> None:
    """With Telegram out of reach the news waits; where it is over by then, only that is told, with its times."""
    process = world.start()
    await world.go_on(MINUTE)
    process.heard_ago, world.courier.reaches = None, False
    assert await world.go_on(10 * MINUTE) == []
    process.heard_ago, world.courier.reaches = 0.0, True
    told = await world.go_on(8 * MINUTE)
    assert len(told) == 2
    assert DEAF_OVER in told[0]
    assert await world.go_on(10 * MINUTE) == []


async def test_a_dead_scheduler(world: World) -> None:
    """A scheduler that ticks no more is told by whoever else runs."""
    world.start()
    await world.go_on(MINUTE)
    assert await world.go_on(5 * MINUTE, ticks=False) == []
    told = await world.go_on(2 * MINUTE, ticks=False)
    assert "scheduler does not run" in told[0]
    assert "Over" not in told[0]
    assert len(await world.go_on(8 * MINUTE)) == 2


async def test_a_backup_that_is_overdue(world: World) -> None:
    """Two days after the last backup it is told; with the next one it is over."""
    async with world.store.transaction() as tx:
        await tx.installation.backed_up(at=NOW - timedelta(days=2))
    world.start()
    told = await world.go_on(3 * MINUTE)
    assert "backup is overdue" in told[0]
    async with world.store.transaction() as tx:
        await tx.installation.backed_up(at=world.now)
    assert len(await world.go_on(8 * MINUTE)) == 2


async def test_a_refused_token(world: World) -> None:
    """While it is refused nobody can be told, and nothing is tried; afterwards it is told that it was."""
    process = world.start()
    process.refused_ago = 0.0
    assert await world.go_on(10 * MINUTE) == []
    process.refused_ago = None
    told = await world.go_on(8 * MINUTE)
    assert len(told) == 2
    assert "refused the bot’s token" in told[0]


async def test_what_comes_and_goes(world: World) -> None:
    """An hour of a bad line is one trouble: it is told once, and its end once."""
    process = world.start()
    process.heard_ago = None
    assert len(await world.go_on(8 * MINUTE)) == 2
    for _ in range(3):
        process.heard_ago = 0.0
        assert await world.go_on(MINUTE) == []
        process.heard_ago = None
        assert await world.go_on(7 * MINUTE) == []


async def test_a_machine_that_stood_still(world: World) -> None:
    """Who wakes after an hour has missed what happened meanwhile: that is nothing wrong."""
    process = world.start()
    await world.go_on(3 * MINUTE)
    world.stop_for(60 * MINUTE)
    process.heard_ago = None
    assert await world.go_on(4 * MINUTE, ticks=False) == []
    process.heard_ago = 0.0
    assert await world.go_on(8 * MINUTE) == []


@pytest.mark.parametrize("ahead", [10, -10])
async def test_clocks_that_differ(world: World, ahead: int) -> None:
    """A process whose clock is ten minutes off, and hears nothing itself, sees by their change that others are well."""
    off = world.start(ahead=ahead * MINUTE)
    off.heard_ago = None
    world.start()
    assert await world.go_on(12 * MINUTE) == []


async def test_a_clock_that_is_set(world: World) -> None:
    """A clock that is set while the bot runs makes nothing of the past look wrong."""
    world.start()
    await world.go_on(3 * MINUTE)
    for step in (10, -20):
        world.now += step * MINUTE
        assert await world.go_on(8 * MINUTE) == []


class Full(Exception):
    """What SQLite's driver raises on a full disk."""

    sqlite_errorname = "SQLITE_FULL"


@contextmanager
def broken(store: Store, monkeypatch: pytest.MonkeyPatch, *, reads: bool) -> Iterator[None]:
    """Have a database in which nothing can be written; if it `reads` not either, nothing at all."""

    @asynccontextmanager
    async def full() -> AsyncIterator[NoReturn]:
        raise OperationalError("", {}, Full())
        yield

    with monkeypatch.context() as patched:
        patched.setattr(store, "transaction", full)
        if not reads:
            patched.setattr(store, "reading", full)
        yield


@pytest.mark.parametrize("reads", [True, False])
async def test_a_full_database(world: World, monkeypatch: pytest.MonkeyPatch, *, reads: bool) -> None:
    """What the database cannot keep is told past its budget, by the process that looked last, once; and its end."""
    for _ in range(2):
        world.start()
    await world.go_on(3 * MINUTE)
    with broken(world.store, monkeypatch, reads=reads):
        told = await world.go_on_without_database(3 * MINUTE)
        assert len(told) == 2
        assert "database is full" in told[0]
        assert await world.go_on_without_database(20 * MINUTE) == []
    # The scheduler's next tick may come later than the first look.
    assert await world.go_on(MINUTE, ticks=False) == []
    assert await world.go_on(3 * MINUTE) == []
    told = await world.go_on(3 * MINUTE)
    assert len(told) == 2
    assert "database is full" in told[0]
    assert DEAF_OVER in told[0]
    assert await world.go_on(10 * MINUTE) == []


async def test_a_database_that_is_busy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is well again within a minute is told to nobody."""
    world.start()
    await world.go_on(3 * MINUTE)
    with broken(world.store, monkeypatch, reads=True):
        assert await world.go_on_without_database(MINUTE) == []
    assert await world.go_on(10 * MINUTE) == []


async def test_writing_is_rare(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking every ten seconds, a process writes once a minute."""
    world.start()
    await world.go_on(MINUTE)
    written = 0
    right = world.store.transaction

    def counting() -> object:
        nonlocal written
        written += 1
        return right()

    monkeypatch.setattr(world.store, "transaction", counting)
    await world.go_on(10 * MINUTE, ticks=False)
    assert written <= 11


async def test_a_courier_that_waits_without_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A telling that is kept waiting is given up, and tried again with the next turn."""
    process = world.start()
    process.heard_ago = None
    world.courier.hangs = True
    monkeypatch.setattr(watch, "TELLING_SECONDS", 0.0)
    assert await world.go_on(7 * MINUTE) == []
    world.courier.hangs = False
    monkeypatch.setattr(watch, "TELLING_SECONDS", 60.0)
    assert len(await world.go_on(EVERY + LOOK)) == 2


def test_troubles_are_known() -> None:
    """Each trouble fits into the column that keeps it."""
    assert max(len(trouble.value) for trouble in Trouble) <= 32
    assert max(len(sign.value) for sign in Sign) <= 16
