"""Texts that arrive in several messages because Telegram cut them."""

import pytest

from bot.domain.pasting import TOGETHER, Paste


@pytest.mark.parametrize(
    ("first", "second", "apart", "together"),
    [
        (4096, 839, 0, True),
        (4096, 1, TOGETHER, True),
        (2100, 2000, 1, True),
        (4096, 839, TOGETHER + 1, False),
        (4096, 839, -1, False),
        (2047, 4096, 1, False),
        (2048, 2048, 1, False),
        (60, 500, 0, False),
    ],
)
def test_what_is_one_text(first: int, second: int, apart: int, *, together: bool) -> None:
    """Parts belong together where they follow at once and would not have fitted into one message."""
    paste = Paste().joined(first, 1000).joined(second, 1000 + apart)
    assert paste.length == (first + second if together else second)


def test_more_than_two() -> None:
    """The length of a long text is that of all its parts."""
    paste = Paste()
    for part, length in enumerate((4096, 4096, 4096, 12)):
        paste = paste.joined(length, 1000 + 3 * part)
    assert paste.length == 3 * 4096 + 12
