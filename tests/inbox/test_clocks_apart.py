"""Processes whose clocks are minutes apart share one PostgreSQL: what waits grows old by its clock, whoever looks."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.clock import Clock, system_clock
from bot.delivery.liveness import Heartbeat
from bot.domain.health import Sign
from bot.inbox.outbox import KEPT, Outbox
from bot.services import health
from bot.store.inbox import NewUpdate
from bot.store.schema import updates
from bot.store.store import Store
from bot.telegram_io.replies import Reply, dump
from tests.making import CHAT

pytestmark = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)

FAR = timedelta(minutes=15)
"""How far apart the clocks are: further than replies are kept."""

A_MINUTE = timedelta(minutes=1)
"""By so much more than it is old a reply may seem to be: moments are kept by the minute."""

ANSWER = Reply(method="sendMessage", parameters={"chat_id": CHAT, "text": "an answer"})


class Posting:
    """Posts at once, and keeps how long each reply might have waited for that."""

    def __init__(self) -> None:
        self.patience: list[timedelta] = []

    async def post_one(self, reply: Reply, *, rank: int, patience: float, **_: Any) -> bool:
        """Post it."""
        del reply, rank
        self.patience.append(timedelta(seconds=patience))
        return True


def by(ahead: timedelta) -> Clock:
    """Return a clock that is ahead by so much."""
    return lambda: system_clock() + ahead


async def leave_behind(store: Store, *, clock: Clock) -> None:
    """Apply an update, and die before its answer is posted."""
    async with store.transaction() as tx:
        arrived = NewUpdate(update_id=1, chat_id=CHAT, payload=b"{}")
        await tx.updates.receive([arrived], now=clock())
        await tx.updates.applied([(1, dump([ANSWER]), "dead")], now=clock())
        await tx.updates.release(["dead"])


async def take_over(store: Store, *, clock: Clock) -> list[timedelta]:
    """Post what is left behind. Returns how long each reply might have waited for that."""
    posting = Posting()
    outbox = Outbox(store=store, poster=posting, heartbeat=Heartbeat(store=store, clock=clock), clock=clock)
    await outbox.settle()
    async with asyncio.timeout(20):
        await outbox.finish(seconds=20)
    return posting.patience


@pytest.mark.parametrize(("dead", "living"), [(-FAR, FAR), (FAR, -FAR), (timedelta(), FAR)])
async def test_an_answer_is_posted(store: Store, dead: timedelta, living: timedelta) -> None:
    """What a dead process left is posted by one whose clock says that it is too old, or of the time to come."""
    await leave_behind(store, clock=by(dead))
    (patience,) = await take_over(store, clock=by(living))
    assert KEPT - 2 * A_MINUTE < patience <= KEPT


@pytest.mark.parametrize("ahead", [-FAR, FAR])
async def test_an_old_answer_is_not(store: Store, ahead: timedelta) -> None:
    """What nobody has posted for more than ten minutes is given up, however early it is to who finds it."""
    await leave_behind(store, clock=by(ahead))
    async with store.database.writing() as connection:
        old = updates.c.applied_at - sa.literal(KEPT + A_MINUTE, sa.Interval)
        await connection.execute(sa.update(updates).values(applied_at=old))
    assert await take_over(store, clock=by(ahead)) == []
    async with store.reading() as tx:
        assert await tx.updates.count_open() == 0


@pytest.mark.parametrize("ahead", [-FAR, FAR])
@pytest.mark.parametrize("many", [1, 2])
async def test_how_long_updates_wait(store: Store, ahead: timedelta, many: int) -> None:
    """For how long updates have waited is told alike by all clocks, and as it is."""
    receiver, reader = by(ahead), by(-ahead)
    async with store.transaction() as tx:
        arrived = [NewUpdate(update_id=each, chat_id=CHAT + each, payload=b"{}") for each in range(many)]
        await tx.updates.receive(arrived, now=receiver())
    for now in (receiver, reader):
        async with store.reading() as tx:
            waiting = (await health.waiting(tx, now=now())).inbox
        assert waiting < 2 * A_MINUTE
    async with store.database.writing() as connection:
        earlier = updates.c.received_at - sa.literal(FAR, sa.Interval)
        await connection.execute(sa.update(updates).values(received_at=earlier))
    for now in (receiver, reader):
        async with store.reading() as tx:
            waiting = (await health.waiting(tx, now=now())).inbox
        assert FAR <= waiting < FAR + 2 * A_MINUTE


@pytest.mark.parametrize("ahead", [-FAR, FAR])
async def test_how_long_ago_a_scheduler_ticked(store: Store, ahead: timedelta) -> None:
    """When a sign of life was seen is told alike by all clocks."""
    scheduler, web = by(ahead), by(-ahead)
    async with store.transaction() as tx:
        await health.note(tx, Sign.SCHEDULER, at=scheduler() - A_MINUTE, now=scheduler())
    async with store.reading() as tx:
        signs = (await health.waiting(tx, now=web())).signs
    assert A_MINUTE <= web() - signs[Sign.SCHEDULER] < 2 * A_MINUTE


@pytest.mark.parametrize(("receiver", "keeper"), [(-FAR, FAR), (FAR, -FAR)])
async def test_how_long_what_is_done_is_kept(store: Store, receiver: timedelta, keeper: timedelta) -> None:
    """What is done is kept for as long as Telegram may bring it again, whoever received it, and no longer."""
    async with store.transaction() as tx:
        arrived = NewUpdate(update_id=1, chat_id=CHAT, payload=b"{}")
        await tx.updates.receive([arrived], now=by(receiver)())
        await tx.updates.done(1)
        assert await tx.updates.forget(after=2 * A_MINUTE, now=by(keeper)()) == 0
    async with store.database.writing() as connection:
        old = updates.c.received_at - sa.literal(2 * A_MINUTE, sa.Interval)
        await connection.execute(sa.update(updates).values(received_at=old))
    async with store.transaction() as tx:
        assert await tx.updates.forget(after=A_MINUTE, now=by(keeper)()) == 1


@pytest.mark.parametrize("ahead", [-FAR, FAR])
async def test_how_long_answers_wait(store: Store, ahead: timedelta) -> None:
    """For how long replies have waited is told alike by all clocks."""
    now = by(ahead)
    await leave_behind(store, clock=by(timedelta()))
    async with store.reading() as tx:
        since = (await tx.updates.queues(now=now())).outbox_since
    assert since is not None
    assert -A_MINUTE < now() - since < 2 * A_MINUTE
