"""The letters of a text as numbers: hashed n-grams, the same wherever and whenever they are counted."""

import zlib
from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SIZES = (2, 3, 4, 5)
"""Letters per n-gram, the spaces around a word included."""
BUCKETS = 1 << 15
"""Buckets the n-grams are hashed into. Measured on this content: half as many cost 1 point, twice gain none."""

Buckets = NDArray[np.int32]
Weights = NDArray[np.float32]


def grams(folded: str, words: dict[str, list[int]] | None = None) -> tuple[Buckets, Weights]:
    """Return the buckets of a folded text's n-grams, each once, and 1 + ln of how often each occurs.

    `words` remembers the buckets of words from text to text, where these are nobody's secret.
    """
    known = {} if words is None else words
    counted: Counter[int] = Counter()
    for word in folded.split():
        if word not in known:
            known[word] = list(_buckets(f" {word} "))
        counted.update(known[word])
    times = np.fromiter(counted.values(), dtype=np.float32, count=len(counted))
    return np.fromiter(counted, dtype=np.int32, count=len(counted)), 1 + np.log(times)


def _buckets(padded: str) -> Iterator[int]:
    for size in SIZES:
        for at in range(len(padded) - size + 1):
            yield zlib.crc32(padded[at : at + size].encode()) % BUCKETS


def shares(buckets: Buckets, weights: Weights, rarities: Weights) -> Weights:
    """Return the weights times each bucket's rarity, the whole scaled to length 1."""
    weighted = weights * rarities[buckets]
    length = float(np.sqrt(np.square(weighted).sum()))
    return weighted / length if length else weighted
