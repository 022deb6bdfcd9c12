"""Senders that died at the worst moment: what they had on the wire is found by whoever comes after."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.delivery import DeliveryState
from bot.store.claims import Claims
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
        await tx.claims.claim(sending.broadcast_id, worker=worker, limit=LOST, now=sending.clock.now())


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


async def test_known_before_it_claims(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender claims nothing before the others can find out that it died."""
    claim, known = Claims.claim, []

    async def look_and_claim(claims: Claims, *of: int, worker: str, **about: Any) -> Any:
        async with sending.store.reading() as tx:
            known.append(worker in await tx.workers.last_seen())
        return await claim(claims, *of, worker=worker, **about)

    monkeypatch.setattr(Claims, "claim", look_and_claim)
    await sending.finish()
    assert known
    assert all(known)
