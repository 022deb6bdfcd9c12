"""Turning the pages of a list that is longer than a screen."""

from collections.abc import Callable

from bot.i18n.localizer import Localizer
from bot.telegram_io.callbacks import Button
from bot.wording.screen import Control, Press


def on_list(page: int, *, count: int, each: int) -> int:
    """Return the page, or the last one of a list that has become shorter."""
    return min(page, max(0, count - 1) // each)


def page_turns(
    localizer: Localizer, page: int, *, count: int, each: int, to: Callable[[int], Button]
) -> list[Control]:
    """Return the ways to the pages beside this one, of a list of `count` with so many on `each`."""
    turns: list[Control] = []
    if page:
        # Translators: button; the page before in a list.
        turns.append(Press(localizer.gettext("Back a page"), to(page - 1)))
    if count > (page + 1) * each:
        # Translators: button; the next page of a list.
        turns.append(Press(localizer.gettext("More"), to(page + 1)))
    return turns
