"""The letters of a text as numbers: hashed n-grams, the same wherever and whenever they are counted."""

import zlib
from collections import Counter

import numpy as np
from numpy.typing import NDArray

SIZES = (2, 3, 4, 5)
"""Letters per n-gram, the spaces around a word included."""
BUCKETS = 1 << 15
"""Buckets the n-grams are hashed into. Measured on this content: half as many cost 1 point, twice gain none."""

Buckets = NDArray[np.int32]
Weights = NDArray[np.float32]


def grams(folded: str) -> tuple[Buckets, Weights]:
    """Return the buckets of a folded text's n-grams, each once, and 1 + ln of how often each occurs."""
    counted: Counter[int] = Counter()
    for word in folded.split():
        padded = f" {word} "
        for size in SIZES:
            for at in range(len(padded) - size + 1):
                counted[zlib.crc32(padded[at : at + size].encode()) % BUCKETS] += 1
    times = np.fromiter(counted.values(), dtype=np.float32, count=len(counted))
    return np.fromiter(counted, dtype=np.int32, count=len(counted)), 1 + np.log(times)


def shares(buckets: Buckets, weights: Weights, rarities: Weights) -> Weights:
    """Return the weights times each bucket's rarity, the whole scaled to length 1."""
    weighted = weights * rarities[buckets]
    length = float(np.sqrt(np.square(weighted).sum()))
    return weighted / length if length else weighted
