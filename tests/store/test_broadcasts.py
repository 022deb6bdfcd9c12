"""Broadcasts and the processes that send them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.broadcast import RUNNABLE, BroadcastStatus
from bot.store.schema import broadcasts
from bot.store.store import Store, Transaction
from tests.making import NOW, draft

LATER = NOW + timedelta(minutes=5)


async def queue(tx: Transaction) -> int:
    """Queue a broadcast."""
    alert = await tx.alerts.add(draft(), now=NOW)
    return await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)


async def test_queued(store: Store) -> None:
    """A new broadcast waits for its audience to be frozen."""
    async with store.transaction() as tx:
        broadcast = await tx.broadcasts.get(await queue(tx))
        assert (broadcast.status, broadcast.audience) == (BroadcastStatus.QUEUED, 0)
        assert broadcast.created_at == NOW
        await tx.broadcasts.set_audience(broadcast.id, 12)
        assert (await tx.broadcasts.get(broadcast.id)).audience == 12
        with pytest.raises(LookupError):
            await tx.broadcasts.get(broadcast.id + 1)


async def test_oldest_first(store: Store) -> None:
    """Broadcasts come in the order they were queued, those in the statuses asked for."""
    async with store.transaction() as tx:
        ids = [await queue(tx) for _ in range(3)]
        await tx.broadcasts.set_status(ids[1], BroadcastStatus.PAUSED, now=NOW)
        assert [b.id for b in await tx.broadcasts.in_status(RUNNABLE)] == [ids[0], ids[2]]
        assert [b.id for b in await tx.broadcasts.all()] == ids


async def test_start_and_end_are_noted(store: Store) -> None:
    """The first start and the end are noted; a pause in between changes neither."""
    async with store.transaction() as tx:
        broadcast_id = await queue(tx)
        steps = [("SENDING", NOW), ("PAUSED", LATER), ("SENDING", LATER), ("FINISHED", LATER)]
        for status, now in steps:
            await tx.broadcasts.set_status(broadcast_id, BroadcastStatus[status], now=now)
    async with store.database.reading() as connection:
        row = (await connection.execute(sa.select(broadcasts))).one()
    assert (row.started_at, row.ended_at) == (NOW, LATER)


async def test_workers(store: Store) -> None:
    """Each worker's last sign is kept; one that stopped leaves none."""
    async with store.transaction() as tx:
        for worker in ("old", "new", "stopped"):
            await tx.workers.seen(worker, now=NOW)
        await tx.workers.seen("new", now=LATER)
        await tx.workers.gone("stopped")
        assert await tx.workers.last_seen() == {"old": NOW, "new": LATER}
