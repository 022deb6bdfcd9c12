"""When an alert goes out, as an organizer confirms it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bidi import FSI, PDI
from bot.domain.schedule import Late, LocalHour
from bot.services.outlook import TimePast, look_ahead
from bot.wording.times import goes_out
from tests import shipped
from tests.making import NOW

WORDS = shipped.catalogs().words("en")
HOUR = LocalHour(day=NOW.date(), hour=NOW.time(), zone="Europe/Madrid", late=Late.SEND_NOW)
"""When it is noon in UTC: past in Madrid, in Tokyo; later in New York and Honolulu."""

_ISOLATES = str.maketrans("", "", FSI + PDI)
PLACES = ("Asia/Tokyo", "Europe/Madrid", "America/New_York", "Pacific/Honolulu", None)


def said(*places: str | None, late: Late = Late.SEND_NOW) -> str:
    """Return what is said of an hour, to one person in each of these places."""
    ahead = look_ahead(replace(HOUR, late=late), dict.fromkeys(places, 1), now=NOW)
    return goes_out(WORDS, ahead).translate(_ISOLATES).rpartition(": ")[2]


def test_the_first_and_the_last_hour() -> None:
    """The hours are those of the first and the last who get it; whose hour is past gets it at once, or not at all."""
    assert said(*PLACES) == "first at once, last 22:00 (UTC)"
    assert said(*PLACES, late=Late.LEAVE_OUT) == "first 17:00, last 22:00 (UTC)"
    assert said("America/New_York", "Pacific/Honolulu") == "first 17:00, last 22:00 (UTC)"
    assert said("Asia/Tokyo", None) == "at once, as that is past everywhere"


@given(st.sets(st.sampled_from(PLACES), min_size=1), st.sampled_from(Late), st.integers(-30, 30))
def test_nobody_gets_it_before_or_after(places: set[str | None], late: Late, hours: int) -> None:
    """Whatever the zones: each person who gets it does so between the first hour that is said and the last."""
    rule, now = replace(HOUR, late=late), NOW + timedelta(hours=hours)
    hours_of = [rule.instant(place) for place in places]
    to_come = sorted(at for at in hours_of if at >= now)
    past = len(hours_of) - len(to_come)
    try:
        ahead = look_ahead(rule, dict.fromkeys(places, 1), now=now)
    except TimePast:
        assert rule.is_over(now=now) or not (to_come or (past and late is Late.SEND_NOW))
        return
    assert ahead.at_once is (past > 0 and late is Late.SEND_NOW)
    assert ahead.left_out == (past if late is Late.LEAVE_OUT else 0)
    expected = [now, *to_come] if ahead.at_once else to_come
    assert (ahead.occurrences[0], ahead.occurrences[-1]) == (expected[0], expected[-1])
