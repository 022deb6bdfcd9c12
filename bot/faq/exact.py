"""The phrasings as they stand, found by a hash: a text that is one of them needs no ranking."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Exact:
    """The phrasings as they stand: a 64-bit hash of each folded text, in order, and its group by number.

    Two texts in a million million share a hash; folding all phrasings at each start would take half a second.
    """

    hashes: NDArray[np.uint64]
    groups: NDArray[np.uint16]

    @classmethod
    def of(cls, texts: Mapping[str, str], groups: Sequence[str]) -> Self:
        """Hash folded texts; write their groups as numbers."""
        rows = sorted((hashed(text), groups.index(group)) for text, group in texts.items())
        hashes, numbers = zip(*rows, strict=True)
        return cls(hashes=np.array(hashes, dtype=np.uint64), groups=np.array(numbers, dtype=np.uint16))

    def find(self, folded: str) -> int | None:
        """Return the number of the text's group, or None."""
        sought = np.uint64(hashed(folded))
        at = int(self.hashes.searchsorted(sought))
        return int(self.groups[at]) if at < len(self.hashes) and self.hashes[at] == sought else None


def hashed(text: str) -> int:
    """Return 64 bits of the text's hash, the same wherever and whenever."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
