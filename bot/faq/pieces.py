"""From a text to the pieces of words that the encoder knows: the likeliest cut of each word (SentencePiece unigram)."""

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
"""Pieces that are hashed together: more take more memory, which is not given back."""
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

    def of(self, text: str, words: dict[str, list[int]] | None = None) -> list[int]:
        """Return the numbers of the text's pieces, without the marks of beginning and end.

        `words` remembers the pieces of words from text to text, where these are nobody's secret.
        """
        replaced = self._replaced
        plain = "".join(replaced.get(ord(character), character) for character in text)
        known = {} if words is None else words
        pieces: list[int] = []
        for word in plain.split(" "):
            if word:
                if word not in known:
                    known[word] = self._cut(_START + word)
                pieces += known[word]
        return pieces

    def _cut(self, word: str) -> list[int]:
        """Return the likeliest pieces (Viterbi): for every place, the best way to have come there."""
        places = np.cumsum([0, *(len(character.encode()) for character in word)])
        found = self._found(word.encode(), places)
        scores = self._scores
        best = [0.0, *([-np.inf] * len(word))]
        came: list[tuple[int, int]] = [(0, 0)] * (len(word) + 1)
        for here in range(len(word)):
            ways = [(end, piece, float(scores[piece])) for end, piece in found[here]]
            for end, piece, score in (*ways, (here + 1, self._unknown, self._unknown_score)):
                if best[here] + score > best[end]:
                    best[end], came[end] = best[here] + score, (here, piece)
        pieces: list[int] = []
        at = len(word)
        while at:
            at, piece = came[at]
            pieces.append(piece)
        return pieces[::-1]

    def _found(self, encoded: bytes, places: NDArray[np.int64]) -> list[list[tuple[int, int]]]:
        """Return for each character the pieces that begin with it: where each ends, and its number."""
        letters = np.frombuffer(encoded, np.uint8).astype(np.uint64)
        starts = places[:-1]
        at_place = {int(place): number for number, place in enumerate(places)}
        found: list[list[tuple[int, int]]] = [[] for _ in starts]
        going = np.arange(len(starts))
        hashes = np.full(len(starts), _OFFSET, np.uint64)
        for length in range(1, min(LONGEST, len(letters)) + 1):
            going = going[starts[going] + length <= len(letters)]
            hashes[going] = (hashes[going] ^ letters[starts[going] + length - 1]) * _PRIME
            sought = hashes[going]
            rows = np.minimum(self._hashes.searchsorted(sought), len(self._hashes) - 1)
            known = self._hashes[rows] == sought
            for start, row in zip(going[known], rows[known], strict=True):
                end = at_place.get(int(starts[start]) + length)
                if end is not None:
                    found[start].append((end, int(self._numbers[row])))
        return found


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
