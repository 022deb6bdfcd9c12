"""How a short answer may not begin in a language: `locales/<locale>/openings.txt`, one to a line.

An answer that begins with “Yes” confirms whatever was asked, and one that begins with “It” does not say what: answers
are quoted, and read in notifications, without their question.
"""

from collections.abc import Iterable
from functools import cache

from bot.config import ROOT
from bot.domain.faq import fold
from bot.i18n.lines import read_lines

FILE = "openings.txt"
"""Where a locale's list lies in its folder."""


def opening_of(text: str, openings: Iterable[str]) -> str | None:
    """Return which of the openings the text begins with, the longest, or None. What follows makes no difference."""
    folded = f"{fold(text)} "
    begun = [opening for opening in openings if fold(opening) and folded.startswith(f"{fold(opening)} ")]
    return max(begun, key=len, default=None)


@cache
def openings_in(locale: str) -> tuple[str, ...]:
    """Return the list of a locale, as it is written; empty for a locale without one.

    Raises OSError and UnicodeDecodeError for a list that cannot be read.
    """
    path = ROOT / "locales" / locale / FILE
    return tuple(read_lines(path)) if path.exists() else ()
