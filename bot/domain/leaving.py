"""How a message that is nothing but a word for leaving is known, however it is typed."""

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
