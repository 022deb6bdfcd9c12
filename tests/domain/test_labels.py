"""How many letters of a label a phone shows."""

import pytest

from bot.domain.labels import LABEL_LIMIT, is_too_long, label_width


@pytest.mark.parametrize(
    ("label", "width"),
    [
        ("", 0),
        ("Microsoft?", 10),
        ("Continue in {language}", 20),
        ("Send again to {n}", 15),
        ("مُحَمَّد", 4),
        ("\u2068AnyVision\u2069", 9),
        ("e\u0301", 1),
    ],
)
def test_letters_that_take_room_count(label: str, width: int) -> None:
    """Marks above letters and direction characters take none; a place counts as its name."""
    assert label_width(label) == width


def test_the_limit() -> None:
    """As many letters as the limit are shown, one more is cut off."""
    assert not is_too_long("x" * LABEL_LIMIT)
    assert is_too_long("x" * (LABEL_LIMIT + 1))
