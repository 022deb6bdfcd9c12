"""Sends the owners checkpoints of the audit: where whoever takes the database cannot reach them."""

from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Courier
from bot.jobs.scheduler import Chore
from bot.services import audit_log
from bot.store.store import Store
from bot.telegram_io.replies import silently
from bot.wording.audit import checkpoint_screen
from bot.wording.chat import new_message

log = structlog.get_logger(__name__)

JOB = "checkpoints"

EVERY = timedelta(minutes=1)
"""How often to look whether one is due: so long after an approval at the most it is on its way."""

SLACK = 0.1
"""By this share of the time between two ticks one may come early: it is due then all the same."""


def chore(courier: Courier, catalogs: Catalogs) -> Chore:
    """Return what the scheduler is given."""

    async def run(store: Store, clock: Clock) -> None:
        await send_checkpoint(store, courier, catalogs, clock)

    return Chore(name="send_checkpoint", run=run, every=EVERY)


async def send_checkpoint(store: Store, courier: Courier, catalogs: Catalogs, clock: Clock) -> None:
    """Send each owner a checkpoint, silently, if one is due.

    It is noted as sent once it is: what a process that dies in between has sent already comes once more. Of all
    processes that tick, one does it.
    """
    now = clock()
    async with store.reading() as tx:
        due = await audit_log.is_checkpoint_due(tx, now=now) and await tx.jobs.is_due(
            JOB, now=now, every=EVERY
        )
    if not due:
        return
    async with store.transaction() as tx:
        if not await tx.jobs.claim(JOB, now=now, every=EVERY * (1 - SLACK)):
            return
        found = await audit_log.latest_checkpoint(tx)
    if found is None:
        return
    checkpoint, owners = found
    sent = 0
    for owner in owners:
        words = catalogs.words(owner.locale)
        shown = checkpoint_screen(words, checkpoint)
        message_id = await courier.post_message(silently(new_message(owner.chat_id, shown, words)))
        sent += message_id is not None
    log.info("checkpoint_sent", owners=sent, unreached=len(owners) - sent)
    if sent:
        async with store.transaction() as tx:
            await audit_log.checkpoint_sent(tx, checkpoint, now=now)
