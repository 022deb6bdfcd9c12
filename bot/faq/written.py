"""Names that are told by how they are written: with a capital letter where ordinary words have none.

No list holds every company and every town. In the languages that write only names so, a capital letter within a
sentence tells one, and whether any text of the entries has the word.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.domain.faq import fold
from bot.faq.exact import hashed

FEWEST = 3
"""Words of a sentence, and letters of a name, from which a capital tells anything."""
ACRONYM = 4
"""Letters of what is all capitals: nearly every one of so few is a letter away from some word."""
KNOWN_FROM = 5
"""Letters of a known word from which a longer one is taken for a form of it."""
_WORD = re.compile(r"[^\W\d_]+(?:[-&][^\W\d_]+)*")
_BEGINS = frozenset(".!?…:;\"'’«“”„‘()[]-–—¿¡\n")
"""What a capital after says nothing: a sentence begins there, or a quotation."""
_APOSTROPHES = ("'", "’", "ʼ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Capital:
    """A word written with a capital letter; `opens` tells that a sentence or a quotation begins with it."""

    word: str
    opens: bool


def capitals(text: str) -> Iterator[Capital]:
    """Yield the words of a text that begin with a capital letter; none of a text all in capitals.

    Nor a first one that anything but a space follows.
    """
    if text.isupper():
        return
    end = 0
    for found in _WORD.finditer(text):
        before = text[end : found.start()]
        opens = end == 0 or bool(_BEGINS.intersection(before.strip()))
        # “L'Orange” stands within the sentence; “Dell'azienda” and “Vale, …” begin it with a word that is none.
        if before in _APOSTROPHES:
            opens = False
        end = found.end()
        if found.group()[0].isupper() and (text[end : end + 1] == " " or not opens):
            yield Capital(word=found.group(), opens=opens)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Vocabulary:
    """The words of the entries, in all locales: a 32-bit hash of each folded word, in order."""

    hashes: NDArray[np.uint32]

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Hash folded words."""
        return cls(hashes=np.array(sorted({_hashed(word) for word in words}), np.uint32))

    def _has_any(self, words: Iterable[str]) -> bool:
        # Of unknown words, with all their slips, one in four hundred passes for known: 32 bits are few.
        sought = np.fromiter(map(_hashed, words), np.uint32)
        at = np.minimum(self.hashes.searchsorted(sought), len(self.hashes) - 1)
        return bool((self.hashes[at] == sought).any())

    def strange_names(self, text: str) -> set[str]:
        """Return the words that are written as names within a sentence, and are no form or slip of a known word.

        None where half of the words or more have a capital: that is a title, or a language that writes nouns so.
        """
        written = list(capitals(text))
        count = len(_WORD.findall(text))
        if not len(self.hashes) or count < FEWEST or 2 * len(written) >= count:
            return set()
        words = {fold(one.word): one.word for one in written if not one.opens}
        return {word for word, as_written in words.items() if self._is_strange(word, as_written)}

    def _is_strange(self, word: str, written: str) -> bool:
        if len(word) < FEWEST:
            return False
        beginnings = (word[:length] for length in range(KNOWN_FROM, len(word)))
        if self._has_any((word, *beginnings)):
            return False
        is_acronym = written.isupper() and len(word) <= ACRONYM
        return is_acronym or not self._has_any(_slips(word))


NO_WORDS = Vocabulary.of(())
"""Of names that were not looked up in any text: nothing is strange to it."""


def _slips(word: str) -> Iterator[str]:
    """Yield what one slip of the pen makes of a word: a letter less, another, one more, or two in the wrong order."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        yield from (before + letter + after for letter in ascii_lowercase)
        yield from (before + letter + after[1:] for letter in ascii_lowercase if after)
    for at, (first, second) in enumerate(pairwise(word)):
        yield word[:at] + second + first + word[at + 2 :]


def _hashed(word: str) -> int:
    return hashed(word) >> 32
