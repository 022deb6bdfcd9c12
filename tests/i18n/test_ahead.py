"""How far ahead something is, in words: never so that somebody who goes by it comes too late."""

from datetime import timedelta

import pytest

from tests.wording.test_screens import CATALOGS


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "in 1 second"),
        (59, "in 59 seconds"),
        (60, "in 60 seconds"),
        (150, "in 3 minutes"),
        (3600, "in 60 minutes"),
        (7199, "in 120 minutes"),
        (7200, "in 2 hours"),
        (10_799, "in 2 hours"),
        (172_799, "in 47 hours"),
        (172_800, "in 2 days"),
        (1000 * 86_400, "in 1000 days"),
    ],
)
def test_how_far_ahead(seconds: float, said: str) -> None:
    """Seconds and minutes are rounded up; of hours and days only whole ones count."""
    assert CATALOGS.words("en").ahead(timedelta(seconds=seconds)) == said


def test_it_is_said_in_each_language_with_latin_digits() -> None:
    """Each language has its own word order, and the digits are those of every other number."""
    wait = timedelta(minutes=3)
    assert CATALOGS.words("de").ahead(wait) == "in 3 Minuten"
    assert "3" in CATALOGS.words("ar").ahead(wait)
    assert "3" in CATALOGS.words("he").ahead(wait)
