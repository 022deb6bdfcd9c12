"""What a match is, and how a stranger's text becomes comparable."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

QUESTION_LIMIT = 200
"""Characters of a question that are read; what follows is left alone."""

# Letters that people write for one another and that decomposition does not bring together: Persian for
# Arabic keyboards' kaf and ya, ya without dots, ta marbuta, hamza left out, Turkish i without its dot.
_SAME_LETTERS = str.maketrans({"ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ء": "", "ـ": "", "ı": "i", "ø": "o"})
_DRAWN_OUT = re.compile(r"(.)\1{2,}")


class SmallTalk(StrEnum):
    """What people write that is no question to the statement, and gets a short reply of its own."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    INSULT = "insult"
    INSTRUCTION = "instruction"
    LEAVE = "leave"
    PRIVACY = "privacy"
    BOT = "bot"
    FREQUENCY = "frequency"
    DISTRESS = "distress"
    HOSTILITY = "hostility"
    PERSONS = "persons"
    NOT_A_QUESTION = "not_a_question"


URGENT = (SmallTalk.DISTRESS, SmallTalk.HOSTILITY)
"""Kinds that win over every answer, wherever in a text they are said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """What a question was taken for.

    `slug` is the entry to answer with directly, or None where that would be a guess. `score` is from 0 to 1.
    `suggestions` are the nearest slugs, best first, three where there are that many; `near` are those of them that are
    near enough for a person to be shown them as such. `small_talk` is set where
    it is no question at all; `is_open` where it is known to ask what the statement leaves open; `near_urgent` where it
    may well be hatred or despair; `locale` where it is plain in which of the content's locales it was written.
    """

    slug: str | None
    score: float
    suggestions: tuple[str, ...]
    near: tuple[str, ...] = ()
    small_talk: SmallTalk | None = None
    is_open: bool = False
    near_urgent: bool = False
    locale: str | None = None


def legible(text: str) -> str:
    """Return what a reader sees of the text's beginning: compatibility forms as plain ones, nothing invisible.

    At most `QUESTION_LIMIT` characters before *and* after: one can unfold into eighteen (U+FDFA). Never raises.
    """
    text = unicodedata.normalize("NFKC", text[:QUESTION_LIMIT])[:QUESTION_LIMIT]
    kept = (
        character if unicodedata.category(character)[0] != "C" else " " if character.isspace() else ""
        for character in text
    )
    return " ".join("".join(kept).split())


def fold(text: str) -> str:
    """Return the text as it is compared: words of plain letters and digits with single spaces.

    Compatibility forms, case, accents, vowel signs, hamza seats, invisible and direction characters make no
    difference; neither does anything beyond `QUESTION_LIMIT`. Never raises, and folding twice changes nothing.
    """
    # Cut before *and* after: one character can unfold into eighteen (U+FDFA).
    text = unicodedata.normalize("NFKC", text[:QUESTION_LIMIT])[:QUESTION_LIMIT]
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return _DRAWN_OUT.sub(r"\1\1", " ".join(plain.split()))[:QUESTION_LIMIT].rstrip()


def folded_words(text: str) -> list[str]:
    """Return the words of a text of any length, each folded. Never raises."""
    return [word for part in text.split() for word in fold(part).split()]


FEW = 2
"""Letters with which nobody asks a question."""


def has_few_letters(text: str) -> bool:
    """Tell whether the text is too little to be a question: a mark, an emoji, a figure, a letter or two."""
    return sum(character.isalpha() for character in fold(text)) <= FEW


class _Plain(dict[int, str]):
    """What each character becomes, remembered for the alphabets in use; a stranger's rarities fill no memory."""

    def __missing__(self, code: int) -> str:
        plain = _plain(chr(code)).translate(_SAME_LETTERS)
        if code < _IN_USE:
            self[code] = plain
        return plain


_IN_USE = 0x2100
_PLAIN = _Plain()


def _plain(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind[0] in "LN":
        return character
    if kind[0] in "MC" and kind != "Cc":
        return ""
    return "" if character in "'’`" else " "
