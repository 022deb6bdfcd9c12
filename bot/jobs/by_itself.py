"""Each minute: queues the reminders and the digests that are due; the engine sends them."""

from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.jobs.scheduler import Chore
from bot.services import by_itself
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of

log = structlog.get_logger(__name__)


def chore() -> Chore:
    """Return what the scheduler is given."""
    return Chore(name="queue_due", run=queue_due, every=timedelta(minutes=1))


async def queue_due(store: Store, clock: Clock) -> None:
    """Queue what is due, once: any number of processes may, each reminder becomes one broadcast."""
    try:
        async with store.reading() as tx:
            is_due = await by_itself.is_due(tx, now=clock())
        if is_due:
            async with store.transaction() as tx:
                await by_itself.queue_due(tx, now=clock())
    except TRANSIENT_DATABASE_ERRORS as error:
        log.warning("chore_delayed", chore="queue_due", error=name_of(error))
