"""When an alert would go out, and to whose hour it would be too late: as its people's zones are now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from bot.domain.alert import Alert
from bot.domain.estimate import estimated
from bot.domain.organizer import Organizer, Right
from bot.domain.schedule import (
    AHEAD,
    Late,
    LocalHour,
    Moment,
    OnConfirmation,
    Rule,
    Timing,
    Weekly,
    is_skipped,
)
from bot.domain.staleness import recipients
from bot.errors import CampaignError
from bot.services.team import authorize
from bot.store.store import Transaction


class TimePast(CampaignError):
    """The time this was to go out at is past. Choose another one."""


class TooFarAhead(CampaignError):
    """This is more than a year ahead. Choose an earlier day."""


class HourSkipped(CampaignError):
    """Clocks of this `zone` leave this `hour` out on that day."""

    def __init__(self, hour: time, zone: str) -> None:
        self.hour, self.zone = hour, zone
        super().__init__(f"Clocks of {zone} leave out {hour:%H:%M} on that day.")


def require_usable(rule: Rule, *, now: datetime, typed: tuple[date, time] | None = None) -> None:
    """Look whether a rule that was just made can still come to something. `typed`: the day and hour of one moment.

    Raises TimePast, TooFarAhead, HourSkipped.
    """
    match rule:
        case OnConfirmation():
            return
        case Moment(at=at, zone=zone):
            if typed is not None and is_skipped(*typed, zone):
                raise HourSkipped(typed[1], zone)
            past, day = at <= now, at.date()
        case LocalHour(day=day):
            past = rule.is_over(now=now)
        case Weekly(until=day):
            past = next(rule.days(after=now), None) is None
    if past:
        raise TimePast
    if day > (now + AHEAD).date():
        raise TooFarAhead


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """When it goes out. `occurrences`: the instants, none where it starts when it is confirmed.

    `late`: how many people's hour is past by now; `left_out`: how many of these get nothing, by the rule. `at_once`:
    they get it when it is confirmed, and the first instant is no hour of theirs.
    """

    rule: Rule
    occurrences: tuple[datetime, ...] = ()
    at_once: bool = False
    late: int = 0
    left_out: int = 0


def look_ahead(rule: Rule, zones: Mapping[str | None, int], *, now: datetime) -> Outlook:
    """Return when it would go out to people of these zones, if it were confirmed now.

    Of what repeats, the next occurrence that nobody's hour is past of.
    Raises TimePast.
    """
    when: Timing
    if isinstance(rule, Weekly):
        day = next(rule.days(after=now), None)
        if day is None:
            raise TimePast
        when = rule.on(day)
    else:
        when = rule
    match when:
        case OnConfirmation():
            return Outlook(rule=rule)
        case Moment(at=at):
            if at <= now:
                raise TimePast
            return Outlook(rule=rule, occurrences=(at,))
        case LocalHour():
            return _at_local_hour(rule, when, zones, now=now)


def _at_local_hour(rule: Rule, hour: LocalHour, zones: Mapping[str | None, int], *, now: datetime) -> Outlook:
    ahead = tuple(at for at in hour.occurrences(zones or {None: 0}) if at >= now)
    late = _late(hour, zones, now=now)
    leaves = hour.late is Late.LEAVE_OUT
    if hour.is_over(now=now) or not (ahead or (late and not leaves)):
        raise TimePast
    at_once = bool(late) and not leaves
    occurrences = (now, *ahead) if at_once else ahead
    left_out = late if leaves else 0
    return Outlook(rule=rule, occurrences=occurrences, at_once=at_once, late=late, left_out=left_out)


async def outlook(
    tx: Transaction, alert: Alert, *, actor: Organizer, now: datetime, exactly: bool = True
) -> Outlook:
    """Return when an alert would go out if it were confirmed now.

    `exactly`: False where its people may only be estimated; how many of them are late is then an estimate, too.
    Raises TimePast.
    """
    authorize(actor, Right.LOOK)
    asks_zones = isinstance(alert.start, LocalHour | Weekly)
    zones = await tx.audiences.count_zones(recipients(alert), urgent=alert.urgent) if asks_zones else {}
    ahead = look_ahead(alert.start, zones, now=now)
    if exactly or not isinstance(alert.start, LocalHour):
        return ahead
    on_panel = await tx.audiences.count_panel_zones(recipients(alert), urgent=alert.urgent)
    late = _late(alert.start, estimated(on_panel), now=now)
    return replace(ahead, late=late, left_out=late if alert.start.late is Late.LEAVE_OUT else 0)


def _late(hour: LocalHour, zones: Mapping[str | None, int], *, now: datetime) -> int:
    return sum(people for zone, people in zones.items() if hour.instant(zone) < now)
