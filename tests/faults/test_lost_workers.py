"""Senders that died at the worst moment: what they had on the wire is found by whoever comes after."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.delivery.in_flight import InFlight
from bot.domain.delivery import DeliveryState
from bot.store.store import Store
from tests.worlds.in_process.sending import Sending, sending_to

PEOPLE, LOST = 50, 7


@pytest.fixture
async def sending(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sending]:
    """Queue a small broadcast."""
    async with sending_to(PEOPLE, store, monkeypatch) as made:
        yield made


async def claim_and_die(sending: Sending, worker: str) -> None:
    """Freeze the audience, mark some of it as on the wire, and go no further."""
    async with sending.store.transaction() as tx:
        await sending.engine()._start(tx, sending.broadcast_id)
        await tx.deliveries.claim(sending.broadcast_id, worker=worker, limit=LOST, now=sending.clock.now())


@pytest.mark.parametrize("was_known", [True, False], ids=["known", "never seen"])
async def test_lost_with_its_sender(sending: Sending, *, was_known: bool) -> None:
    """What a dead sender had on the wire is unknown, even if it died before it was known to live (I3, I4)."""
    if was_known:
        async with sending.store.transaction() as tx:
            await tx.workers.seen("dead", now=sending.clock.now())
    await claim_and_die(sending, "dead")
    await sending.finish()
    assert await sending.counts() == {
        DeliveryState.SENT: PEOPLE - LOST,
        DeliveryState.UNKNOWN: LOST,
    }
    assert len(sending.world.accepted) == PEOPLE - LOST


async def test_known_before_it_claims(sending: Sending) -> None:
    """A sender claims nothing before the others can find out that it died."""
    engine = sending.engine()
    async with sending.store.transaction() as tx:
        started = await engine._start(tx, sending.broadcast_id)
    assert started is not None
    wire = InFlight(*started, until=0.0)
    assert engine._wanted(wire) == 0
    engine._sending = True
    beating = asyncio.create_task(engine._keep_alive())
    await asyncio.wait_for(engine._woken.wait(), 5)
    beating.cancel()
    assert engine._wanted(wire) > 0
