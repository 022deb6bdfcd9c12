"""What people write to leave: a closed list for each locale, `locales/<locale>/leave.txt`, one to a line.

Whoever writes exactly one of these, of whatever locale, leaves at once. Nothing else is read out of a text so.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from bot.config import ROOT
from bot.domain.leaving import LONGEST, is_asked, leaving_form, without_courtesies
from bot.i18n.lines import read_lines

FILE = "leave.txt"
"""Where a locale's list lies in its folder."""

_COMMAND = re.compile(r"(?<![\w/])/stop(?![A-Za-z0-9_])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveList:
    """The list of one locale as it is written: words for leaving, and courtesies that may stand around them."""

    words: tuple[str, ...]
    courtesies: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file; empty lines and those that begin with # are left out."""
        said = read_lines(path)
        return cls(
            words=tuple(line for line in said if not line.startswith("+")),
            courtesies=tuple(line[1:].strip() for line in said if line.startswith("+")),
        )


def is_leaving(text: str) -> bool:
    """Tell whether the text is one of the words for leaving, and nothing besides. Never raises."""
    return len(text) <= LONGEST and not is_asked(text) and _says_leave(text)


def may_be_leaving(text: str) -> bool:
    """Tell whether it is better asked if they want to leave: /stop within the text, or a word put as a question."""
    return _COMMAND.search(text) is not None or (len(text) <= LONGEST and _says_leave(text))


def holds_a_word_for_leaving(text: str) -> bool:
    """Tell whether one of the words stands somewhere in the text. Who is on no list may mean something else by it."""
    form = f" {leaving_form(text)} "
    return any(f" {word} " in form for word in _every_form()[0])


def _says_leave(text: str) -> bool:
    words, courtesies = _every_form()
    return any(form in words for form in without_courtesies(leaving_form(text), courtesies))


@cache
def _every_form() -> tuple[frozenset[str], frozenset[str]]:
    lists = [LeaveList.read(path) for path in sorted((ROOT / "locales").glob(f"*/{FILE}"))]
    return (
        frozenset(leaving_form(word) for each in lists for word in each.words) - {""},
        frozenset(leaving_form(word) for each in lists for word in each.courtesies) - {""},
    )
