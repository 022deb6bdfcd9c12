"""How a message that is nothing but a word for leaving is known, however it is typed."""

from collections.abc import Collection, Iterator
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


def without_courtesies(form: str, courtesies: Collection[str]) -> Iterator[str]:
    """Yield the form, then with each “please” or “now” before and after it taken off; the last word is left alone.

    A word for leaving may end with one itself, so that not all of them need be too many.
    """
    for left in _shortened(form.split(), courtesies, from_end=False):
        for both in _shortened(left, courtesies, from_end=True):
            yield " ".join(both)


def _shortened(words: list[str], courtesies: Collection[str], *, from_end: bool) -> Iterator[list[str]]:
    yield words
    while size := _courtesy_at(words, courtesies, from_end=from_end):
        words = words[:-size] if from_end else words[size:]
        yield words


def _courtesy_at(words: list[str], courtesies: Collection[str], *, from_end: bool) -> int:
    """Return how many words a courtesy at this end has, one of them being left over; 0 where none stands there."""
    for size in range(min(3, len(words) - 1), 0, -1):
        if " ".join(words[-size:] if from_end else words[:size]) in courtesies:
            return size
    return 0
