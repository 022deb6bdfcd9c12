"""What a language spells otherwise than CLDR's patterns and a filled sentence do: the first of a month, and elision."""

import re

from bot.domain.bidi import FSI

_FIRST = {"fr": "1er", "it": "1º", "pt": "1º"}
"""By language: how the first day of a month is written. CLDR counts on: “1 janvier” for “1er janvier”."""

_ONE = re.compile(r"(?<!\d)1(?!\d)", re.ASCII)

_ELIDED = {"il": "l’", "al": "all’", "dal": "dall’", "del": "dell’", "nel": "nell’", "sul": "sull’"}
"""Italian articles before a vowel: “l’8 gennaio”, “dall’11 gennaio”."""

_BEFORE_A_VOWEL = re.compile(rf"\b({'|'.join(_ELIDED)}) (?={FSI}(?:8|11)(?!\d))", re.ASCII | re.IGNORECASE)
"""An Italian article before a value that begins with a day whose name begins with a vowel: otto, undici.

Values are isolated, so that what people wrote themselves stays as they wrote it.
"""


def first_of_month(written: str, language: str) -> str:
    """Return a written first day of a month as the language has it; the day is the one lone 1 in what CLDR writes."""
    ordinal = _FIRST.get(language)
    return written if ordinal is None else _ONE.sub(ordinal, written, count=1)


def elided(sentence: str, language: str) -> str:
    """Return a filled sentence whose article is joined to a day that begins with a vowel, where that is the rule."""
    if language != "it":
        return sentence
    return _BEFORE_A_VOWEL.sub(_joined, sentence)


def _joined(article: re.Match[str]) -> str:
    joined = _ELIDED[article[1].lower()]
    return joined.capitalize() if article[1][0].isupper() else joined
