"""What can be done about a broadcast until it has ended: start it now, pause it, go on, cancel it."""

from dataclasses import replace
from datetime import datetime

from bot.domain.audit import Event
from bot.domain.broadcast import (
    ENDED,
    RUNNABLE,
    Broadcast,
    BroadcastKind,
    BroadcastStatus,
    StopReason,
)
from bot.domain.organizer import Organizer, Right
from bot.domain.schedule import ON_CONFIRMATION, LocalHour, Moment
from bot.domain.staleness import recipients
from bot.services import audit, broadcasts
from bot.services.broadcast_progress import BroadcastOver, Progress, get_broadcast, report, timing_of
from bot.services.team import authorize
from bot.store.store import Transaction


async def start_now(tx: Transaction, broadcast_id: int, *, actor: Organizer, now: datetime) -> Progress:
    """Let a queued broadcast start without waiting for the time to undo it.

    What was approved for a time of its own still waits for that.
    Raises MayNotCompose, BroadcastOver, OtherTimeApproved.
    """
    authorize(actor, Right.SEND)
    queued = await get_broadcast(tx, broadcast_id)
    if await timing_of(tx, queued) != ON_CONFIRMATION and not waits_for_undo(queued):
        raise broadcasts.OtherTimeApproved
    if queued.status is BroadcastStatus.QUEUED and queued.starts_at > now:
        await tx.broadcasts.set_start(broadcast_id, await _earliest(tx, queued, now=now))
        audit.record(tx, Event.BROADCAST_HURRIED, audit.broadcast(broadcast_id), actor=actor, now=now)
    return await report(tx, broadcast_id)


def waits_for_undo(broadcast: Broadcast) -> bool:
    """Tell whether only the time to undo it holds a queued broadcast, or the time that it is approved for as well."""
    return broadcast.starts_at <= broadcast.created_at + broadcasts.UNDO


async def pause(tx: Transaction, broadcast_id: int, *, actor: Organizer, now: datetime) -> Progress:
    """Stop claiming; what is on the wire still comes back.

    Raises MayNotCompose, BroadcastOver.
    """
    authorize(actor, Right.SEND)
    return await _move(
        tx,
        broadcast_id,
        BroadcastStatus.PAUSED,
        RUNNABLE,
        event=Event.BROADCAST_PAUSED,
        actor=actor,
        now=now,
        stop_reason=StopReason.ORGANIZER,
        stopped_by=actor.id,
    )


async def resume(tx: Transaction, broadcast_id: int, *, actor: Organizer, now: datetime) -> Progress:
    """Go on where it was paused or halted; what was slept through, or stopped over its time, starts now.

    Raises MayNotCompose, BroadcastOver.
    """
    authorize(actor, Right.SEND)
    stopped = frozenset({BroadcastStatus.PAUSED, BroadcastStatus.HALTED})
    stopped_one = await get_broadcast(tx, broadcast_id)
    if stopped_one.stop_reason is StopReason.CANARY:
        await tx.broadcasts.set_canary(broadcast_id, None)
    is_late = stopped_one.stop_reason is StopReason.LATE
    to = BroadcastStatus.QUEUED if is_late or not stopped_one.started_at else BroadcastStatus.SENDING
    if to is BroadcastStatus.QUEUED and stopped_one.status in stopped:
        await tx.broadcasts.set_start(broadcast_id, max(stopped_one.starts_at, now))
    return await _move(tx, broadcast_id, to, stopped, event=Event.BROADCAST_RESUMED, actor=actor, now=now)


async def cancel(tx: Transaction, broadcast_id: int, *, actor: Organizer, now: datetime) -> Progress:
    """End it: what was not sent yet never will be, but of a digest, which comes with the next one.

    Raises MayNotCompose, BroadcastOver.
    """
    authorize(actor, Right.SEND)
    open_ones = frozenset(BroadcastStatus) - ENDED
    has_begun = (await get_broadcast(tx, broadcast_id)).started_at is not None
    event = Event.BROADCAST_CANCELLED if has_begun else Event.BROADCAST_UNDONE
    ended = await _move(
        tx, broadcast_id, BroadcastStatus.CANCELLED, open_ones, event=event, actor=actor, now=now
    )
    await tx.deliveries.cancel_pending(broadcast_id)
    if ended.broadcast.kind is BroadcastKind.DIGEST:
        await _put_off(tx, broadcast_id, has_begun=has_begun, now=now)
    await tx.digests.withdraw(broadcast_id)
    await tx.reminders.drop(broadcast_id)
    return replace(ended, tally=await tx.counts.tally(broadcast_id))


async def _put_off(tx: Transaction, digest_id: int, *, has_begun: bool, now: datetime) -> None:
    """Let what a digest was to bring, and did not, come with the next one of each."""
    if has_begun:
        await tx.carrying.put_off(digest_id, now=now)
    else:
        await tx.digests.put_off_due(now=now)


async def _earliest(tx: Transaction, queued: Broadcast, *, now: datetime) -> datetime:
    """Return when a broadcast may start if nobody undoes it: now, or at the first time that it is approved for.

    It is never later than what holds already.
    """
    when, first = await timing_of(tx, queued), now
    if isinstance(when, Moment):
        first = when.at
    elif isinstance(when, LocalHour):
        alert = await tx.alerts.get(queued.alert_id)
        zones = await tx.audiences.zones_left(recipients(alert), queued.id, urgent=alert.urgent)
        since = queued.left_before
        first = next((at for at in when.occurrences(zones) if since is None or at >= since), now)
    return min(queued.starts_at, max(now, first))


async def _move(
    tx: Transaction,
    broadcast_id: int,
    to: BroadcastStatus,
    allowed: frozenset[BroadcastStatus],
    *,
    event: Event,
    actor: Organizer,
    now: datetime,
    stop_reason: StopReason | None = None,
    stopped_by: int | None = None,
) -> Progress:
    broadcast = await get_broadcast(tx, broadcast_id)
    if broadcast.status in ENDED:
        raise BroadcastOver
    if broadcast.status in allowed:
        await tx.broadcasts.set_status(
            broadcast_id, to, now=now, stop_reason=stop_reason, stopped_by=stopped_by
        )
        audit.record(tx, event, audit.broadcast(broadcast_id), actor=actor, now=now)
    return await report(tx, broadcast_id)
