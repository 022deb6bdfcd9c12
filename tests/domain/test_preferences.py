"""Quiet hours and the hour of a digest, in every zone, over every change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.preferences import (
    LONGEST_NOT_BEFORE,
    MINUTES,
    Preferences,
    QuietHours,
    Rhythm,
    clock,
    next_hour,
    receives_at_once,
)
from bot.domain.schedule import all_zones, instant_of

ZONES = sorted(all_zones())
MINUTE = timedelta(minutes=1)
MOMENTS = st.datetimes(
    min_value=datetime(2009, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    max_value=datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@st.composite
def quiet_hours(draw: st.DrawFn) -> QuietHours:
    """Return any quiet hours."""
    start = draw(st.integers(0, MINUTES - 1))
    length = draw(st.integers(1, MINUTES - 1))
    return QuietHours(start=start, end=(start + length) % MINUTES)


def transitions(zone: str, since: datetime, until: datetime) -> list[datetime]:
    """Return the instants between which the clocks of a zone were changed, to the minute."""
    found, at, clocks = [], since, ZoneInfo(zone)
    while at < until:
        after = at + timedelta(days=7)
        if clocks.utcoffset(at) != clocks.utcoffset(after):
            low, high = at, after
            while high - low > MINUTE:
                middle = low + (high - low) / 2
                if clocks.utcoffset(middle) == clocks.utcoffset(at):
                    low = middle
                else:
                    high = middle
            found.append(high.replace(second=0, microsecond=0))
        at = after
    return found


@given(MOMENTS, st.sampled_from(ZONES), quiet_hours())
def test_what_is_allowed_is_not_quiet(now: datetime, zone: str, quiet: QuietHours) -> None:
    """The instant that is named is allowed itself, not before now, and never far."""
    at = quiet.allowed_from(now, zone)
    assert now <= at <= now + LONGEST_NOT_BEFORE
    assert quiet.not_before(at, zone) is None


@given(MOMENTS, st.sampled_from(ZONES), quiet_hours(), st.integers(1, 600))
def test_there_is_no_earlier_one(now: datetime, zone: str, quiet: QuietHours, minutes: int) -> None:
    """Every moment between now and the instant that is named leads to the same one."""
    at = quiet.not_before(now, zone)
    if at is not None:
        between = min(now + minutes * MINUTE, at - MINUTE / 60)
        assert quiet.not_before(max(now, between), zone) == at


def test_over_all_transitions() -> None:
    """Around every change of the clocks of every zone, the hours end when clocks show their end."""
    quiet = QuietHours(start=21 * 60, end=9 * 60)
    early = QuietHours(start=23 * 60, end=2 * 60 + 30)
    seen = 0
    for zone in ZONES:
        clocks = ZoneInfo(zone)
        for changed in transitions(zone, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)):
            seen += 1
            for hours in (quiet, early):
                for minutes in range(-300, 301, 37):
                    now = changed + minutes * MINUTE
                    at = hours.not_before(now, zone)
                    if at is None:
                        continue
                    day = at.astimezone(clocks).date()
                    assert at == instant_of(day, clock(hours.end), zone), (zone, now, at)
                    assert now < at < now + timedelta(hours=14), (zone, now, at)
    assert seen > 100


@pytest.mark.parametrize(
    ("now", "at"),
    [
        # On 29 March 2026 the clocks of Madrid go from 2:00 to 3:00: 2:30 is not there, so it is 3:30.
        ("2026-03-29T00:50+01:00", "2026-03-29T03:30+02:00"),
        ("2026-03-29T03:10+02:00", "2026-03-29T03:30+02:00"),
        # On 25 October they go from 3:00 back to 2:00: the first 2:30 counts, and the second is allowed.
        ("2026-10-25T01:00+02:00", "2026-10-25T02:30+02:00"),
        ("2026-10-25T02:10+01:00", None),
        ("2026-10-25T12:00+01:00", None),
    ],
)
def test_when_the_clocks_change(now: str, at: str | None) -> None:
    """A gap moves later; of an overlap it is the first."""
    found = QuietHours(start=23 * 60, end=2 * 60 + 30).not_before(
        datetime.fromisoformat(now), "Europe/Madrid"
    )
    assert found == (None if at is None else datetime.fromisoformat(at))


@pytest.mark.parametrize(("start", "end"), [(60, 60), (-1, 5), (5, MINUTES)])
def test_no_quiet_hours(start: int, end: int) -> None:
    """Hours that are all day, or no part of one, are none."""
    with pytest.raises(ValueError, match="no quiet hours"):
        QuietHours(start=start, end=end)


@given(
    MOMENTS,
    st.builds(
        Preferences,
        zone=st.sampled_from([None, *ZONES, "Nowhere/Town"]),
        rhythm=st.sampled_from([Rhythm.DAILY, Rhythm.WEEKLY]),
        digest_hour=st.integers(0, 23),
        digest_day=st.integers(1, 7),
        quiet=st.one_of(st.none(), quiet_hours()),
    ),
)
def test_a_digest_is_due(now: datetime, chosen: Preferences) -> None:
    """A digest is due after now, soon, and never in quiet hours."""
    due = chosen.digest_due(now)
    assert due is not None
    assert now < due <= now + timedelta(days=10 if chosen.rhythm is Rhythm.WEEKLY else 4)
    assert chosen.not_before(due) is None


def test_the_day_of_a_weekly_digest() -> None:
    """A weekly digest comes on its day, at its hour, as clocks show them."""
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
    assert next_hour(now, "Europe/Madrid", hour=18, day_of_week=1) == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert next_hour(now, "Europe/Madrid", hour=13, day_of_week=1) == datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert next_hour(now, "Europe/Madrid", hour=13) == datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize("urgent", [False, True])
def test_who_receives_at_once(urgent: bool) -> None:
    """Every alert goes to who wants every one, urgent ones to who wants those, none to who wants a digest."""
    at_once = {rhythm for rhythm in Rhythm if receives_at_once(rhythm, urgent=urgent)}
    assert at_once == ({Rhythm.EVERY, Rhythm.URGENT} if urgent else {Rhythm.EVERY})
