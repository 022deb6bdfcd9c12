"""The outbox of a broadcast: freezing, claiming, recording."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import of_topic
from bot.domain.broadcast import BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.services import privacy
from bot.store.claims import Claimed
from bot.store.schema import deliveries
from bot.store.store import Store
from bot.store.transitions import Recorded
from tests.making import CHAT, NOW, begin_broadcast, draft, join

PENDING, INFLIGHT, SENT, FAILED, BLOCKED, SKIPPED, UNKNOWN, CANCELLED = DeliveryState
LATER = NOW + timedelta(seconds=10)

pytestmark = pytest.mark.usefixtures("ids_rise")


on_postgresql = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
"""SQLite has one writer: there, no transaction is open beside another."""


async def claim(store: Store, broadcast_id: int, *, limit: int = 100, worker: str = "w") -> list[Claimed]:
    """Claim in a transaction of its own."""
    async with store.transaction() as tx:
        return await tx.claims.claim(broadcast_id, worker=worker, limit=limit, now=NOW)


async def record(store: Store, broadcast_id: int, *results: Recorded, worker: str = "w") -> None:
    """Record in a transaction of its own."""
    async with store.transaction() as tx:
        await tx.deliveries.record(broadcast_id, results, worker=worker)


async def counts(store: Store, broadcast_id: int) -> dict[DeliveryState, int]:
    """Return the counts, which must add up to the audience."""
    async with store.reading() as tx:
        tally = await tx.counts.tally(broadcast_id)
    assert sum(tally.counts.values()) == tally.audience
    return dict(tally.counts)


async def test_freezing(store: Store) -> None:
    """The audience is every active subscriber of the topic at that moment, and nobody after it."""
    async with store.transaction() as tx:
        active, paused, left, blocked, without = await join(tx, 5)
        for person in (paused.pause(), left.leave(), blocked.block()):
            await tx.subscribers.save(person)
        await tx.subscribers.unsubscribe(without.id)
        alert = await tx.alerts.add(draft(), now=NOW)
        broadcast_id = await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)
        assert await tx.freezing.freeze(broadcast_id, audience=of_topic(DEFAULT_TOPIC)) == 1
        await tx.broadcasts.set_audience(broadcast_id, 1)
        await join(tx, 1, first=CHAT + 100)
    (claimed,) = await claim(store, broadcast_id)
    assert claimed == Claimed(subscriber_id=active.id, chat_id=CHAT, locale="en", attempts=1)


async def test_claiming_in_order(store: Store) -> None:
    """Deliveries are claimed oldest subscriber first, as many as asked for, each once."""
    broadcast_id, _ = await begin_broadcast(store, 5)
    batches = [await claim(store, broadcast_id, limit=2) for _ in range(4)]
    assert [[one.chat_id - CHAT for one in batch] for batch in batches] == [[0, 1], [2, 3], [4], []]
    assert await counts(store, broadcast_id) == {INFLIGHT: 5}


async def test_first_of_the_audience(store: Store) -> None:
    """The first so many are the same for every worker, whatever has become of them; nobody else is claimed."""
    broadcast_id, people = await begin_broadcast(store, 5)
    async with store.reading() as tx:
        third, fourth = [await tx.freezing.last_of_first(broadcast_id, number) for number in (3, 4)]
    assert (third, fourth) == (people[2].id, people[3].id)
    async with store.transaction() as tx:
        await tx.subscribers.save(people[1].leave())
    batches: list[list[int]] = []
    for worker, limit in (("a", 1), ("b", 9), ("c", 9)):
        async with store.transaction() as tx:
            claimed = await tx.claims.claim(broadcast_id, worker=worker, limit=limit, now=NOW, up_to=third)
            batches.append([one.subscriber_id for one in claimed])
            assert await tx.deliveries.has_open(broadcast_id, up_to=third)
    assert batches == [[people[0].id], [people[2].id], []]
    async with store.transaction() as tx:
        await tx.deliveries.settle_lost(["a", "b"])
        assert not await tx.deliveries.has_open(broadcast_id, up_to=third)
        assert await tx.deliveries.has_open(broadcast_id, up_to=fourth)


async def test_first_of_fewer(store: Store) -> None:
    """Where the audience is smaller than that, it is all of them."""
    broadcast_id, people = await begin_broadcast(store, 2)
    async with store.transaction() as tx:
        last = await tx.freezing.last_of_first(broadcast_id, 3)
        assert last is None
        claimed = await tx.claims.claim(broadcast_id, worker="w", limit=9, now=NOW, up_to=last)
        assert [one.subscriber_id for one in claimed] == [person.id for person in people]
        assert await tx.deliveries.has_open(broadcast_id, up_to=last)


async def test_consent_at_the_claim(store: Store) -> None:
    """Whoever left, paused or blocked after the freeze is skipped at the claim (I5)."""
    broadcast_id, people = await begin_broadcast(store, 5)
    async with store.transaction() as tx:
        for person in (people[0].leave(), people[1].pause(), people[2].block()):
            await tx.subscribers.save(person)
    claimed = await claim(store, broadcast_id)
    assert [one.subscriber_id for one in claimed] == [people[3].id, people[4].id]
    assert await counts(store, broadcast_id) == {SKIPPED: 3, INFLIGHT: 2}


async def test_the_language_at_the_claim(store: Store) -> None:
    """Who changed to a language that is left out is skipped at the claim; who changed to another is not."""
    broadcast_id, people = await begin_broadcast(store, 4)
    async with store.transaction() as tx:
        await tx.subscribers.save(people[0].with_locale("fr"))
        await tx.subscribers.save(people[1].with_locale("ar"))
        await tx.subscribers.save(people[2].with_locale("fr").pause())
        claimed = await tx.claims.claim(broadcast_id, worker="w", limit=9, now=NOW, without={"fr"})
    assert [(one.subscriber_id, one.locale) for one in claimed] == [
        (people[1].id, "ar"),
        (people[3].id, "en"),
    ]
    assert await counts(store, broadcast_id) == {SKIPPED: 2, INFLIGHT: 2}


async def test_who_was_erased_is_skipped(store: Store) -> None:
    """A person erased while the audience was frozen leaves no delivery that never ends."""
    broadcast_id, _ = await begin_broadcast(store, 2)
    async with store.transaction() as tx:
        await tx.erasing.remove(CHAT)
    assert len(await claim(store, broadcast_id)) == 1
    async with store.transaction() as tx:
        assert await tx.deliveries.skip_nobodies(broadcast_id) == 1
        assert await tx.deliveries.skip_nobodies(broadcast_id) == 0
    assert await counts(store, broadcast_id) == {SKIPPED: 1, INFLIGHT: 1}


async def test_later_is_not_now(store: Store) -> None:
    """What is to be tried later is not claimed before, and then with one attempt more."""
    broadcast_id, (person,) = await begin_broadcast(store, 1)
    await claim(store, broadcast_id)
    again = Recorded(subscriber_id=person.id, state=PENDING, error="429", due_at=LATER, waited=7)
    await record(store, broadcast_id, again)
    async with store.transaction() as tx:
        early = LATER - timedelta(milliseconds=1)
        assert await tx.deliveries.next_try(broadcast_id, now=early) == LATER
        assert await tx.deliveries.next_try(broadcast_id, now=LATER) is None
        assert await tx.claims.claim(broadcast_id, worker="w", limit=1, now=early) == []
        (claimed,) = await tx.claims.claim(broadcast_id, worker="w", limit=1, now=LATER)
        assert (claimed.attempts, claimed.waited) == (2, 7)


async def test_what_came_back(store: Store) -> None:
    """Each outcome is written with what is known of it."""
    broadcast_id, people = await begin_broadcast(store, 4)
    await claim(store, broadcast_id)
    results = [
        Recorded(subscriber_id=people[0].id, state=SENT, message_id=77),
        Recorded(subscriber_id=people[1].id, state=FAILED, error="HTTP 400"),
        Recorded(subscriber_id=people[2].id, state=BLOCKED, error="blocked"),
        Recorded(subscriber_id=people[3].id, state=UNKNOWN, error="TimeoutError"),
    ]
    await record(store, broadcast_id, *results)
    assert await counts(store, broadcast_id) == {SENT: 1, FAILED: 1, BLOCKED: 1, UNKNOWN: 1}
    columns = (deliveries.c.message_id, deliveries.c.error)
    async with store.database.reading() as connection:
        found = await connection.execute(sa.select(*columns).order_by(deliveries.c.subscriber_id))
        assert [tuple(row) for row in found] == [(r.message_id, r.error) for r in results]


async def test_only_what_is_ours(store: Store) -> None:
    """A worker records only what it claimed, once, and nothing that was not on the wire."""
    broadcast_id, people = await begin_broadcast(store, 2)
    await claim(store, broadcast_id, limit=1, worker="a")
    for person in people:
        result = Recorded(subscriber_id=person.id, state=SENT, message_id=1)
        await record(store, broadcast_id, result, worker="b")
    assert await counts(store, broadcast_id) == {INFLIGHT: 1, PENDING: 1}
    ours = people[0].id
    await record(store, broadcast_id, Recorded(subscriber_id=ours, state=SENT, message_id=1), worker="a")
    await record(store, broadcast_id, Recorded(subscriber_id=ours, state=FAILED), worker="a")
    assert await counts(store, broadcast_id) == {SENT: 1, PENDING: 1}


async def test_lost_workers(store: Store) -> None:
    """What a dead worker had on the wire is unknown (I4), and a late answer replaces that by the truth."""
    broadcast_id, people = await begin_broadcast(store, 3)
    await claim(store, broadcast_id, limit=2, worker="dead")
    await claim(store, broadcast_id, limit=1, worker="alive")
    async with store.transaction() as tx:
        await tx.workers.seen("dead", now=NOW)
        assert await tx.deliveries.settle_lost(["dead"]) == 2
        assert await tx.workers.last_seen() == {}
        assert await tx.deliveries.settle_lost([]) == 0
    assert await counts(store, broadcast_id) == {UNKNOWN: 2, INFLIGHT: 1}
    late = Recorded(subscriber_id=people[0].id, state=SENT, message_id=5)
    await record(store, broadcast_id, late, worker="dead")
    assert await counts(store, broadcast_id) == {SENT: 1, UNKNOWN: 1, INFLIGHT: 1}


async def test_release(store: Store) -> None:
    """A claim that was committed without our knowing is given back, but for what is on the wire."""
    broadcast_id, people = await begin_broadcast(store, 3)
    await claim(store, broadcast_id, limit=2)
    await claim(store, broadcast_id, limit=1, worker="other")
    async with store.transaction() as tx:
        await tx.deliveries.release(broadcast_id, worker="w", but=[people[0].id])
    assert await counts(store, broadcast_id) == {INFLIGHT: 2, PENDING: 1}
    async with store.transaction() as tx:
        await tx.deliveries.release(broadcast_id, worker="w", but=[])
    assert await counts(store, broadcast_id) == {INFLIGHT: 1, PENDING: 2}


async def test_stopped_once(store: Store) -> None:
    """Who blocked the bot is in no audience any more; who left stays as having left (I9)."""
    broadcast_id, (gone, left, stays) = await begin_broadcast(store, 3)
    async with store.transaction() as tx:
        await tx.subscribers.save(left.leave())
        await tx.deliveries.stop_unreachable([gone.id, left.id], today=NOW.date())
        await tx.deliveries.stop_unreachable([], today=NOW.date())
        found = [await tx.subscribers.find(CHAT + n) for n in range(3)]
    assert found == [gone.block(), left.leave(), stays]
    assert [one.subscriber_id for one in await claim(store, broadcast_id)] == [stays.id]


async def test_leaving_and_cancelling(store: Store) -> None:
    """What is on the wire comes back as it is; the rest is skipped for one person, cancelled for all."""
    broadcast_id, people = await begin_broadcast(store, 4)
    await claim(store, broadcast_id, limit=1)
    async with store.transaction() as tx:
        assert await tx.deliveries.skip_pending_of(people[0].id) == 0
        assert await tx.deliveries.skip_pending_of(people[1].id) == 1
        assert await tx.deliveries.cancel_pending(broadcast_id) == 2
        assert await tx.deliveries.has_open(broadcast_id)
    assert await counts(store, broadcast_id) == {INFLIGHT: 1, SKIPPED: 1, CANCELLED: 2}
    await record(store, broadcast_id, Recorded(subscriber_id=people[0].id, state=SENT, message_id=1))
    async with store.reading() as tx:
        assert not await tx.deliveries.has_open(broadcast_id)
        assert (await tx.counts.tally(broadcast_id)).final == 4


@pytest.mark.parametrize("end", [BroadcastStatus.CANCELLED, BroadcastStatus.FINISHED])
async def test_try_again_after_the_end(store: Store, end: BroadcastStatus) -> None:
    """What comes back to be tried again after its broadcast has ended is cancelled: it ends as well (I3)."""
    broadcast_id, people = await begin_broadcast(store, 2)
    await claim(store, broadcast_id)
    async with store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, end, now=NOW)
    await record(store, broadcast_id, Recorded(subscriber_id=people[0].id, state=PENDING, due_at=LATER))
    assert await counts(store, broadcast_id) == {CANCELLED: 1, INFLIGHT: 1}
    async with store.transaction() as tx:
        await tx.deliveries.release(broadcast_id, worker="w", but=[])
    assert await counts(store, broadcast_id) == {CANCELLED: 2}


async def test_forgotten_person(store: Store) -> None:
    """The messages sent to somebody who is erased are forgotten; the count stays."""
    broadcast_id, (person,) = await begin_broadcast(store, 1)
    await claim(store, broadcast_id)
    await record(store, broadcast_id, Recorded(subscriber_id=person.id, state=SENT, message_id=77))
    async with store.transaction() as tx:
        await tx.deliveries.forget_person(person.id)
    assert await counts(store, broadcast_id) == {SENT: 1}
    async with store.database.reading() as connection:
        assert (await connection.execute(sa.select(deliveries.c.message_id))).scalar_one() is None


async def test_erased_in_flight(store: Store) -> None:
    """Of somebody who was erased while a message was in flight no message is noted; it stays counted."""
    broadcast_id, (person, other) = await begin_broadcast(store, 2)
    await claim(store, broadcast_id)
    async with store.transaction() as tx:
        await privacy.erase(tx, CHAT, now=NOW)
    results = [
        Recorded(subscriber_id=one.id, state=SENT, message_id=70 + n) for n, one in enumerate((person, other))
    ]
    await record(store, broadcast_id, *results)
    assert await counts(store, broadcast_id) == {SENT: 2}
    query = sa.select(deliveries.c.subscriber_id, deliveries.c.message_id)
    async with store.database.reading() as connection:
        found = {row[0]: row[1] for row in await connection.execute(query)}
    assert found == {person.id: None, other.id: 71}


async def test_workers_never_share(store: Store) -> None:
    """However many claim at once, each delivery goes to one of them, and none is left (I1)."""
    broadcast_id, people = await begin_broadcast(store, 120)

    async def work(worker: str) -> list[int]:
        mine: list[int] = []
        while batch := await claim(store, broadcast_id, limit=7, worker=worker):
            mine += [one.subscriber_id for one in batch]
        return mine

    shares = await asyncio.gather(*(work(f"worker {n}") for n in range(4)))
    everybody = [subscriber_id for share in shares for subscriber_id in share]
    assert sorted(everybody) == [person.id for person in people]


@on_postgresql
async def test_claiming_beside_an_open_claim(store: Store) -> None:
    """On PostgreSQL a claim takes what no other open claim holds, without waiting for it."""
    broadcast_id, people = await begin_broadcast(store, 4)
    async with store.transaction() as one, store.transaction() as two:
        first = await one.claims.claim(broadcast_id, worker="a", limit=2, now=NOW)
        second = await two.claims.claim(broadcast_id, worker="b", limit=4, now=NOW)
    assert [claimed.subscriber_id for claimed in first + second] == [person.id for person in people]


@on_postgresql
async def test_leaving_beside_an_open_claim(store: Store) -> None:
    """A claim passes by a person who is about to leave, and skips them once they have (I5)."""
    broadcast_id, (person, other) = await begin_broadcast(store, 2)
    async with store.transaction() as leaving:
        found = await leaving.subscribers.find(CHAT)
        assert found == person
        await leaving.subscribers.save(person.leave())
        assert [one.subscriber_id for one in await claim(store, broadcast_id)] == [other.id]
    assert await claim(store, broadcast_id) == []
    assert await counts(store, broadcast_id) == {INFLIGHT: 1, SKIPPED: 1}
