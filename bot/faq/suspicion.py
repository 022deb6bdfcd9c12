"""Words with which nothing is answered by an entry, nor by topics: of violence, and of contempt for a people.

What is said of a text by letters and meaning is learnt from sentences; a new sentence of hatred may be near to none of
them. Words are a second look that needs no likeness: a harmless question with one of them is asked to be put otherwise,
and nobody is accused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from bot.content import Content
from bot.domain.faq import QUESTION_LIMIT, fold, folded_words
from bot.faq.clauses import READ, runs
from bot.faq.names import without_prefixes

STEM = "*"
"""Stands at the end of a listed word that goes on in any way."""
LONGEST = 3
"""Words of a listed phrase."""
SHORTEST = 2
"""Letters of a stem."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """Folded words and phrases, as they stand and by their beginnings."""

    whole: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()

    @classmethod
    def of(cls, lines: Iterable[str]) -> Self:
        """Take lines of a list apart: those that end with `STEM`, and the others."""
        listed = [(fold(line.removesuffix(STEM)), line.endswith(STEM)) for line in lines]
        return cls(
            whole=frozenset(words for words, is_stem in listed if words and not is_stem),
            stems=frozenset(words for words, is_stem in listed if words and is_stem),
        )

    def are_in(self, words: list[str]) -> bool:
        """Tell whether any is among the folded words of a text."""
        return any(self._has(bare) for run in runs(words, LONGEST) for bare in without_prefixes(run))

    def _has(self, phrase: str) -> bool:
        beginnings = (phrase[:end] for end in range(SHORTEST, len(phrase) + 1))
        return phrase in self.whole or not self.stems.isdisjoint(beginnings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the words of a text say: `is_hateful` where one is enough alone, or one of contempt is with a people."""

    names_a_people: bool
    is_hateful: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspicion:
    """The listed words of all languages together: people ask in one and read another."""

    alone: Listed = Listed()
    peoples: Listed = Listed()
    contempt: Listed = Listed()

    @classmethod
    def of(cls, content: Content) -> Self:
        """Take the content's lists; nothing is suspect where it has none."""
        suspect = content.suspect
        return cls(
            alone=Listed.of(suspect.alone),
            peoples=Listed.of(suspect.peoples),
            contempt=Listed.of(suspect.contempt),
        )

    def said_in(self, text: str) -> Said:
        """Return what the words of a text say. Never raises."""
        words = folded_words(text if len(text) <= QUESTION_LIMIT else text[-READ:])
        names_a_people = self.peoples.are_in(words)
        return Said(
            names_a_people=names_a_people,
            is_hateful=self.alone.are_in(words) or (names_a_people and self.contempt.are_in(words)),
        )


NEVER = Suspicion()
"""Of a campaign without lists."""
