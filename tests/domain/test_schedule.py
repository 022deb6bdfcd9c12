"""When an alert goes out: every change of every zone's clocks against another library, and what the rules come to."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whenever import PlainDateTime

from bot.domain.schedule import (
    EARLIEST,
    LATEST,
    ON_CONFIRMATION,
    Late,
    LocalHour,
    Moment,
    Rule,
    RuleInvalid,
    Weekly,
    all_zones,
    allows,
    instant_of,
    is_skipped,
    rule_as_json,
    rule_from_json,
    timing,
)
from bot.domain.series import Series, SeriesStatus

FROM, TO = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
STEP = timedelta(days=2)
"""No zone changes its clocks, and back, within this time."""

MINUTE = timedelta(minutes=1)


def transitions(zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Yield each change of a zone's clocks: the last minute before it, and the offsets before and after."""
    at = FROM
    while at < TO:
        before, after = at, at + STEP
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            old, new = offset(before, zone), offset(after, zone)
            while after - before > MINUTE:
                middle = before + (after - before) / 2
                middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
                before, after = (middle, after) if offset(middle, zone) == old else (before, middle)
            yield before, old, new
        at += STEP


def offset(at: datetime, zone: ZoneInfo) -> timedelta:
    """Return how far a zone's clocks are ahead of UTC."""
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


def by_another_library(local: datetime, zone: str) -> datetime:
    """Return the instant of a local time as `whenever` reckons it."""
    zoned = PlainDateTime(local).assume_tz(zone, disambiguation="compatible")
    return zoned.to_instant().to_stdlib()


def test_every_change_of_clocks() -> None:
    """Around all changes from 2026 to 2030 in all zones: a skipped hour moves later, a repeated one is the first."""
    seen = skipped = 0
    for name in sorted(all_zones()):
        for before, old, new in transitions(ZoneInfo(name)):
            # On both clocks, from before the change to after it, with the minutes at its edges.
            for by in (old, new):
                for minutes in (-61, -60, -59, -30, -1, 0, 1, 2, 29, 30, 31, 59, 60, 61, 62):
                    local = (before + by + minutes * MINUTE).replace(tzinfo=None)
                    instant = instant_of(local.date(), local.time(), name)
                    assert instant == by_another_library(local, name), (name, local)
                    shown = instant.astimezone(ZoneInfo(name)).replace(tzinfo=None)
                    assert is_skipped(local.date(), local.time(), name) is (shown != local)
                    assert shown >= local
                    skipped += shown != local
            seen += 1
    assert seen > 1000
    assert skipped > 1000


def test_the_world_is_within_a_day() -> None:
    """No zone is further ahead or behind than what series and typed hours reckon with."""
    for name in all_zones():
        for month in range(1, 13):
            at = datetime(2028, month, 15, tzinfo=UTC)
            assert -LATEST <= offset(at, ZoneInfo(name)) <= EARLIEST, name


@given(
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_few_occurrences(day: date, hour: time) -> None:
    """An hour of each person's zone comes to at most forty instants, whatever zones people have."""
    rule = LocalHour(day=day, hour=hour, zone="UTC")
    found = rule.occurrences([None, "No/Where", *all_zones()])
    assert 1 < len(found) <= 40
    assert list(found) == sorted(found)
    assert not rule.is_over(now=found[-1])


def test_who_has_no_zone_has_the_campaigns() -> None:
    """People without a zone, or with one that is not known here, are in the rule's own."""
    rule = LocalHour(day=date(2026, 12, 4), hour=time(18), zone="Europe/Madrid")
    assert rule.instant(None) == rule.instant("No/Where") == rule.instant("Europe/Madrid")
    assert rule.instant("Asia/Tokyo") < rule.instant(None) < rule.instant("America/New_York")


ZONES = [None, "No/Where", "Europe/Madrid", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"]


@given(
    st.sampled_from(["UTC", "Europe/Madrid", "America/New_York"]),
    st.integers(-30, 30),
    st.none() | st.integers(-30, 30),
)
def test_whose_hour_has_come(own: str, until: int, since: int | None) -> None:
    """The zones that are due are those whose instant has come and is not left out, whatever zone somebody has."""
    rule = LocalHour(day=date(2026, 12, 4), hour=time(18), zone=own)
    noon = datetime(2026, 12, 4, 18, tzinfo=UTC)
    end = noon + timedelta(hours=until)
    begin = None if since is None else noon + timedelta(hours=since)
    zones = rule.due(until=end, since=begin)
    for zone in ZONES:
        at = rule.instant(zone)
        assert (zone in zones) is (at <= end and (begin is None or at >= begin))


WEEKLY = st.builds(
    Weekly,
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
    hour=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["UTC", "Europe/Madrid", "America/New_York", "Asia/Tehran", "Pacific/Apia"]),
    own_zones=st.booleans(),
    until=st.dates(date(2026, 6, 1), date(2027, 12, 31)),
)
MOMENTS = st.integers(0, 578 * 24 * 60).map(
    lambda minutes: datetime(2026, 6, 1, tzinfo=UTC) + minutes * MINUTE
)


@given(WEEKLY, MOMENTS)
def test_every_week(rule: Weekly, after: datetime) -> None:
    """It goes out on its days and no others, each once, in their order, none before its last day is over missing."""
    found = list(islice(rule.days(after=after), 30))
    assert found == sorted(set(found))
    for day in found:
        assert day.isoweekday() in rule.weekdays
        assert day <= rule.until
        assert rule.begins(day) > after
    end = found[-1] if len(found) == 30 else rule.until
    day = (after - timedelta(days=1)).date()
    expected = []
    while day <= end:
        if day.isoweekday() in rule.weekdays and rule.begins(day) > after:
            expected.append(day)
        day += timedelta(days=1)
    assert found == expected


@given(WEEKLY, st.dates(date(2026, 6, 1), date(2027, 12, 31)))
def test_a_week_keeps_its_hour(rule: Weekly, day: date) -> None:
    """The clock shows the same hour each week, unless it is left out that day; nobody's comes before it begins."""
    match rule.on(day):
        case Moment(at=at, zone=zone):
            shown = at.astimezone(ZoneInfo(zone))
            assert is_skipped(day, rule.hour, zone) or (shown.date(), shown.time()) == (day, rule.hour)
            assert rule.begins(day) == at
        case LocalHour() as hour:
            assert all(hour.instant(zone) >= rule.begins(day) for zone in all_zones())


@given(WEEKLY, MOMENTS, st.integers(0, 60))
def test_a_series_loses_no_day(rule: Weekly, began: datetime, slept: int) -> None:
    """Looked at again and again it takes each of its days once; after a sleep it takes the last one, and none twice."""
    empty = Series(
        id=1,
        alert_id=1,
        organizer_id=1,
        rule=rule,
        status=SeriesStatus.ACTIVE,
        next_day=None,
        next_at=None,
        tzdata="",
    )
    series, taken, now = empty.following(rule, after=began, tzdata=""), [], began
    for hours in [slept * 24, *[5] * 60]:
        now += timedelta(hours=hours)
        day = series.last_due(now=now)
        if day is not None:
            taken.append(day)
            series = series.following(rule, after=now, tzdata="")
    begun = [day for day in rule.days(after=began) if rule.begins(day) <= now]
    slept_until = began + timedelta(days=slept)
    while_asleep = [day for day in begun if rule.begins(day) <= slept_until]
    assert taken == [*while_asleep[-1:], *begun[len(while_asleep) :]]
    assert (series.status is SeriesStatus.ENDED) is (
        next(rule.days(after=now), None) is None and bool(taken or not begun)
    )


RULES = st.one_of(
    st.just(ON_CONFIRMATION),
    st.builds(Moment, at=MOMENTS, zone=st.sampled_from(["UTC", "Europe/Madrid"])),
    st.builds(
        LocalHour,
        day=st.dates(date(2026, 6, 1), date(2027, 12, 31)),
        hour=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        zone=st.sampled_from(["UTC", "Europe/Madrid"]),
        late=st.sampled_from(Late),
    ),
    WEEKLY,
)


@given(RULES, RULES)
def test_written_down(one: Rule, other: Rule) -> None:
    """A rule is read back as it was, and two that differ are written differently: so an edit is another plan."""
    assert rule_from_json(rule_as_json(one)) == one
    assert (rule_as_json(one) == rule_as_json(other)) is (one == other)


@pytest.mark.parametrize(
    "written", [None, {}, "later", {"moment": "now", "zone": "UTC"}, {"weekly": "18:00"}, 7]
)
def test_no_rule(written: object) -> None:
    """What is no rule is refused."""
    with pytest.raises(RuleInvalid):
        rule_from_json(written)


def test_what_a_rule_allows() -> None:
    """A broadcast starts at its time or later, and on the days of its rule (I6)."""
    at = datetime(2026, 12, 4, 18, tzinfo=UTC)
    moment = Moment(at=at, zone="UTC")
    assert allows(moment, starts_at=at, day=None)
    assert not allows(moment, starts_at=at - MINUTE, day=None)
    friday, saturday = date(2026, 12, 4), date(2026, 12, 5)
    weekly = Weekly(
        weekdays=frozenset({5}), hour=time(18), zone="UTC", own_zones=False, until=date(2026, 12, 31)
    )
    assert allows(weekly, starts_at=at, day=friday)
    assert not allows(weekly, starts_at=at - MINUTE, day=friday)
    assert not allows(weekly, starts_at=at + 9 * timedelta(days=1), day=saturday)
    assert not allows(weekly, starts_at=at, day=None)
    assert not allows(weekly, starts_at=datetime(2027, 2, 1, tzinfo=UTC), day=date(2027, 1, 1))
    with pytest.raises(RuleInvalid):
        timing(weekly, None)
