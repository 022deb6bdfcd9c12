"""When something is wrong for the campaign, and when the owners hear of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.health import CALM, LATENESS, Episode, Sign, Trouble, follow, missing
from tests.making import NOW

MINUTE = timedelta(minutes=1)
SINCE = NOW - timedelta(hours=1)


@pytest.mark.parametrize("sign", [Sign.HEARD, Sign.SCHEDULER])
def test_a_sign_that_is_late(sign: Sign) -> None:
    """Five minutes without a sign are trouble, since the last of them."""
    late = LATENESS[sign]
    for age, found in ((late.after, {}), (late.after + MINUTE, {late.trouble: NOW - late.after - MINUTE})):
        fresh = dict.fromkeys((Sign.HEARD, Sign.SCHEDULER), NOW) | {sign: NOW - age}
        assert missing(fresh, began=SINCE, now=NOW) == found


def test_who_has_just_begun_waits() -> None:
    """After a night in which nothing ran, nothing is wrong until the signs have had their time to come."""
    signs = dict.fromkeys((Sign.HEARD, Sign.SCHEDULER), NOW - timedelta(days=1))
    assert missing(signs, began=NOW, now=NOW + 5 * MINUTE) == {}
    assert set(missing(signs, began=NOW, now=NOW + 6 * MINUTE)) == {Trouble.DEAF, Trouble.SCHEDULER_DEAD}
    assert set(missing({}, began=NOW, now=NOW + 6 * MINUTE)) == {Trouble.DEAF, Trouble.SCHEDULER_DEAD}


def test_a_clock_that_was_set_back() -> None:
    """A sign from the future is fresh: nothing is wrong but the clock."""
    signs = dict.fromkeys(Sign, NOW + timedelta(hours=2))
    assert missing(signs, began=NOW + timedelta(hours=2), now=NOW) == {}


def test_what_is_known_goes_on() -> None:
    """Neither a process that has just begun nor a sign that is late again ends a trouble; a fresh sign does."""
    signs = {Sign.HEARD: NOW - 4 * MINUTE, Sign.SCHEDULER: NOW}
    assert missing(signs, began=NOW, now=NOW) == {}
    assert missing(signs, began=NOW, now=NOW, known=[Trouble.DEAF]) == {Trouble.DEAF: NOW - 4 * MINUTE}
    signs[Sign.HEARD] = NOW - 3 * MINUTE
    assert missing(signs, began=NOW, now=NOW, known=[Trouble.DEAF]) == {}


def test_backups() -> None:
    """A backup older than two days is overdue, however short this process runs; where there never was one, none is."""
    well = dict.fromkeys((Sign.HEARD, Sign.SCHEDULER), NOW)
    assert missing(well, began=NOW, now=NOW) == {}
    old = NOW - timedelta(days=2) - MINUTE
    assert missing(well | {Sign.BACKUP: old}, began=NOW, now=NOW) == {Trouble.BACKUP_OVERDUE: old}


def test_an_episode() -> None:
    """It is told once when it begins, and once when it has been over for minutes."""
    found = {Trouble.DEAF: SINCE}
    known = follow({}, found, now=NOW)
    assert known[Trouble.DEAF].is_to_tell
    known = {Trouble.DEAF: replace(known[Trouble.DEAF], told=True)}
    for _ in range(3):
        known = follow(known, found, now=NOW)
        assert not known[Trouble.DEAF].is_to_tell
        assert not known[Trouble.DEAF].is_over(now=NOW + timedelta(days=1))
    known = follow(known, {}, now=NOW)
    assert not known[Trouble.DEAF].is_to_tell
    assert not known[Trouble.DEAF].is_over(now=NOW)
    assert follow(known, {}, now=NOW + CALM) == known
    assert known[Trouble.DEAF].is_over(now=NOW + CALM)


def test_what_comes_and_goes_is_one_trouble() -> None:
    """A minute of well-being between is not told, and neither is what follows it."""
    told = {Trouble.DEAF: Episode(trouble=Trouble.DEAF, since=SINCE, told=True)}
    well = follow(told, {}, now=NOW)
    again = follow(well, {Trouble.DEAF: NOW}, now=NOW + MINUTE)
    assert again == told


def test_what_could_not_be_told() -> None:
    """With a refused token nobody can be told; that it was is told when it is over."""
    known = follow({}, {Trouble.TOKEN_REFUSED: SINCE}, now=NOW)
    assert not known[Trouble.TOKEN_REFUSED].is_to_tell
    assert follow(known, {}, now=NOW)[Trouble.TOKEN_REFUSED].is_over(now=NOW + CALM)
