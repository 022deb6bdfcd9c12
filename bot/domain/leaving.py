"""How a message that is nothing but a word for leaving is known, however it is typed."""

from collections.abc import Collection
from itertools import groupby

from bot.domain.faq import fold

LONGEST = 60
"""Characters of a message that can be such a word alone; emoji and exclamation marks count."""

_ASKING = frozenset("?؟？¿⸮;՞፧")
"""Marks of a question. The Greek one is a semicolon to others; nobody stops with one."""


def leaving_form(text: str) -> str:
    """Return the form in which a word for leaving is compared.

    Case, accents, punctuation, emoji, marks of direction, drawn-out letters and a word said twice make no
    difference. It may be empty.
    """
    words = ("".join(letter for letter, _ in groupby(word)) for word in fold(text).split())
    return " ".join(word for word, _ in groupby(words))


def is_asked(text: str) -> bool:
    """Tell whether the text is put as a question."""
    return not _ASKING.isdisjoint(text)


def without_courtesies(form: str, courtesies: Collection[str]) -> str:
    """Return the form without a “please” or “now” before and after it; the last word is left alone."""
    words = form.split()
    for turned in (False, True):
        while size := _courtesy_at(words, courtesies, from_end=turned):
            words = words[:-size] if turned else words[size:]
    return " ".join(words)


def _courtesy_at(words: list[str], courtesies: Collection[str], *, from_end: bool) -> int:
    """Return how many words a courtesy at this end has, one of them being left over; 0 where none stands there."""
    for size in range(min(3, len(words) - 1), 0, -1):
        if " ".join(words[-size:] if from_end else words[:size]) in courtesies:
            return size
    return 0
