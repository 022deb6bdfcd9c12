"""The Merkle tree of RFC 6962: one hash over a list that only grows, and short proofs that something is in it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a list in which nothing is."""


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of one entry (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees; no entry has the same, whatever it says."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """What is kept of a tree so that it can grow: its size, and the roots of its full subtrees, the largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, leaf: bytes) -> "Tree":
        """Return the tree with one more leaf at its end."""
        peaks, size = [*self.peaks, leaf], self.size
        while size & 1:
            right, left = peaks.pop(), peaks.pop()
            peaks.append(node_hash(left, right))
            size >>= 1
        return Tree(size=self.size + 1, peaks=tuple(peaks))

    @property
    def root(self) -> bytes:
        """Return the hash over all leaves."""
        if not self.peaks:
            return EMPTY_ROOT
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root


EMPTY = Tree()


def tree_of(leaves: Iterable[bytes]) -> Tree:
    """Return the tree of these leaves."""
    tree = EMPTY
    for leaf in leaves:
        tree = tree.grown(leaf)
    return tree


def inclusion(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the hashes that lead from the leaf at this index, from 0 on, to the root (RFC 6962, 2.1.1).

    Raises IndexError where there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return ()
    # The left subtree is the largest full one that is smaller than the whole.
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return (*inclusion(leaves[:split], index), tree_of(leaves[split:]).root)
    return (*inclusion(leaves[split:], index - split), tree_of(leaves[:split]).root)


def root_by(leaf: bytes, proof: Sequence[bytes], *, index: int, size: int) -> bytes | None:
    """Return the root to which a proof leads from a leaf (RFC 9162, 2.1.3.2); None where its length is wrong."""
    if not 0 <= index < size:
        return None
    at, last, root = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = node_hash(each, root)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, each)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None
