"""Each minute: the thanks for a moment that is over are queued. The engine sends them."""

from collections.abc import Callable
from datetime import timedelta

from bot.clock import Clock
from bot.jobs.scheduler import Chore
from bot.services import moments
from bot.store.store import Store


async def settle_moments(store: Store, clock: Clock) -> bool:
    """Queue the thanks of each moment that is over, in a transaction of its own. Returns whether any were."""
    async with store.reading() as tx:
        over = await moments.over(tx, now=clock())
    queued = False
    for alert_id in over:
        async with store.transaction() as tx:
            queued |= await moments.thank(tx, alert_id, now=clock()) is not None
    return queued


def chore(broadcast_changed: Callable[[], None] = lambda: None) -> Chore:
    """Return what the scheduler is given."""

    async def run(store: Store, clock: Clock) -> None:
        if await settle_moments(store, clock):
            broadcast_changed()

    return Chore(name="settle_moments", run=run, every=timedelta(minutes=1))
