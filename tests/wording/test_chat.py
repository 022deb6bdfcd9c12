"""A screen as Telegram's chat takes it: the first button of a row is the first that is read."""

import pytest

from bot.telegram_io.callbacks import pack
from bot.telegram_io.supporter_buttons import OpenPrivacy, OpenSettings, Start
from bot.wording.chat import keyboard
from bot.wording.screen import Press, screen
from tests import shipped

CATALOGS = shipped.catalogs()
SHOWN = screen("", [[Press("1", Start()), Press("2", OpenSettings())], [Press("3", OpenPrivacy())]])


def told(locale: str) -> list[list[tuple[str, str]]]:
    """Return the rows as Telegram's apps lay them out, from the left in every language."""
    rows = keyboard(SHOWN, CATALOGS.words(locale))
    return [[(button["text"], button["callback_data"]) for button in row] for row in rows]


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_the_first_button_is_read_first(locale: str) -> None:
    """From the right in Arabic and Hebrew; the rows stay one under another, and each button keeps what it does."""
    first, second, third = ("1", pack(Start())), ("2", pack(OpenSettings())), ("3", pack(OpenPrivacy()))
    row = [second, first] if locale in {"ar", "he"} else [first, second]
    assert told(locale) == [row, [third]]
