"""The parts of a text that are looked at by themselves: nobody's despair is lost behind a question."""

import re
from collections.abc import Iterator, Sequence

from bot.domain.faq import folded_words

READ = 1000
"""Characters of a text that are looked at, the last ones: a cry for help comes at the end."""
CLAUSES = 8
"""Clauses of a text that are looked at, the last ones."""
WORDS = 25
"""Words of a clause: what has more, without a stop, is cut."""
SHORTEST, LONGEST = 3, 9
"""Words of a phrasing that is found within a text."""

_ENDS = re.compile(r"[.!?…;:\n؟؛،,]+|\s[-–—]\s")
_FEWEST = 2
"""Words of a clause that can say something."""


def clauses(text: str) -> list[str]:
    """Return the last clauses of a text; none of one that is itself a single short clause."""
    read = text[-READ:]
    parts = [part.split() for part in _ENDS.split(read)]
    cut = [words[at : at + WORDS] for words in parts for at in range(0, len(words), WORDS)]
    found = [" ".join(words) for words in cut if len(words) >= _FEWEST]
    return found[-CLAUSES:] if len(found) > 1 or len(read) < len(text) else []


def windows(text: str) -> Iterator[str]:
    """Yield every run of `SHORTEST` to `LONGEST` words of a text, folded, but for the text as a whole."""
    words = folded_words(text[-READ:])
    whole = " ".join(words)
    yield from (run for run in runs(words, LONGEST, shortest=SHORTEST) if run != whole)


def runs(words: Sequence[str], longest: int, *, shortest: int = 1) -> Iterator[str]:
    """Yield every run of so many words."""
    for first in range(len(words)):
        for last in range(first + shortest, min(first + longest, len(words)) + 1):
            yield " ".join(words[first:last])
