"""When a yes is to be renewed, and when silence ends it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.consent import AFTER_TWO_YEARS, SETTLED, ConsentEvent, last_given
from tests.making import NOW, consent

DAY = timedelta(days=1)
GIVEN = consent()


@pytest.mark.parametrize(
    ("after", "version", "is_due"),
    [
        (AFTER_TWO_YEARS.after - DAY, "1", False),
        (AFTER_TWO_YEARS.after, "1", True),
        (SETTLED - DAY, "2", False),
        (SETTLED, "2", True),
        (SETTLED, "1", False),
    ],
    ids=["old", "too old", "words changed at once", "words changed", "the same words"],
)
def test_due(after: timedelta, version: str, *, is_due: bool) -> None:
    """A yes is renewed after two years, or once the words are others; never within a week."""
    assert AFTER_TWO_YEARS.is_due(GIVEN, version=version, today=GIVEN.day + after) is is_due


@pytest.mark.parametrize("hour", range(24))
def test_the_last_day_is_over_everywhere(hour: int) -> None:
    """Silence ends the alerts only once the day that was named is over in every zone, twelve hours behind UTC too."""
    asked = NOW.replace(hour=hour)
    named = AFTER_TWO_YEARS.last_day(asked)
    over = datetime(named.year, named.month, named.day, tzinfo=UTC) + DAY + timedelta(hours=12)
    assert over <= AFTER_TWO_YEARS.lapses_at(asked) <= over + 1.5 * DAY


def test_the_last_yes() -> None:
    """The last yes counts, whatever came after it; without one there is none."""
    gone = consent(ConsentEvent.LAPSED)
    assert last_given([GIVEN, gone]) is GIVEN
    assert last_given([gone]) is None
