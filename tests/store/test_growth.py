"""Sums of who came and went: written with what happened, or not at all; and what came of broadcasts by group."""

import asyncio
from contextlib import suppress
from datetime import date, timedelta

import sqlalchemy as sa

from bot.domain.broadcast import BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.growth import GrowthCount, GrowthEvent, week_of
from bot.domain.report import ERASED, REPORTED_UNTIL, ReportCount
from bot.services.privacy import erase
from bot.store.schema import growth
from bot.store.store import Store, Transaction
from bot.store.transitions import Recorded
from tests.making import CHAT, NOW, begin_broadcast, join

TODAY = NOW.date()
WEEK = week_of(TODAY)


def add(
    tx: Transaction, event: GrowthEvent = GrowthEvent.JOINED, *, n: int = 1, after: int | None = None
) -> None:
    """Count an event of today."""
    tx.growth.add(event, day=TODAY, locale="en", source_id=None, n=n, after=after)


async def sums(store: Store) -> list[tuple[str, int]]:
    """Return what is committed of this week."""
    async with store.reading() as tx:
        return sorted((each.event.value, each.n) for each in await tx.growth.between(WEEK, date.max))


async def test_committed_or_not(store: Store) -> None:
    """Sums add up over transactions; what is undone, in whole or in part, was never counted."""
    for _ in range(3):
        async with store.transaction() as tx:
            add(tx)
            add(tx, n=2)
            with suppress(ZeroDivisionError):
                async with tx.savepoint():
                    add(tx, GrowthEvent.LEFT)
                    raise ZeroDivisionError
    with suppress(ZeroDivisionError):
        async with store.transaction() as tx:
            add(tx)
            raise ZeroDivisionError
    assert await sums(store) == [("joined", 9)]


async def test_many_at_once(store: Store) -> None:
    """Many who come at once are all counted, and nobody waits for another's sum for good."""

    async def one(number: int) -> None:
        async with store.transaction() as tx:
            add(tx, GrowthEvent.LEFT if number % 2 else GrowthEvent.JOINED)
            add(tx, GrowthEvent.JOINED if number % 2 else GrowthEvent.LEFT)

    await asyncio.gather(*(one(number) for number in range(30)))
    assert await sums(store) == [("joined", 30), ("left", 30)]


async def test_by_week_and_source(store: Store) -> None:
    """A week holds its days; a source its people; older weeks are not asked for."""
    async with store.transaction() as tx:
        source = await tx.sources.add("k7m2p9qa", "Poster", now=NOW)
        for days in (0, 1, -30):
            day = WEEK + timedelta(days=days)
            tx.growth.add(GrowthEvent.JOINED, day=day, locale="ar", source_id=source.id)
    async with store.reading() as tx:
        assert await tx.growth.between(WEEK, date.max) == [
            GrowthCount(week=WEEK, locale="ar", source_id=source.id, event=GrowthEvent.JOINED, n=2)
        ]
        assert await tx.growth.joined() == {source.id: 3}
        assert await tx.sources.find("k7m2p9qa") == source.id
        assert await tx.sources.find("22222222") is None
        assert await tx.sources.get(source.id) == source
        assert await tx.sources.get(source.id + 1) is None
        assert await tx.sources.all() == [source]


async def test_departures_of_a_broadcast(store: Store) -> None:
    """Who left after a broadcast is a sum of it; joining is none."""
    async with store.transaction() as tx:
        add(tx, GrowthEvent.LEFT, n=2, after=7)
        add(tx, GrowthEvent.BLOCKED, after=7)
        add(tx, GrowthEvent.JOINED, after=7)
        add(tx, GrowthEvent.LEFT, after=8)
    async with store.reading() as tx:
        assert sum(each.n for each in await tx.growth.left_after(7)) == 3


async def test_nobody_is_in_it(store: Store) -> None:
    """The table holds sums and no column in which somebody could be."""
    assert {column.name for column in growth.c} == {
        *("week", "locale", "source_id", "event", "broadcast_id", "slot", "n")
    }
    async with store.transaction() as tx:
        add(tx)
    async with store.database.reading() as connection:
        assert (await connection.execute(sa.select(sa.func.count()).select_from(growth))).scalar_one() == 1


async def test_blocked_are_counted_once(store: Store) -> None:
    """Whom a broadcast finds to have blocked the bot is counted once, and not who had left."""
    async with store.transaction() as tx:
        there, left = await join(tx, 2)
        await tx.subscribers.save(left.leave())
    for _ in range(2):
        async with store.transaction() as tx:
            await tx.deliveries.stop_unreachable([there.id, left.id], today=TODAY)
    assert await sums(store) == [("blocked", 1)]


async def sent(store: Store, broadcast_id: int, *subscriber_ids: int) -> None:
    """Let a broadcast have been sent to these."""
    async with store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=NOW)
        claimed = await tx.claims.claim(broadcast_id, worker="w", limit=9, now=NOW)
        states = {True: DeliveryState.SENT, False: DeliveryState.BLOCKED}
        results = [
            Recorded(subscriber_id=one.subscriber_id, state=states[one.subscriber_id in subscriber_ids])
            for one in claimed
        ]
        await tx.deliveries.record(broadcast_id, results, worker="w")


async def test_the_latest_that_was_sent(store: Store) -> None:
    """Of the broadcasts of these days the last one that was sent to a person is found; no other's, and no older."""
    broadcast_id, (first, second) = await begin_broadcast(store, 2)
    await sent(store, broadcast_id, first.id)

    async def found(subscriber_id: int, hours: int) -> int | None:
        async with store.reading() as tx:
            return await tx.deliveries.latest_sent_to(subscriber_id, since=NOW + timedelta(hours=hours))

    assert await found(first.id, 1000) == broadcast_id  # it goes out still
    async with store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.FINISHED, now=NOW)
    assert await found(first.id, 0) == broadcast_id
    assert await found(first.id, 1) is None
    assert await found(second.id, 0) is None


async def test_counted_by_group(store: Store) -> None:
    """A broadcast is counted by what its people read and came by; who was erased is of no group; again is the same."""
    async with store.transaction() as tx:
        source = await tx.sources.add("k7m2p9qa", "Poster", now=NOW)
        await tx.subscribers.add(CHAT, locale="en", today=TODAY, source_id=source.id)
    broadcast_id, people = await begin_broadcast(store, 3)
    await sent(store, broadcast_id, people[0].id, people[1].id)
    async with store.transaction() as tx:
        await erase(tx, CHAT + 2, now=NOW)
        assert await tx.report_counts.uncounted() == []
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.FINISHED, now=NOW)
        assert await tx.report_counts.uncounted() == [broadcast_id]
        assert await tx.report_counts.of(broadcast_id) is None
    expected = {
        ReportCount(locale="en", source_id=source.id, state=DeliveryState.SENT, n=1),
        ReportCount(locale="en", source_id=None, state=DeliveryState.SENT, n=1),
        ReportCount(locale=ERASED, source_id=None, state=DeliveryState.BLOCKED, n=1),
    }
    for _ in range(2):
        async with store.transaction() as tx:
            counts = await tx.report_counts.count(broadcast_id)
            await tx.report_counts.keep(broadcast_id, counts, now=NOW)
        async with store.reading() as tx:
            assert set(await tx.report_counts.of(broadcast_id) or ()) == expected
            assert await tx.report_counts.uncounted() == []


async def test_told_once(store: Store) -> None:
    """A report waits from the end on, until it is told or no news any more."""
    broadcast_id, _ = await begin_broadcast(store, 1)
    async with store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=NOW)
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.CANCELLED, now=NOW)
        assert [each.id for each in await tx.report_counts.untold(now=NOW)] == [broadcast_id]
        assert await tx.report_counts.untold(now=NOW + REPORTED_UNTIL) == []
        await tx.report_counts.told(broadcast_id, now=NOW)
        assert await tx.report_counts.untold(now=NOW) == []
