"""From a text to the pieces of words that the encoder knows: the likeliest cut of each word (SentencePiece unigram)."""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.faq.weights import Vocabulary

LONGEST = 48
"""Bytes of the longest piece."""
_START = "\u2581"
"""Stands for the space before a word."""
_UNKNOWN_COSTS = 10.0
"""How much less likely an unknown character is than the rarest piece."""
_AT_ONCE = 8192
"""Pieces that are hashed together, and words that are cut: more take more memory, which is not given back."""
_OFFSET, _PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)
"""Of the FNV-1a hash: pieces are found by it, 64 bits, so that no dictionary of all of them is kept."""


class Pieces:
    """Cuts texts into the pieces of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._scores = vocabulary.scores
        self._replaced = vocabulary.replaced
        self._unknown = vocabulary.unknown
        self._unknown_score = float(vocabulary.scores.min()) - _UNKNOWN_COSTS
        offsets = vocabulary.offsets.astype(np.int64)
        lengths = np.diff(offsets)
        numbers = np.flatnonzero((lengths > 0) & (lengths <= LONGEST))
        numbers = numbers[numbers != vocabulary.unknown]
        hashes = _hashes(vocabulary.letters, offsets[numbers], lengths[numbers])
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._numbers = numbers[order].astype(np.int32)

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the numbers of each text's pieces, without the marks of beginning and end.

        A word that stands more than once is cut once.
        """
        split = [[word for word in text.translate(self._replaced).split(" ") if word] for text in texts]
        words = list(dict.fromkeys(chain.from_iterable(split)))
        cut: dict[str, list[int]] = {}
        for first in range(0, len(words), _AT_ONCE):
            some = words[first : first + _AT_ONCE]
            cut.update(zip(some, self._cut([_START + word for word in some]), strict=True))
        return [[piece for word in each for piece in cut[word]] for each in split]

    def _cut(self, words: Sequence[str]) -> Iterator[list[int]]:
        """Yield the likeliest pieces of each word (Viterbi): for every place, the best way to have come there."""
        starts, ends, numbers = self._found(words)
        # What may begin at a character, and the place after the last, which nothing begins at.
        bounds = np.searchsorted(starts, np.arange(1 + sum(map(len, words)))).tolist()
        ways = list(zip(ends.tolist(), numbers.tolist(), self._scores[numbers].tolist(), strict=True))
        begin = 0
        for word in words:
            best = [0.0, *([-np.inf] * len(word))]
            came: list[tuple[int, int]] = [(0, 0)] * (len(word) + 1)
            for here in range(len(word)):
                at = begin + here
                unknown = (at + 1, self._unknown, self._unknown_score)
                for end, piece, score in (*ways[bounds[at] : bounds[at + 1]], unknown):
                    if best[here] + score > best[end - begin]:
                        best[end - begin], came[end - begin] = best[here] + score, (here, piece)
            pieces: list[int] = []
            at = len(word)
            while at:
                at, piece = came[at]
                pieces.append(piece)
            yield pieces[::-1]
            begin += len(word)

    def _found(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
        """Return the pieces that are in the words, by where they begin, and shorter ones first.

        Of each the character it begins at, the one after its last, and its number; characters are counted through all
        words, which lie one after the other.
        """
        encoded = [word.encode() for word in words]
        letters = np.frombuffer(b"".join(encoded), np.uint8)
        is_start = (letters & 0xC0) != 0x80  # noqa: PLR2004 -- UTF-8: all but a character's first byte are 10xxxxxx
        places = np.flatnonzero(is_start)
        characters = np.cumsum([*is_start, True]) - 1
        sizes = [len(each) for each in encoded]
        limits = np.repeat(np.cumsum(sizes), sizes)[places]
        going = np.arange(len(places))
        hashes = np.full(len(places), _OFFSET, np.uint64)
        found = [(going[:0], going[:0], self._numbers[:0])]
        for length in range(1, LONGEST + 1):
            going = going[places[going] + length <= limits[going]]
            if not len(going):
                break
            hashes[going] = (hashes[going] ^ letters[places[going] + length - 1].astype(np.uint64)) * _PRIME
            sought = hashes[going]
            rows = np.minimum(self._hashes.searchsorted(sought), len(self._hashes) - 1)
            ends = places[going] + length
            known = (self._hashes[rows] == sought) & np.append(is_start, True)[ends]
            found.append((going[known], characters[ends[known]], self._numbers[rows[known]]))
        starts, after, numbers = (np.concatenate(each) for each in zip(*found, strict=True))
        order = np.argsort(starts, kind="stable")
        return starts[order], after[order], numbers[order]


def _hashes(
    letters: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.uint64]:
    hashes = np.full(len(starts), _OFFSET, np.uint64)
    for first in range(0, len(starts), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        for at in range(int(lengths[some].max())):
            there = first + np.flatnonzero(lengths[some] > at)
            hashes[there] = (hashes[there] ^ letters[starts[there] + at].astype(np.uint64)) * _PRIME
    return hashes
