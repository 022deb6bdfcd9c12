"""Checking an alert: what stands in its way, which warnings were seen, and by whom."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.alert import Alert
from bot.domain.audit import Event
from bot.domain.check import Subject, blocks, check, mark_of, unseen, warnings
from bot.domain.findings import Finding
from bot.domain.organizer import Organizer, Right
from bot.domain.plan import Plan, plan_of
from bot.domain.schedule import LocalHour, Moment, Rule, Weekly, timing
from bot.errors import CampaignError
from bot.services import alerts, audit, frequency, reaching
from bot.services.team import authorize
from bot.store.store import Transaction

MARK = 32
"""Digits of the mark of what was shown that a button carries."""


class CheckBlocked(CampaignError):
    """Something has to be mended before the alert is approved or sent: `findings`."""

    def __init__(self, findings: tuple[Finding, ...] = ()) -> None:
        self.findings = findings
        super().__init__(f"The check stops it: {', '.join(each.key for each in findings)}.")


class WarningsUnseen(CampaignError):
    """The check has warnings that nobody has acknowledged: `findings`."""

    def __init__(self, findings: tuple[Finding, ...] = ()) -> None:
        self.findings = findings
        super().__init__(f"Nobody has acknowledged: {', '.join(each.key for each in findings)}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Who has seen which warnings; `by` is None for somebody who is not on the team any more."""

    by: Organizer | None
    keys: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """An alert, what was found about it, and what of that was acknowledged for its plan as it stands."""

    alert: Alert
    findings: tuple[Finding, ...]
    unseen: tuple[Finding, ...]
    seen: tuple[Seen, ...]
    mark: str

    @property
    def blocks(self) -> tuple[Finding, ...]:
        """What has to be mended first."""
        return blocks(self.findings)


async def look(
    tx: Transaction,
    alert: Alert,
    *,
    paid: bool,
    zone: tzinfo,
    actor: Organizer,
    now: datetime,
    rate: float | None = None,
    promised: int | None = None,
) -> Checked:
    """Check an alert as it would go out now.

    `zone`: the campaign's, in whose hours what starts at once should arrive. `rate`: the most that may be sent per
    second, for the forecast. `promised`: how many alerts a week people were told to expect, if a number.
    """
    authorize(actor, Right.LOOK)
    findings = await _findings(
        tx, alert, paid=paid, zone=zone, actor=actor, now=now, rate=rate, promised=promised
    )
    plan = plan_of(alert, paid=paid)
    known = await tx.acknowledgements.about(alert.id, plan.sha256)
    team = {each.id: each for each in await tx.organizers.all()}
    return Checked(
        alert=alert,
        findings=findings,
        unseen=unseen(findings, known),
        seen=tuple(Seen(by=team.get(each.organizer_id), keys=each.keys) for each in known),
        mark=_mark(plan, findings),
    )


async def acknowledge(
    tx: Transaction,
    alert_id: int,
    *,
    mark: str,
    paid: bool,
    zone: tzinfo,
    actor: Organizer,
    now: datetime,
    promised: int | None = None,
) -> Alert:
    """Note under the organizer's id that they have seen the warnings that were shown, by their mark.

    Where there are others by now, nothing is noted.
    Raises MayNotCompose, AlertMissing.
    """
    authorize(actor, Right.ACKNOWLEDGE)
    alert = await alerts.get(tx, alert_id, actor=actor)
    plan = plan_of(alert, paid=paid)
    findings = await _findings(tx, alert, paid=paid, zone=zone, actor=actor, now=now, promised=promised)
    missing = unseen(findings, await tx.acknowledgements.about(alert_id, plan.sha256))
    if missing and mark == _mark(plan, findings):
        keys = {finding.key for finding in warnings(findings)}
        await tx.acknowledgements.add(alert_id, plan.sha256, keys, organizer_id=actor.id, now=now)
        about = audit.alert(alert_id)
        audit.record(tx, Event.WARNINGS_SEEN, about, actor=actor, now=now, plan=plan.sha256)
    return alert


async def require_seen(
    tx: Transaction,
    alert: Alert,
    *,
    paid: bool,
    zone: tzinfo,
    actor: Organizer,
    now: datetime,
    promised: int | None = None,
) -> None:
    """Require that nothing stands in the way of an approval.

    Raises CheckBlocked, WarningsUnseen.
    """
    checked = await look(tx, alert, paid=paid, zone=zone, actor=actor, now=now, promised=promised)
    if checked.blocks:
        raise CheckBlocked(checked.blocks)
    if checked.unseen:
        raise WarningsUnseen(checked.unseen)


async def require_unblocked(
    tx: Transaction, alert: Alert, *, actor: Organizer, now: datetime, day: date | None = None
) -> None:
    """Require that nothing stands in the way of sending what is approved.

    `day`: the one that is about to go out, of what repeats; without it, the next one.
    Raises CheckBlocked.
    """
    authorize(actor, Right.LOOK)
    reach = await reaching.reach_of(tx, alert, actor=actor)
    # What else went out lately, and the hour, only warn.
    at, _ = _departs(alert.start, now=now, day=day)
    found = blocks(check(Subject(alert=alert, reach=reach, at=at)))
    if found:
        raise CheckBlocked(found)


async def _findings(
    tx: Transaction,
    alert: Alert,
    *,
    paid: bool,
    zone: tzinfo,
    actor: Organizer,
    now: datetime,
    rate: float | None = None,
    promised: int | None = None,
) -> tuple[Finding, ...]:
    reach = await reaching.reach_of(tx, alert, actor=actor)
    at, named = _departs(alert.start, now=now)
    said_at, overlap, this_week = None, None, 0
    if alert.corrects is None:
        said_at, overlap = await frequency.lately(tx, alert, now=now)
        this_week = await frequency.others_in_week(tx, alert, at=at, enough=promised)
    return check(
        Subject(
            alert=alert,
            reach=reach,
            at=at,
            zone=named or zone,
            said_at=said_at,
            overlap=overlap,
            this_week=this_week,
            promised=promised,
            rate=rate,
            paid=paid,
        )
    )


def _departs(start: Rule, *, now: datetime, day: date | None = None) -> tuple[datetime, tzinfo | None]:
    """Return when an alert would go out first, or on this day, and the zone that its rule names, if it names one."""
    if isinstance(start, Weekly) and day is None:
        day = next(start.days(after=now), None)
    if isinstance(start, Weekly) and day is None:
        return now, None  # it has ended
    match timing(start, day):
        case Moment(at=at, zone=zone):
            return max(at, now), ZoneInfo(zone)
        case LocalHour(zone=zone) as hour:
            return max(hour.instant(None), now), ZoneInfo(zone)
        case _:
            return now, None


def _mark(plan: Plan, findings: tuple[Finding, ...]) -> str:
    return mark_of(plan.sha256, findings)[:MARK]
