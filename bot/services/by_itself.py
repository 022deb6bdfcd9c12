"""What the bot sends by itself: reminders and digests are queued when they are due, each once."""

from datetime import datetime

import structlog

from bot.delivery.judging import STOPPED, stands, words_of
from bot.domain.broadcast import BroadcastKind, BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.store.reminders import Planned
from bot.store.store import Transaction

log = structlog.get_logger(__name__)


async def is_due(tx: Transaction, *, now: datetime) -> bool:
    """Return whether anything may be to be queued."""
    return await tx.reminders.is_due(now=now) or bool(await tx.digests.due(now=now, limit=1))


async def queue_due(tx: Transaction, *, now: datetime) -> list[int]:
    """Queue what is due. Returns the broadcasts."""
    queued = [await _remind(tx, planned, now=now) for planned in await tx.reminders.due(now=now)]
    queued.append(await _digest(tx, now=now))
    return [each for each in queued if each is not None]


async def reminders_sent(tx: Transaction, broadcast_id: int) -> int:
    """Return how many reminders of a sending were sent."""
    reminded = [each.remind_id for each in await tx.reminders.of(broadcast_id) if each.remind_id is not None]
    tallies = [await tx.counts.tally(remind_id) for remind_id in reminded]
    return sum(tally[DeliveryState.SENT] for tally in tallies)


async def _remind(tx: Transaction, planned: Planned, *, now: datetime) -> int | None:
    """Queue a reminder of what still stands; what is stopped waits until it goes on, or until it is too late."""
    sent = await tx.broadcasts.get_unlocked(planned.broadcast_id)
    alert = await words_of(tx, sent)
    is_over = now >= planned.reminder.over_at
    if sent.status in STOPPED and not is_over:
        return None
    if is_over or alert is None or not await stands(tx, sent):
        await tx.reminders.let_go(planned)
        return None
    remind_id = await tx.broadcasts.add(
        alert_id=alert.id, organizer_id=None, now=now, kind=BroadcastKind.REMIND, follows=sent.id
    )
    await tx.reminders.set_queued(planned, remind_id)
    log.info("reminder_queued", broadcast=remind_id, follows=sent.id, number=planned.reminder.number)
    return remind_id


async def _digest(tx: Transaction, *, now: datetime) -> int | None:
    """Queue one digest for all whose hour has come, unless one is about to begin: that takes them along."""
    due = await tx.digests.due(now=now, limit=1)
    if not due:
        return None
    waiting = await tx.broadcasts.in_status([BroadcastStatus.QUEUED])
    if any(each.kind is BroadcastKind.DIGEST for each in waiting):
        return None
    first = (await tx.digests.entries(due[0]))[0]
    digest_id = await tx.broadcasts.add(
        alert_id=first.alert_id, organizer_id=None, now=now, kind=BroadcastKind.DIGEST
    )
    log.info("digest_queued", broadcast=digest_id)
    return digest_id
