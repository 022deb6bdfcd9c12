"""How a broadcast starts, with the last look at its approval and its time, and the freeze; and how it stops."""

from dataclasses import replace
from datetime import datetime

import structlog

from bot.clock import Clock, tzdata_version
from bot.domain.alert import Alert
from bot.domain.audit import Event
from bot.domain.broadcast import (
    BY_ITSELF,
    NOTIFIES,
    REPEATABLE,
    RUNNABLE,
    Broadcast,
    BroadcastKind,
    BroadcastStatus,
    StopReason,
)
from bot.domain.plan import plan_of
from bot.domain.reminder import reminders_of
from bot.domain.schedule import LocalHour, Zones, timing
from bot.domain.staleness import left_out, recipients
from bot.services import audit, moments
from bot.store.store import Transaction

log = structlog.get_logger(__name__)


async def start(
    tx: Transaction, broadcast_id: int, *, clock: Clock, paid: bool
) -> tuple[Broadcast, Alert] | None:
    """Freeze the audience of a queued broadcast; halt what was not approved as it stands.

    Returns None where there is nothing to send, or not yet.
    """
    follows = (await tx.broadcasts.get_unlocked(broadcast_id)).follows
    if follows is not None:
        # Nobody claims the other's while this is frozen, nor of a digest that may carry it.
        await tx.brought.lock_with_carriers([follows, broadcast_id])
    broadcast = await tx.broadcasts.get(broadcast_id)
    alert = await tx.alerts.get(broadcast.alert_id)
    if broadcast.status not in RUNNABLE:
        return None
    if not await _is_approved(tx, broadcast, alert, paid=paid):
        await stop(tx, broadcast_id, BroadcastStatus.HALTED, StopReason.NOT_APPROVED, clock=clock)
        return None
    waits = broadcast.follows is not None and broadcast.kind not in BY_ITSELF
    if waits and await _comes_back(tx, broadcast):
        # What it follows up on is still coming back; who of those got it is known only then.
        return None
    if broadcast.is_late(now=clock()):
        await _ask_whether_late(tx, broadcast, clock=clock)
        return None
    if broadcast.status is BroadcastStatus.QUEUED:
        audience = await _freeze(tx, broadcast, alert, now=clock())
        if broadcast.started_at is None:
            await _plan_reminders(tx, broadcast, alert, now=clock())
        await moments.note_begun(tx, broadcast, alert, now=clock())
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=clock())
        audit.record(
            tx,
            Event.BROADCAST_STARTED,
            audit.broadcast(broadcast_id),
            actor=None,
            now=clock(),
            people=audience,
        )
        log.info("broadcast_started", broadcast=broadcast_id, audience=audience)
        broadcast = replace(broadcast, took_part=(await tx.broadcasts.get_unlocked(broadcast_id)).took_part)
    return broadcast, alert


async def begin_next(tx: Transaction, broadcast: Broadcast, alert: Alert, *, now: datetime) -> bool:
    """Freeze the people of the next zone where their hour has come while others are still sent to.

    Where it was slept through, it waits: what is under way ends first, then it asks.
    """
    due_at = broadcast.next_at
    if due_at is None or due_at > now or broadcast.status is not BroadcastStatus.SENDING:
        return False
    hour = _hour_of(broadcast, alert)
    waiting = replace(broadcast, status=BroadcastStatus.QUEUED, starts_at=due_at)
    if hour is None or waiting.is_late(now=now):
        return False
    await _freeze_due(tx, broadcast, alert, hour, due_at=due_at, now=now)
    return True


async def stop(
    tx: Transaction, broadcast_id: int, status: BroadcastStatus, reason: StopReason, *, clock: Clock
) -> None:
    """Pause or halt a broadcast that stops by itself."""
    await tx.broadcasts.set_status(broadcast_id, status, now=clock(), stop_reason=reason)
    event = Event.BROADCAST_HALTED if status is BroadcastStatus.HALTED else Event.BROADCAST_PAUSED
    audit.record(tx, event, audit.broadcast(broadcast_id), actor=None, now=clock(), reason=reason.value)
    log.warning("broadcast_stopped", broadcast=broadcast_id, status=status.value, reason=reason.value)


async def words_of(tx: Transaction, broadcast: Broadcast) -> int:
    """Return the alert whose words go out by now: once a correction has begun, who is still to come gets these.

    They may wait for the end of their quiet hours, or for the hour of their zone, and no correction comes after them.
    """
    if broadcast.kind not in NOTIFIES:
        return broadcast.alert_id
    corrections = await tx.broadcasts.follow_ups_of(broadcast.id, BroadcastKind.CORRECT)
    begun = [each.alert_id for each in corrections if each.started_at is not None]
    return begun[-1] if begun else broadcast.alert_id


def locales_left_out(broadcast: Broadcast, alert: Alert) -> frozenset[str]:
    """Return the locales whose readers a broadcast leaves out, at the freeze and again at the claim.

    What was sent to somebody can be taken from them, whatever was chosen since. A digest stands under one of the alerts
    it carries, and carries to each reader only those that were for them.
    """
    takes_or_carries = broadcast.kind in (BroadcastKind.RECALL, BroadcastKind.DIGEST)
    return frozenset() if takes_or_carries else left_out(alert)


async def finish(tx: Transaction, broadcast_id: int, *, clock: Clock) -> None:
    """End a broadcast of which nothing is left to send."""
    await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.FINISHED, now=clock())
    audit.record(tx, Event.BROADCAST_FINISHED, audit.broadcast(broadcast_id), actor=None, now=clock())
    log.info("broadcast_finished", broadcast=broadcast_id)


async def _is_approved(tx: Transaction, broadcast: Broadcast, alert: Alert, *, paid: bool) -> bool:
    """Whether exactly what this broadcast does was approved.

    A recall takes away and needs no approval; what a digest carries went out under its own.
    """
    if broadcast.kind in (BroadcastKind.RECALL, BroadcastKind.DIGEST):
        return True
    # What may cost Stars may also go out without.
    plans = [plan_of(alert, paid=may_cost) for may_cost in sorted({paid, True})]
    # What has begun goes on as it was approved, whoever has joined or left the team meanwhile.
    approvers = None if await tx.broadcasts.has_begun(alert.id) else await tx.organizers.approving()
    return any(
        [
            plan.covers(broadcast) and await tx.plans.is_approved(alert.id, plan, approvers=approvers)
            for plan in plans
        ]
    )


async def _comes_back(tx: Transaction, broadcast: Broadcast) -> bool:
    """Whether anything of what a broadcast follows up on is still to come back, from a digest that carries it too."""
    first = broadcast.follows or 0
    if await tx.deliveries.has_open(first):
        return True
    changes = broadcast.kind in REPEATABLE and broadcast.status is BroadcastStatus.QUEUED
    return changes and await tx.brought.is_on_the_wire(first)


async def _ask_whether_late(tx: Transaction, broadcast: Broadcast, *, clock: Clock) -> None:
    """Pause what was slept through; who confirmed it gets a new message, since phones tell of new ones only."""
    if broadcast.organizer_id is not None:
        await tx.progress_messages.hand_over(broadcast.id, broadcast.organizer_id)
    await stop(tx, broadcast.id, BroadcastStatus.PAUSED, StopReason.LATE, clock=clock)


def _hour_of(broadcast: Broadcast, alert: Alert) -> LocalHour | None:
    """Return the hour of each person's zone that a sending is for; None where it goes to everybody at once."""
    if broadcast.kind is not BroadcastKind.SEND:
        return None
    when = timing(alert.start, broadcast.day)
    return when if isinstance(when, LocalHour) else None


async def _freeze_due(
    tx: Transaction, broadcast: Broadcast, alert: Alert, hour: LocalHour, *, due_at: datetime, now: datetime
) -> int:
    """Freeze whose hour has come and who has no delivery yet, and find when the next hour comes. Returns how many.

    Whoever moved to a zone whose hour is past, or joined there, is among the next ones; who has got it, is not.
    """
    audience = broadcast.audience
    if await tx.occurrences.mark(occurrence_key(broadcast.id, due_at), broadcast.id, due_at=due_at, now=now):
        zones = hour.due(until=now, since=broadcast.left_before)
        again = broadcast.started_at is not None
        audience += await _freeze_people(tx, broadcast, alert, now=now, zones=zones, again=again)
        await tx.broadcasts.set_audience(broadcast.id, audience)
    left = hour.occurrences(
        await tx.audiences.zones_left(recipients(alert), broadcast.id, urgent=alert.urgent)
    )
    next_at = next((at for at in left if at > now), None)
    await tx.broadcasts.set_next(broadcast.id, next_at, tzdata=tzdata_version())
    log.info("occurrence_begun", broadcast=broadcast.id, audience=audience, is_last=next_at is None)
    return audience


async def _freeze_people(
    tx: Transaction,
    broadcast: Broadcast,
    alert: Alert,
    *,
    now: datetime,
    zones: Zones | None = None,
    again: bool = False,
) -> int:
    """Freeze who gets it now, who gets it when their quiet hours are over, and whose digest it waits for.

    Returns how many deliveries; digests are none.
    """
    people = recipients(alert)
    audience = await tx.freezing.freeze(
        broadcast.id, audience=people, zones=zones, again=again, urgent=alert.urgent
    )
    await tx.freezing.defer_quiet(broadcast.id, now=now)
    digests = await tx.digests.freeze(broadcast.id, audience=people, now=now)
    if digests:
        log.info("digests_added", broadcast=broadcast.id, people=digests)
    return audience


def occurrence_key(broadcast_id: int, due_at: datetime) -> str:
    """Return what tells one occurrence of a broadcast from every other."""
    return f"broadcast {broadcast_id} {due_at:%Y-%m-%dT%H:%M:%S}"


async def _freeze_reminded(tx: Transaction, broadcast: Broadcast) -> int:
    planned = await tx.reminders.that_is(broadcast.id)
    if planned is None:
        return 0
    # People's acts are counted under the alert that was sent first, whatever was corrected since.
    first = await tx.broadcasts.get_unlocked(planned.broadcast_id)
    return await tx.reminders.freeze(broadcast.id, first.alert_id, planned.reminder)


async def _plan_reminders(tx: Transaction, broadcast: Broadcast, alert: Alert, *, now: datetime) -> None:
    """Note when a sending reminds, or by its correction does."""
    if broadcast.kind is BroadcastKind.SEND:
        await tx.reminders.plan(broadcast.id, reminders_of(alert, sent_at=now))
    elif broadcast.kind is BroadcastKind.CORRECT and broadcast.follows is not None:
        first = await tx.broadcasts.get_unlocked(broadcast.follows)
        await tx.reminders.plan(first.id, reminders_of(alert, sent_at=first.started_at or now))


async def _is_too_late_to_delete(tx: Transaction, broadcast: Broadcast) -> bool:
    """Whether a recall was begun when only digests could still be changed."""
    if broadcast.kind is not BroadcastKind.RECALL or broadcast.follows is None:
        return False
    first = await tx.broadcasts.get_unlocked(broadcast.follows)
    return not first.time_to_recall(now=broadcast.created_at)


async def _freeze(tx: Transaction, broadcast: Broadcast, alert: Alert, *, now: datetime) -> int:
    hour = _hour_of(broadcast, alert)
    if hour is not None:
        return await _freeze_due(tx, broadcast, alert, hour, due_at=broadcast.starts_at, now=now)
    if broadcast.kind is BroadcastKind.SEND:
        audience = await _freeze_people(tx, broadcast, alert, now=now)
    elif broadcast.kind is BroadcastKind.THANKS:
        audience = await moments.freeze_thanks(tx, broadcast)
    elif broadcast.kind is BroadcastKind.REMIND:
        audience = await _freeze_reminded(tx, broadcast)
    elif broadcast.kind is BroadcastKind.DIGEST:
        audience = await tx.carrying.take_due(broadcast.id, now=now)
    else:
        audience = await tx.freezing.freeze_follow_up(
            broadcast,
            without=locales_left_out(broadcast, alert),
            only_digests=await _is_too_late_to_delete(tx, broadcast),
        )
        if broadcast.kind in NOTIFIES:
            await tx.freezing.defer_quiet(broadcast.id, now=now)
        elif broadcast.kind is BroadcastKind.RECALL and broadcast.follows is not None:
            await tx.digests.withdraw(broadcast.follows)
    last_id = None
    if broadcast.canary is not None:
        last_id = await tx.freezing.last_of_first(broadcast.id, broadcast.canary)
    await tx.broadcasts.set_audience(broadcast.id, audience, canary_last_id=last_id)
    return audience
