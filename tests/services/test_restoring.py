"""Begun anew from a backup, nothing happens twice: what was under way waits, what cannot be known is unknown."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.audience import of_topic
from bot.domain.audit import Event
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus, StopReason
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Role
from bot.domain.subscriber import SubscriberState
from bot.services.restoring import Resettled, resettle
from bot.store.inbox import NewUpdate, Withdrawal
from bot.store.notices import NoticeKind
from bot.store.schema import deliveries
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, begin_broadcast, draft, join

LATER = NOW + timedelta(hours=5)
"""When it is restored: the backup is of five hours before."""


async def restored(store: Store, *, now: datetime = LATER) -> Resettled:
    """Begin anew with what is there."""
    async with store.transaction() as tx:
        return await resettle(tx, taken_at=NOW, now=now)


async def begun(store: Store, kind: BroadcastKind = BroadcastKind.SEND, *, people: int = 6) -> int:
    """Put people on the list, and begin a broadcast of a kind to them, with two on the wire and one sent."""
    broadcast_id, _ = await begin_broadcast(store, people)
    async with store.transaction() as tx:
        made = await tx.broadcasts.add(
            alert_id=(await tx.broadcasts.get(broadcast_id)).alert_id,
            organizer_id=None,
            now=NOW,
            kind=kind,
        )
        await tx.freezing.freeze(made, audience=of_topic("alerts"))
        await tx.broadcasts.set_audience(made, people)
        await tx.broadcasts.set_status(made, BroadcastStatus.SENDING, now=NOW)
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.CANCELLED, now=NOW)
        await tx.deliveries.cancel_pending(broadcast_id)
        await tx.claims.claim(made, worker="w", limit=2, now=NOW, receives=list(SubscriberState), urgent=None)
    return made


async def look(store: Store, broadcast_id: int) -> tuple[Broadcast, dict[DeliveryState, int]]:
    """Return a broadcast and its counts, which are what the deliveries say."""
    async with store.reading() as tx:
        assert await tx.counts.differences() == []
        tally = await tx.counts.tally(broadcast_id)
        assert tally.adds_up
        return await tx.broadcasts.get_unlocked(broadcast_id), dict(tally.counts)


async def claimed(store: Store, broadcast_id: int) -> int:
    """Return how many could be sent to now."""
    async with store.transaction() as tx:
        return len(await tx.claims.claim(broadcast_id, worker="v", limit=9, now=LATER))


async def test_under_way(store: Store) -> None:
    """What was on the wire or still to come is unknown; the broadcast is paused, and would send to nobody again."""
    broadcast_id = await begun(store)
    done = await restored(store)
    broadcast, counts = await look(store, broadcast_id)
    assert (broadcast.status, broadcast.stop_reason) == (BroadcastStatus.PAUSED, StopReason.RESTORED)
    assert counts == {DeliveryState.UNKNOWN: 6}
    assert (done.unknown, done.paused) == (6, 1)
    assert await claimed(store, broadcast_id) == 0


@pytest.mark.parametrize("stopped", [BroadcastStatus.PAUSED, BroadcastStatus.QUEUED])
async def test_paused_before(store: Store, stopped: BroadcastStatus) -> None:
    """One that had begun and was paused, or waits for its next zone, may have gone on since."""
    broadcast_id = await begun(store)
    async with store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, stopped, now=NOW, stop_reason=StopReason.CANARY)
    await restored(store)
    broadcast, counts = await look(store, broadcast_id)
    assert (broadcast.status, broadcast.stop_reason) == (BroadcastStatus.PAUSED, StopReason.RESTORED)
    assert counts == {DeliveryState.UNKNOWN: 6}


async def test_halted_before(store: Store) -> None:
    """One that was halted stays so, with its reason; of who was still to get it nobody knows."""
    broadcast_id = await begun(store)
    async with store.transaction() as tx:
        await tx.broadcasts.set_status(
            broadcast_id, BroadcastStatus.HALTED, now=NOW, stop_reason=StopReason.TOKEN_REFUSED
        )
    await restored(store)
    broadcast, counts = await look(store, broadcast_id)
    assert (broadcast.status, broadcast.stop_reason) == (BroadcastStatus.HALTED, StopReason.TOKEN_REFUSED)
    assert counts == {DeliveryState.UNKNOWN: 6}


async def test_quiet_hours(store: Store) -> None:
    """Whose quiet hours are not over has provably got nothing, and waits on; whose are over is unknown."""
    broadcast_id = await begun(store)
    async with store.transaction() as tx:
        rest = [row.subscriber_id for row in await pending(tx, broadcast_id)]
        await tx.deliveries._transitions.wait(broadcast_id, rest[:1], until=LATER + timedelta(hours=1))
        await tx.deliveries._transitions.wait(broadcast_id, rest[1:2], until=LATER - timedelta(hours=1))
    await restored(store)
    _, counts = await look(store, broadcast_id)
    assert counts == {DeliveryState.UNKNOWN: 5, DeliveryState.PENDING: 1}
    assert await claimed(store, broadcast_id) == 0


async def pending(tx: Transaction, broadcast_id: int) -> Sequence[Any]:
    """Return the rows that wait."""
    query = sa.select(deliveries.c.subscriber_id).where(
        deliveries.c.broadcast_id == broadcast_id, deliveries.c.state == DeliveryState.PENDING
    )
    return (await tx._connection.execute(query)).all()


@pytest.mark.parametrize("kind", [BroadcastKind.RECALL, BroadcastKind.CORRECT])
async def test_harmless_twice(store: Store, kind: BroadcastKind) -> None:
    """What does no more when done twice is paused, and goes on with whoever was left when it is resumed."""
    broadcast_id = await begun(store, kind)
    await restored(store)
    broadcast, counts = await look(store, broadcast_id)
    assert broadcast.status is BroadcastStatus.PAUSED
    assert counts == {DeliveryState.PENDING: 6}


@pytest.mark.parametrize("kind", [BroadcastKind.REMIND, BroadcastKind.DIGEST, BroadcastKind.THANKS])
async def test_by_itself(store: Store, kind: BroadcastKind) -> None:
    """What the bot began by itself nobody could be asked about: it ends."""
    broadcast_id = await begun(store, kind)
    done = await restored(store)
    broadcast, counts = await look(store, broadcast_id)
    assert broadcast.status is BroadcastStatus.CANCELLED
    assert counts == {DeliveryState.UNKNOWN: 6}
    assert done.paused == 0


async def test_queued(store: Store) -> None:
    """What was due since waits for an organizer; what is due later starts at its time; what ended stays so."""
    async with store.transaction() as tx:
        await join(tx, 1)
        await tx.organizers.add(CHAT + 100, Role.OWNER, today=NOW.date())
        alert = await tx.alerts.add(draft(), now=NOW)
        ids = [
            await tx.broadcasts.add(
                alert_id=alert.id, organizer_id=1, now=NOW, starts_at=NOW + timedelta(hours=h)
            )
            for h in (1, 9, 2)
        ]
        await tx.progress_messages.save(ids[0], message_id=5, final=False)
        await tx.broadcasts.set_status(ids[2], BroadcastStatus.CANCELLED, now=NOW)
    done = await restored(store)
    due, ahead, ended = [(await look(store, each))[0] for each in ids]
    assert (due.status, due.stop_reason) == (BroadcastStatus.PAUSED, StopReason.RESTORED)
    assert (ahead.status, ahead.starts_at) == (BroadcastStatus.QUEUED, NOW + timedelta(hours=9))
    assert ended.status is BroadcastStatus.CANCELLED
    assert done.paused == 1
    async with store.reading() as tx:
        asked = {found.id: note for found, note in await tx.progress_messages.due()}
    assert asked[ids[0]].message_id is None


async def test_updates(store: Store) -> None:
    """What was answered or to be answered is not answered again; who wanted to leave still leaves."""
    async with store.transaction() as tx:
        await tx.updates.receive(
            [
                NewUpdate(update_id=1, chat_id=CHAT, payload=b"a"),
                NewUpdate(update_id=2, chat_id=CHAT, payload=b"b"),
                NewUpdate(update_id=3, chat_id=CHAT + 1, payload=b"c", withdrawal=Withdrawal.STOP),
                NewUpdate(update_id=4, chat_id=CHAT + 2, payload=b"d", withdrawal=Withdrawal.STOP),
            ],
            now=NOW,
        )
        await tx.updates.applied([(1, b"replies", "w"), (4, b"replies", "w")], now=NOW)
    await restored(store)
    async with store.transaction() as tx:
        assert await tx.updates.count_open() == 1
        assert await tx.updates.has_received(but=[1, 2, 4])
        # What Telegram brings once more is known.
        again = NewUpdate(update_id=2, chat_id=CHAT, payload=b"b")
        await tx.updates.receive([again], now=NOW)
        assert await tx.updates.count_open() == 1


async def test_work(store: Store) -> None:
    """Heartbeats, leases, the rate budget and what was being posted are gone; jobs are due."""
    async with store.transaction() as tx:
        [person, other] = await join(tx, 2)
        await tx.workers.seen("w", now=NOW)
        await tx.jobs.lease("job", "w", instead_of=None)
        await tx.jobs.claim("job", now=NOW, every=timedelta(days=9))
        for each, worker in ((person, "w"), (other, None)):
            await tx.notices.add(each.id, NoticeKind.PAUSE_OVER, due_at=NOW)
            await tx.notices.mark(NoticeKind.PAUSE_OVER, [each.id], worker)
    await restored(store)
    async with store.reading() as tx:
        assert await tx.workers.last_seen() == {}
        assert await tx.jobs.holder("job") is None
        assert await tx.jobs.is_due("job", now=LATER, every=timedelta(days=9))
        due = await tx.notices.due(NoticeKind.PAUSE_OVER, now=LATER, limit=9)
        assert [each.subscriber_id for each in due] == [other.id]


async def test_epochs(store: Store) -> None:
    """Each time is an epoch of its own, which the audit tells, and nobody has seen yet that it is alone."""
    for epoch in (2, 3):
        assert (await restored(store)).epoch == epoch
        async with store.reading() as tx:
            standing = await tx.installation.standing()
            [newest] = await tx.audit.page(before=None, limit=1)
        assert (standing.epoch, standing.unproven) == (epoch, True)
        assert newest.entry is not None
        assert newest.entry.event == Event.RESTORED
        assert f'"epoch":{epoch}' in str(newest.details)
