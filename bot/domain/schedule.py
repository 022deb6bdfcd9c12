"""When an alert goes out: the rules, and the instants that they come to.

A rule is part of the plan, so that an edit of the time voids the approval. Local times become instants as RFC 5545
section 3.3.5 has it ("compatible"): an hour that a change of the clocks leaves out moves later, one that comes twice is
the first of the two. Zones have IANA names, and a person without one has the rule's.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, assert_never
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.errors import CampaignError

GRACE = timedelta(minutes=15)
"""What was to start longer ago than this was slept through: it asks, and does nothing until it is answered."""

EARLIEST, LATEST = timedelta(hours=14), timedelta(hours=12)
"""How far the first zone of the world is ahead of UTC, and the last behind it."""

AHEAD = timedelta(days=366)
"""How far ahead something is scheduled at the most: beyond that a wrong year is likelier than a plan."""

WEEK = range(1, 8)
"""The days of a week by their ISO number: Monday is 1."""


class RuleInvalid(CampaignError):
    """This is no rule for when an alert goes out."""


class Late(StrEnum):
    """What becomes of people whose hour is past when the alert is confirmed."""

    SEND_NOW = "send_now"
    LEAVE_OUT = "leave_out"


@dataclass(frozen=True, kw_only=True, slots=True)
class OnConfirmation:
    """When an organizer types the number, after the time to undo it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """At one instant, for everybody at once; `zone`: in which it was named, and is shown."""

    at: datetime
    zone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalHour:
    """On a day, at an hour of each person's zone; `zone`: of who has none of their own."""

    day: date
    hour: time
    zone: str
    late: Late = Late.SEND_NOW

    def instant(self, zone: str | None) -> datetime:
        """Return when it goes to people of this zone."""
        return instant_of(self.day, self.hour, zone if zone is not None and is_zone(zone) else self.zone)

    def due(self, *, until: datetime, since: datetime | None = None) -> "Zones":
        """Return the zones whose hour has come by `until`, and not before `since`."""
        zones = frozenset(
            zone
            for zone in all_zones()
            if (at := self.instant(zone)) <= until and (since is None or at >= since)
        )
        # Who has no zone, or one that is not known here, belongs with the rule's own.
        if self.zone in zones:
            return Zones(names=all_zones() - zones, negated=True)
        return Zones(names=zones)

    def occurrences(self, zones: Collection[str | None]) -> tuple[datetime, ...]:
        """Return the instants at which it goes out to people of these zones, the first one first."""
        return tuple(sorted({self.instant(zone) for zone in zones}))

    def is_over(self, *, now: datetime) -> bool:
        """Whether the hour is past in every zone there is."""
        return datetime.combine(self.day, self.hour, UTC) + LATEST < now


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekly:
    """On these days of each week (ISO, Monday is 1), until a day, which is the last it may go out on.

    `zone`: whose hour it is or, with `own_zones`, that of who has no zone of their own.
    """

    weekdays: frozenset[int]
    hour: time
    zone: str
    own_zones: bool
    until: date

    def on(self, day: date) -> Moment | LocalHour:
        """Return what the rule comes to on one of its days."""
        if self.own_zones:
            return LocalHour(day=day, hour=self.hour, zone=self.zone, late=Late.SEND_NOW)
        return Moment(at=instant_of(day, self.hour, self.zone), zone=self.zone)

    def holds_on(self, day: date) -> bool:
        """Whether it goes out on this day."""
        return day.isoweekday() in self.weekdays and day <= self.until

    def begins(self, day: date) -> datetime:
        """Return from when on it is that hour of that day for anybody."""
        if self.own_zones:
            return datetime.combine(day, self.hour, UTC) - EARLIEST
        return instant_of(day, self.hour, self.zone)

    def days(self, *, after: datetime) -> Iterator[date]:
        """Yield the days on which it goes out, of those that begin after this."""
        day = after.astimezone(UTC).date() - timedelta(days=1)
        while day <= self.until:
            if self.holds_on(day) and self.begins(day) > after:
                yield day
            day += timedelta(days=1)


Rule = OnConfirmation | Moment | LocalHour | Weekly
Timing = OnConfirmation | Moment | LocalHour

ON_CONFIRMATION = OnConfirmation()


@dataclass(frozen=True, kw_only=True, slots=True)
class Zones:
    """People by their zone: those with one of these names or, negated, everybody else, who has none included."""

    names: frozenset[str]
    negated: bool = False

    def __contains__(self, zone: str | None) -> bool:
        return (zone in self.names) is not self.negated


def timing(rule: Rule, day: date | None) -> Timing:
    """Return when one broadcast goes out by this rule; `day`: the one it is for, where the rule has many.

    Raises RuleInvalid where there is none.
    """
    if not isinstance(rule, Weekly):
        return rule
    if day is None:
        raise RuleInvalid
    return rule.on(day)


def allows(rule: Rule, *, starts_at: datetime, day: date | None) -> bool:
    """Whether a broadcast that starts then, for this day, goes out when the rule says, or later.

    To whom it goes at a local hour is decided at each freeze, by the people's zones.
    """
    match rule:
        case OnConfirmation() | LocalHour():
            return True
        case Moment(at=at):
            return starts_at >= at
        case Weekly():
            return day is not None and rule.holds_on(day) and starts_at >= rule.begins(day)
        case _:
            assert_never(rule)


@cache
def all_zones() -> frozenset[str]:
    """Return the IANA names of the zones that are known here."""
    # Two of the files are no zone of any place.
    return frozenset(available_timezones()) - {"Factory", "localtime"}


def is_zone(name: str) -> bool:
    """Whether this is the IANA name of a zone."""
    return name in all_zones()


@cache
def _zone(name: str) -> ZoneInfo:
    # zoneinfo itself keeps the last eight; all of them are asked at once.
    return ZoneInfo(name)


def instant_of(day: date, hour: time, zone: str) -> datetime:
    """Return when clocks in the zone show this, in UTC; in a gap later, in an overlap the first time.

    Raises RuleInvalid for an unknown zone, and for a day at the end of the calendar.
    """
    try:
        # fold=0 is exactly that: in a gap it reckons with the offset from before, in an overlap with the first.
        return datetime.combine(day, hour, _zone(zone)).replace(fold=0).astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError, OverflowError) as error:
        raise RuleInvalid from error


def is_skipped(day: date, hour: time, zone: str) -> bool:
    """Whether clocks in the zone never show this hour on this day."""
    shown = instant_of(day, hour, zone).astimezone(_zone(zone))
    return (shown.date(), shown.time()) != (day, hour)


def rule_as_json(rule: Rule) -> Any:
    """Return a rule as it is kept and hashed."""
    match rule:
        case OnConfirmation():
            return "on_confirmation"
        case Moment(at=at, zone=zone):
            return {"moment": at.astimezone(UTC).isoformat(), "zone": zone}
        case LocalHour():
            written = {"local_hour": _hour_as_text(rule.hour), "day": rule.day.isoformat()}
            return written | {"zone": rule.zone, "late": rule.late.value}
        case Weekly():
            written = {"weekly": _hour_as_text(rule.hour), "until": rule.until.isoformat()}
            return written | {
                "weekdays": sorted(rule.weekdays),
                "zone": rule.zone,
                "own_zones": rule.own_zones,
            }
        case _:
            assert_never(rule)


def rule_from_json(written: Any) -> Rule:
    """Read a rule from its JSON.

    Raises RuleInvalid.
    """
    if written == "on_confirmation":
        return ON_CONFIRMATION
    try:
        return _rule_from(written)
    except (KeyError, TypeError, ValueError) as error:
        raise RuleInvalid from error


def _rule_from(written: Mapping[str, Any]) -> Rule:
    match dict(written):
        case {"moment": str(at), "zone": str(zone)}:
            return Moment(at=datetime.fromisoformat(at).astimezone(UTC), zone=zone)
        case {"local_hour": str(hour), "day": str(day), "zone": str(zone), "late": str(late)}:
            return LocalHour(
                day=date.fromisoformat(day), hour=time.fromisoformat(hour), zone=zone, late=Late(late)
            )
        case {"weekly": str(hour), "until": str(until), "weekdays": list(days), "zone": str(zone)}:
            return Weekly(
                weekdays=frozenset(map(int, days)),
                hour=time.fromisoformat(hour),
                zone=zone,
                own_zones=bool(written["own_zones"]),
                until=date.fromisoformat(until),
            )
        case _:
            raise RuleInvalid


def _hour_as_text(hour: time) -> str:
    return f"{hour:%H:%M}"
