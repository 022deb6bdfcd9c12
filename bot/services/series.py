"""What repeats each week: begun by an organizer, brought out by a job, halted and ended."""

from dataclasses import dataclass, replace
from datetime import date, datetime

import structlog

from bot.clock import tzdata_version
from bot.domain.alert import Alert
from bot.domain.audit import Event
from bot.domain.findings import Finding
from bot.domain.organizer import Organizer, Right, Role
from bot.domain.plan import plan_of
from bot.domain.schedule import LocalHour, Moment, Weekly
from bot.domain.series import Series, SeriesStatus
from bot.domain.staleness import recipients
from bot.errors import CampaignError
from bot.services import audit, checks
from bot.services.broadcasts import OtherTimeApproved, require_sendable
from bot.services.team import authorize
from bot.store.store import Transaction

log = structlog.get_logger(__name__)


class SeriesOver(CampaignError):
    """This does not repeat any more; nothing is left to change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """An occurrence that did not go out, and its series as it stands now.

    `blocks`: what the check found; none where the alert is not approved as it stands.
    """

    series: Series
    blocks: tuple[Finding, ...] = ()


class _BegunBefore(Exception):
    """This occurrence has begun before: what was written for it is undone."""


async def repeat(
    tx: Transaction,
    alert_id: int,
    *,
    confirmed: int | None,
    paid: bool,
    actor: Organizer,
    now: datetime,
    again: bool = False,
) -> Series:
    """Let an approved alert go out on its days, from the next one on, each time to whom it reaches then.

    It takes the place of the series that the alert had.
    Raises MayNotCompose, AlertMissing, AlertSent, NotApproved, NobodyToReach, ReachChanged, SentAlready, TimePast,
    OtherTimeApproved.
    """
    authorize(actor, Right.SEND)
    alert, _ = await require_sendable(
        tx, alert_id, confirmed=confirmed, paid=paid, actor=actor, now=now, again=again
    )
    if not isinstance(alert.start, Weekly):
        raise OtherTimeApproved
    made = Series(
        id=0,
        alert_id=alert_id,
        organizer_id=actor.id,
        rule=alert.start,
        status=SeriesStatus.ACTIVE,
        next_day=None,
        next_at=None,
        tzdata=tzdata_version(),
    )
    plan = plan_of(alert, paid=paid).sha256
    about = audit.alert(alert_id)
    audit.record(tx, Event.SERIES_BEGUN, about, actor=actor, now=now, plan=plan, people=confirmed)
    return await tx.series.add(made.following(alert.start, after=now, tzdata=tzdata_version()), now=now)


async def end(tx: Transaction, series_id: int, *, actor: Organizer, now: datetime) -> Series:
    """End a series: what has begun goes on, nothing else begins. Its alert stays a draft.

    Raises MayNotCompose, SeriesOver.
    """
    authorize(actor, Right.SEND)
    found = await _open(tx, series_id)
    ended = replace(found, status=SeriesStatus.ENDED, next_day=None, next_at=None)
    await tx.series.save(ended)
    audit.record(tx, Event.SERIES_ENDED, audit.alert(found.alert_id), actor=actor, now=now)
    return ended


async def go_on(tx: Transaction, series_id: int, *, actor: Organizer, now: datetime) -> Series:
    """Let a halted series go on with its next day; what it was halted over does not go out.

    Raises MayNotCompose, SeriesOver.
    """
    authorize(actor, Right.SEND)
    found = await _open(tx, series_id)
    if found.status is not SeriesStatus.HALTED:
        return found
    going = replace(found, status=SeriesStatus.ACTIVE)
    going = going.following(going.rule, after=now, tzdata=tzdata_version())
    await tx.series.save(going)
    audit.record(tx, Event.SERIES_RESUMED, audit.alert(found.alert_id), actor=actor, now=now)
    return going


async def of_alert(tx: Transaction, alert_id: int, *, actor: Organizer) -> Series | None:
    """Return the series of an alert, where it repeats."""
    authorize(actor, Right.LOOK)
    found = await tx.series.of_alert(alert_id)
    return None if found is None or found.status is SeriesStatus.ENDED else found


async def begin_due(tx: Transaction, series_id: int, *, paid: bool, now: datetime) -> Stopped | None:
    """Let the occurrence of a series that is due begin: as a broadcast of its own, of a copy of the alert.

    The mark, the broadcast and the next time are one transaction. Of days that were slept through the last one begins,
    and asks (`Broadcast.is_late`). Returned is what did not go out, so that the team is told: an alert that is not
    approved as it stands, the first time; an occurrence in whose way the check finds something as of its moment, each
    time. Warnings stop none: they were seen when the series was approved.
    """
    seen = await tx.series.look(series_id)
    alert = None if seen is None else await tx.alerts.find(seen.alert_id)
    found = await tx.series.find(series_id)
    if found is None or found.status in (SeriesStatus.ENDED, SeriesStatus.HALTED):
        return None
    if alert is None or not isinstance(alert.start, Weekly):
        # The draft was deleted, or goes out by another rule: nobody has confirmed that it does.
        await tx.series.save(replace(found, status=SeriesStatus.ENDED, next_day=None, next_at=None))
        return None
    found = _reckoned(found, alert.start, now=now)
    await tx.series.save(found)
    day = found.last_due(now=now)
    if day is None:
        return None
    following = found.following(found.rule, after=now, tzdata=tzdata_version())
    answers = await _answerable(tx, found)
    if answers is None or not await _is_approved(tx, alert, paid=paid):
        log.warning("occurrence_not_approved", series=found.id)
        following = following.but(SeriesStatus.NOT_APPROVED)
        await tx.series.save(following)
        return None if found.status is SeriesStatus.NOT_APPROVED else Stopped(series=following)
    following = following.but(SeriesStatus.ACTIVE)
    await tx.series.save(following)
    try:
        await checks.require_unblocked(tx, alert, actor=answers, now=now, day=day)
    except checks.CheckBlocked as error:
        log.warning("occurrence_blocked", series=found.id, blocks=len(error.findings))
        audit.record(tx, Event.OCCURRENCE_BLOCKED, audit.alert(found.alert_id), actor=None, now=now)
        return Stopped(series=following, blocks=error.findings)
    try:
        async with tx.savepoint():
            await _begin(tx, found, alert, day, now=now)
    except _BegunBefore:
        log.warning("occurrence_begun_before", series=found.id)
    return None


async def is_out_of_date(tx: Transaction, found: Series, *, now: datetime) -> bool:
    """Whether `begin_due` has something to do: a look that changes nothing, and waits for nobody."""
    if found.status is SeriesStatus.HALTED:
        return False
    alert = await tx.alerts.find(found.alert_id)
    is_due = found.next_at is not None and found.next_at <= now
    return is_due or alert is None or alert.start != found.rule or found.tzdata != tzdata_version()


def _reckoned(found: Series, rule: Weekly, *, now: datetime) -> Series:
    """Return the series by its alert's rule, and by the zones, as both are now."""
    if rule != found.rule:
        return found.following(rule, after=now, tzdata=tzdata_version())
    next_at = None if found.next_day is None else rule.begins(found.next_day)
    return replace(found, next_at=next_at, tzdata=tzdata_version())


async def _is_approved(tx: Transaction, alert: Alert, *, paid: bool) -> bool:
    approvers = await tx.organizers.approving()
    plans = [plan_of(alert, paid=may_cost) for may_cost in sorted({paid, True})]
    return any([await tx.plans.is_approved(alert.id, plan, approvers=approvers) for plan in plans])


async def _answerable(tx: Transaction, found: Series) -> Organizer | None:
    """Return who answers for a series: whoever confirmed it, else an owner, else anybody on the team."""
    team = await tx.organizers.all()
    by_rank = sorted(
        team, key=lambda each: (each.id != found.organizer_id, each.role is not Role.OWNER, each.id)
    )
    return next(iter(by_rank), None)


async def _begin(tx: Transaction, found: Series, alert: Alert, day: date, *, now: datetime) -> None:
    when = found.rule.on(day)
    due_at = when.at if isinstance(when, Moment) else await _first_hour(tx, alert, when)
    broadcast_id = await tx.broadcasts.add(
        alert_id=await tx.alerts.copy(alert.id, now=now),
        organizer_id=found.organizer_id,
        now=now,
        starts_at=due_at,
        day=day,
        tzdata=tzdata_version(),
    )
    key = f"series {found.id} {found.rule.begins(day):%Y-%m-%dT%H:%M:%S}"
    if not await tx.occurrences.mark(key, broadcast_id, due_at=due_at, now=now):
        raise _BegunBefore
    about = audit.broadcast(broadcast_id)
    audit.record(tx, Event.BROADCAST_QUEUED, about, actor=None, now=now, alert=found.alert_id)
    log.info("occurrence_queued", series=found.id, broadcast=broadcast_id)


async def _first_hour(tx: Transaction, alert: Alert, hour: LocalHour) -> datetime:
    zones = await tx.audiences.count_zones(recipients(alert), urgent=alert.urgent)
    return hour.occurrences(zones or {None: 0})[0]


async def _open(tx: Transaction, series_id: int) -> Series:
    found = await tx.series.find(series_id)
    if found is None or found.status is SeriesStatus.ENDED:
        raise SeriesOver
    return found
