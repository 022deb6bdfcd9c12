"""Counts that are kept: they change with the states they count, or not at all."""

import asyncio
import contextlib
from contextlib import suppress

import sqlalchemy as sa

from bot.domain.audience import of_topic
from bot.domain.broadcast import Tally
from bot.domain.delivery import DeliveryState
from bot.store.counts import Difference
from bot.store.gathering import SLOTS
from bot.store.schema import broadcast_counts, deliveries
from bot.store.store import Store
from bot.store.transitions import Recorded
from tests.making import NOW, begin_broadcast

PENDING, INFLIGHT, SENT, FAILED, BLOCKED, SKIPPED, UNKNOWN, CANCELLED = DeliveryState


async def tally(store: Store, broadcast_id: int) -> Tally:
    """Return what is committed."""
    async with store.reading() as tx:
        return await tx.counts.tally(broadcast_id)


async def test_within_the_transaction(store: Store) -> None:
    """What a transaction has changed is counted in it at once; others see it when it is committed."""
    broadcast_id, _ = await begin_broadcast(store, 3)
    async with store.transaction() as tx:
        await tx.claims.claim(broadcast_id, worker="w", limit=1, now=NOW)
        assert (await tx.counts.tally(broadcast_id)).counts == {PENDING: 2, INFLIGHT: 1}
        assert (await tally(store, broadcast_id)).counts == {PENDING: 3}
    assert await tally(store, broadcast_id) == Tally(audience=3, counts={PENDING: 2, INFLIGHT: 1})


async def test_rolled_back(store: Store) -> None:
    """What is undone was never counted, also where others commit meanwhile."""
    broadcast_id, people = await begin_broadcast(store, 3)

    async def fail() -> None:
        with contextlib.suppress(ZeroDivisionError):
            async with store.transaction() as tx:
                await tx.claims.claim(broadcast_id, worker="w", limit=2, now=NOW)
                raise ZeroDivisionError

    async def leave() -> None:
        async with store.transaction() as tx:
            await tx.deliveries.skip_pending_of(people[2].id)

    await asyncio.gather(fail(), leave(), fail())
    assert (await tally(store, broadcast_id)).counts == {PENDING: 2, SKIPPED: 1}


async def test_recorded_twice(store: Store) -> None:
    """A result that is written again, as its commit was not known to have held, is counted once."""
    broadcast_id, people = await begin_broadcast(store, 2)
    result = Recorded(subscriber_id=people[0].id, state=SENT, message_id=1)
    async with store.transaction() as tx:
        await tx.claims.claim(broadcast_id, worker="w", limit=2, now=NOW)
    for _ in range(2):
        async with store.transaction() as tx:
            await tx.deliveries.record(broadcast_id, [result], worker="w")
    assert (await tally(store, broadcast_id)).counts == {SENT: 1, INFLIGHT: 1}


async def test_nobody_waits_in_a_circle(store: Store) -> None:
    """Transactions that touch the same broadcasts in any order all come to their end."""
    one, people = await begin_broadcast(store, 60)
    async with store.transaction() as tx:
        alert_id = (await tx.broadcasts.get(one)).alert_id
        other = await tx.broadcasts.add(alert_id=alert_id, organizer_id=None, now=NOW)
        await tx.broadcasts.set_audience(other, await tx.freezing.freeze(other, audience=of_topic("alerts")))

    async def cross(number: int) -> None:
        for broadcast_id in (one, other) if number % 2 else (other, one):
            async with store.transaction() as tx:
                await tx.claims.claim(broadcast_id, worker=f"w{number}", limit=3, now=NOW)
        async with store.transaction() as tx:
            await tx.deliveries.settle_lost([f"w{number}"])
            await tx.deliveries.skip_pending_of(people[number].id)

    await asyncio.gather(*(cross(number) for number in range(20)))
    async with store.reading() as tx:
        assert await tx.counts.differences() == []
        rows = await tx.counts._connection.execute(sa.select(sa.func.count()).select_from(broadcast_counts))
        assert rows.scalar_one() <= 2 * SLOTS * len(DeliveryState)


async def test_a_difference_is_found(store: Store) -> None:
    """A state written past the counts shows; it is put right here, as the other tests hold that there is none."""
    broadcast_id, (person,) = await begin_broadcast(store, 1)
    written = sa.update(deliveries).where(deliveries.c.subscriber_id == person.id)
    async with store.database.writing() as connection:
        await connection.execute(written.values(state=SENT))
    async with store.reading() as tx:
        assert await tx.counts.differences() == [
            Difference(broadcast_id=broadcast_id, state=PENDING, kept=1, counted=0),
            Difference(broadcast_id=broadcast_id, state=SENT, kept=0, counted=1),
        ]
    async with store.database.writing() as connection:
        await connection.execute(written.values(state=PENDING))


async def test_a_part_that_is_undone(store: Store) -> None:
    """What a savepoint undoes is not counted either; the rest of its transaction is."""
    one, people = await begin_broadcast(store, 3)
    async with store.transaction() as tx:
        await tx.deliveries.skip_pending_of(people[0].id)
        with suppress(LookupError):
            async with tx.savepoint():
                await tx.deliveries.cancel_pending(one)
                raise LookupError
    found = await tally(store, one)
    assert found.counts == {DeliveryState.PENDING: 2, DeliveryState.SKIPPED: 1}
