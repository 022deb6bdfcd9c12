"""The real engine in this process, against a Bot API in this process: what the faults strike."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery.engine import Engine
from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.delivery.sender import Sender
from bot.domain.broadcast import Broadcast, BroadcastStatus, StopReason, Tally
from bot.domain.delivery import DeliveryState
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.faults import FaultKind, Faults
from bot.rehearsal.world.limits import Limits
from bot.rehearsal.world.people import Crowd
from bot.rehearsal.world.world import World
from bot.services import steering
from bot.store import shared_clock
from bot.store.schema import deliveries
from bot.store.store import Store
from bot.telegram_io.api import BotApi
from bot.telegram_io.connections import Pool
from bot.wording.alert_message import prepare
from bot.wording.digest import prepare_digest
from tests import shipped
from tests.making import CHAT, OWNER, queue_broadcast
from tests.worlds.in_process.served import served

RATE = 20_000
MOST_PAUSES = 30
"""How often the organizer of a trial lets a broadcast go on that paused itself."""


@dataclass(kw_only=True)
class FastClock:
    """A clock that runs `times` as fast as the real one, for waits that Telegram asks for in whole seconds."""

    times: float = 1.0
    _began: float = field(default_factory=time.monotonic)
    _epoch: float = field(default_factory=time.time)

    def __call__(self) -> float:
        """Return monotonic seconds."""
        return self._began + (time.monotonic() - self._began) * self.times

    def time(self) -> float:
        """Return the epoch second, as the budget asks for it."""
        return self._epoch + self() - self._began

    def now(self) -> datetime:
        """Return the moment."""
        return datetime.fromtimestamp(self.time(), UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait for so many of its seconds."""
        await asyncio.sleep(seconds / self.times)


@dataclass(kw_only=True)
class Sending:
    """A broadcast to a crowd of `people`, not begun, and all that it needs."""

    store: Store
    world: World
    server: RehearsalServer
    pool: Pool
    clock: FastClock
    people: int
    broadcast_id: int
    rate: float = RATE

    def heartbeat(self) -> Heartbeat:
        """Return the heartbeat of a process that starts."""
        return Heartbeat(store=self.store, clock=self.clock.now)

    def engine(self, heartbeat: Heartbeat | None = None) -> Engine:
        """Return an engine as it is after a start."""
        catalogs = shipped.catalogs()
        return Engine(
            store=self.store,
            sender=Sender(BotApi(self.pool, token=self.world.token)),
            governor=Governor(self.rate, store=self.store, clock=self.clock, sleep=self.clock.sleep),
            body=lambda broadcast, alert, locale: prepare(
                broadcast, alert, catalogs.words(locale), paid=False
            ),
            digest=lambda digest, locale: prepare_digest(digest, catalogs.words(locale), paid=False),
            clock=self.clock.now,
            heartbeat=heartbeat or self.heartbeat(),
        )

    async def run(self, seconds: float = 60.0) -> Broadcast:
        """Let an engine run until it has nothing to do. Returns the broadcast as it is then."""
        heartbeat = self.heartbeat()
        async with beating(heartbeat):
            await asyncio.wait_for(self.engine(heartbeat).run(until_idle=True), seconds)
        return await self.broadcast()

    async def finish(self) -> None:
        """Run, with an organizer who lets it go on whenever it has paused itself, to the end."""
        for _ in range(MOST_PAUSES):
            broadcast = await self.run()
            if broadcast.status is not BroadcastStatus.PAUSED:
                assert broadcast.status is BroadcastStatus.FINISHED
                return
            assert broadcast.stop_reason is StopReason.FAILURES
            await self.resume()
        pytest.fail("it pauses without end")

    async def resume(self) -> None:
        """Let it go on."""
        async with self.store.transaction() as tx:
            await steering.resume(tx, self.broadcast_id, actor=OWNER, now=self.clock.now())

    async def broadcast(self) -> Broadcast:
        """Return the broadcast."""
        async with self.store.reading() as tx:
            (found,) = await tx.broadcasts.all()
        return found

    async def tally(self) -> Tally:
        """Return the counts; they add up."""
        async with self.store.reading() as tx:
            found = await tx.counts.tally(self.broadcast_id)
        assert found.adds_up
        return found

    async def counts(self) -> dict[DeliveryState, int]:
        """Return the counts of the states there are."""
        return dict((await self.tally()).counts)

    async def tried_again(self) -> int:
        """Return how many deliveries wait for another attempt."""
        query = sa.select(sa.func.count()).where(
            deliveries.c.state == DeliveryState.PENDING, deliveries.c.due_at.is_not(None)
        )
        async with self.store.database.reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    def strike(self, kind: FaultKind, **more: Any) -> None:
        """Let something go wrong with messages from now on."""
        self.world.faults = Faults.from_plan(
            {"seed": 1, "rules": [{"kind": kind, "methods": ["sendMessage"], **more}]}
        )

    def struck(self) -> int:
        """Return with how many messages something went wrong."""
        return sum(self.world.faults.struck.values())

    def assert_nobody_twice(self) -> None:
        """At most one message was accepted for each (I1), and none while the bot had been told to wait (I7)."""
        assert Counter(self.world.accepted.values()).keys() <= {1}
        assert self.world.violations == 0


@asynccontextmanager
async def beating(heartbeat: Heartbeat) -> AsyncIterator[None]:
    """Let a process's heart beat, without which its engine sends nothing for long."""
    task = asyncio.create_task(heartbeat.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def sending_to(
    people: int, store: Store, monkeypatch: pytest.MonkeyPatch, *, times: float = 1.0
) -> AsyncIterator[Sending]:
    """Queue a broadcast to a crowd, behind a Bot API. Its seconds pass `times` as fast as real ones."""
    clock = FastClock(times=times)
    monkeypatch.setattr(shared_clock, "time", clock)
    limits = Limits(grace=0.25 * times)
    world = World(now=clock.time, monotonic=clock, limits=limits, crowd=Crowd(first_id=CHAT, size=people))
    async with served(world) as server, AsyncExitStack() as stack:
        pool = Pool(server.url)
        stack.push_async_callback(pool.close)
        yield Sending(
            store=store,
            world=world,
            server=server,
            pool=pool,
            clock=clock,
            people=people,
            broadcast_id=await queue_broadcast(store, people, now=clock.now()),
        )
