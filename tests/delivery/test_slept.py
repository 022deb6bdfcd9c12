"""A sender that was stopped for longer than others wait for its heartbeat: what it had claimed is not its own."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.delivery import liveness
from bot.delivery.governor import Governor
from bot.delivery.start_times import Grant
from bot.domain.delivery import DeliveryState
from bot.store.store import Store
from tests.worlds.in_process.sending import Sending, sending_to

PEOPLE = 400


@pytest.fixture
async def sending(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sending]:
    """Queue a small broadcast."""
    async with sending_to(PEOPLE, store, monkeypatch) as made:
        yield made


async def test_what_was_settled_is_not_posted(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    """What others have settled as unknown while it slept stays unknown: it does not go out when it wakes (I4)."""
    may_start = Governor.may_start
    settled: list[int] = []

    async def slept(governor: Governor, grant: Grant) -> bool:
        monkeypatch.setattr(liveness, "SURE_SECONDS", liveness.DEAD_AFTER)
        may = await may_start(governor, grant)
        if grant.allowed and not settled:
            # Between the commit and the first byte: its heartbeat stops, and another process finds it dead.
            monkeypatch.setattr(liveness, "SURE_SECONDS", 0.05)
            async with sending.store.transaction() as tx:
                settled.append(await tx.deliveries.settle_lost(sorted(await tx.deliveries.claimants())))
            await asyncio.sleep(0.1)
        return may

    monkeypatch.setattr(Governor, "may_start", slept)
    await sending.finish()
    assert settled[0] > 0
    assert await sending.counts() == {
        DeliveryState.SENT: PEOPLE - settled[0],
        DeliveryState.UNKNOWN: settled[0],
    }
    assert len(sending.world.accepted) == PEOPLE - settled[0]
    sending.assert_nobody_twice()
