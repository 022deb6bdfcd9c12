"""What is due: looked at, taken off, decided about when it was slept through, reckoned anew with the zones."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import tzdata_version
from bot.domain.alert import Alert
from bot.domain.audit import Event
from bot.domain.broadcast import ENDED, Broadcast, BroadcastStatus, StopReason
from bot.domain.organizer import Organizer, Right
from bot.domain.schedule import ON_CONFIRMATION, LocalHour, Rule, timing
from bot.domain.series import Series
from bot.domain.staleness import recipients
from bot.services import audit, broadcast_progress, broadcasts, steering
from bot.services.broadcast_progress import BroadcastOver, Progress, report
from bot.services.team import authorize
from bot.store.store import Transaction

SECOND = timedelta(seconds=1)

WAITING = frozenset({BroadcastStatus.QUEUED, BroadcastStatus.PAUSED, BroadcastStatus.HALTED})


@dataclass(frozen=True, kw_only=True, slots=True)
class DueBroadcast:
    """A broadcast that waits for its time."""

    alert: Alert
    broadcast: Broadcast

    @property
    def at(self) -> datetime:
        """When it is due."""
        return self.broadcast.starts_at

    @property
    def rule(self) -> Rule:
        """By which rule."""
        return self.alert.start

    @property
    def can_be_changed(self) -> bool:
        """Whether nobody has got it, and nothing else is to be decided first."""
        return self.broadcast.started_at is None and self.broadcast.status is BroadcastStatus.QUEUED


@dataclass(frozen=True, kw_only=True, slots=True)
class DueSeries:
    """What repeats, by its next day, which begins at `at`."""

    alert: Alert
    series: Series
    at: datetime

    @property
    def rule(self) -> Rule:
        """By which rule."""
        return self.series.rule


Due = DueBroadcast | DueSeries


async def due(tx: Transaction, *, actor: Organizer) -> list[Due]:
    """Return what is due at a time of its own, the next one first."""
    authorize(actor, Right.LOOK)
    found: list[Due] = []
    for broadcast in await tx.broadcasts.in_status(WAITING):
        alert = await tx.alerts.find(broadcast.alert_id)
        if alert is not None and alert.start != ON_CONFIRMATION and broadcast.follows is None:
            found.append(DueBroadcast(alert=alert, broadcast=broadcast))
    for series in await tx.series.open():
        alert = await tx.alerts.find(series.alert_id)
        if alert is not None and series.next_at is not None:
            found.append(DueSeries(alert=alert, series=series, at=series.next_at))
    return sorted(found, key=lambda each: each.at)


async def take_off(tx: Transaction, broadcast_id: int, *, actor: Organizer, now: datetime) -> Broadcast:
    """Cancel what is due and has not begun; its alert is a draft again.

    Raises MayNotCompose, BroadcastOver.
    """
    authorize(actor, Right.SEND)
    stands = await broadcast_progress.progress(tx, broadcast_id, actor=actor)
    if stands.broadcast.started_at is not None:
        raise BroadcastOver
    return (await steering.cancel(tx, broadcast_id, actor=actor, now=now)).broadcast


async def leave_out(tx: Transaction, broadcast_id: int, *, actor: Organizer, now: datetime) -> Progress:
    """Let what was slept through not go out: the people whose hour is past get nothing, those further west do.

    Where nobody is further west, it is cancelled.
    Raises MayNotCompose, BroadcastOver.
    """
    authorize(actor, Right.SEND)
    stands = await broadcast_progress.progress(tx, broadcast_id, actor=actor)
    broadcast = stands.broadcast
    if broadcast.stop_reason is not StopReason.LATE or broadcast.status is not BroadcastStatus.PAUSED:
        return stands
    ahead = [at for at in await _instants(tx, broadcast) if at > now]
    if not ahead:
        return await steering.cancel(tx, broadcast_id, actor=actor, now=now)
    await tx.broadcasts.leave_before(broadcast_id, now)
    audit.record(tx, Event.BROADCAST_LEFT_OUT, audit.broadcast(broadcast_id), actor=actor, now=now)
    await tx.broadcasts.wait_until(broadcast_id, ahead[0])
    return await report(tx, broadcast_id)


async def reckon_anew(tx: Transaction, broadcast_id: int) -> bool:
    """Work out anew when a broadcast that waits for an hour of people's zones starts, if the zones have changed.

    Returns whether they had.
    """
    broadcast = await tx.broadcasts.get(broadcast_id)
    if broadcast.status in ENDED or broadcast.tzdata in (None, tzdata_version()):
        return False
    begun = await tx.occurrences.of(broadcast_id)
    since = begun[-1] + SECOND if begun else broadcast.left_before
    ahead = [at for at in await _instants(tx, broadcast) if since is None or at >= since]
    if ahead and broadcast.status is not BroadcastStatus.SENDING:
        first = max(ahead[0], broadcast.created_at + broadcasts.UNDO)
        await tx.broadcasts.set_start(broadcast_id, first)
    next_at = broadcast.next_at and next(iter(ahead), broadcast.next_at)
    await tx.broadcasts.set_next(broadcast_id, next_at, tzdata=tzdata_version())
    return True


async def _instants(tx: Transaction, broadcast: Broadcast) -> tuple[datetime, ...]:
    """Return when it is the hour of those who have not got it, the first one first; none where there is one time."""
    alert = await tx.alerts.get(broadcast.alert_id)
    when = timing(alert.start, broadcast.day)
    if not isinstance(when, LocalHour):
        return ()
    return when.occurrences(
        await tx.audiences.zones_left(recipients(alert), broadcast.id, urgent=alert.urgent)
    )
