"""How the list grows, as sums."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.growth import (
    GOES,
    WEEKS,
    GrowthCount,
    GrowthEvent,
    summed,
    total,
    week_of,
    weeks_until,
)

MONDAY = date(2026, 11, 23)


def counted(event: GrowthEvent, n: int, *, week: date = MONDAY, locale: str = "en") -> GrowthCount:
    """Return so many people of one week and locale."""
    return GrowthCount(week=week, locale=locale, source_id=None, event=event, n=n)


@given(st.dates())
def test_weeks_begin_on_monday(day: date) -> None:
    """The week of a day holds it."""
    if day < date.min + timedelta(days=7):
        return
    week = week_of(day)
    assert week.weekday() == 0
    assert week <= day < week + timedelta(days=7) if day < date.max - timedelta(days=7) else True


def test_the_last_weeks() -> None:
    """As many as are shown, oldest first, and this week's last."""
    weeks = weeks_until(MONDAY + timedelta(days=6))
    assert weeks[-1] == MONDAY
    assert weeks[0] == MONDAY - timedelta(weeks=WEEKS - 1)
    assert len(weeks) == WEEKS


def test_sums() -> None:
    """Events are summed by a key; asked for weeks stand there without any; nothing is below nothing."""
    before = MONDAY - timedelta(weeks=1)
    found = summed(
        [
            counted(GrowthEvent.JOINED, 3),
            counted(GrowthEvent.JOINED, 4, locale="ar"),
            counted(GrowthEvent.LEFT, -1),
        ],
        lambda count: count.week,
        keys=[before, MONDAY],
    )
    nothing = dict.fromkeys(GrowthEvent, 0)
    assert found == {before: nothing, MONDAY: {**nothing, GrowthEvent.JOINED: 7}}
    assert list(found) == [before, MONDAY]
    assert total([counted(GrowthEvent.LEFT, 2), counted(GrowthEvent.BLOCKED, 1)], GOES) == 3
