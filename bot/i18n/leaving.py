"""What people write to leave: a closed list for each locale, `locales/<locale>/leave.txt`, one to a line.

Whoever writes exactly one of these, of whatever locale, leaves at once. Nothing else is read out of a text so.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.config import ROOT
from bot.domain.leaving import LONGEST, is_asked, leaving_form

FILE = "leave.txt"
"""Where a locale's list lies in its folder."""


def is_leaving(text: str) -> bool:
    """Tell whether the text is one of the words for leaving, and nothing besides. Never raises."""
    return len(text) <= LONGEST and leaving_form(text) in _every_form() and not is_asked(text)


def leaving_words(path: Path) -> tuple[str, ...]:
    """Return the list of one locale as it is written; empty lines and those that begin with # are left out."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def _every_form() -> frozenset[str]:
    return frozenset(_forms(ROOT / "locales"))


def _forms(folder: Path) -> Iterator[str]:
    for path in folder.glob(f"*/{FILE}"):
        yield from (form for word in leaving_words(path) if (form := leaving_form(word)))
