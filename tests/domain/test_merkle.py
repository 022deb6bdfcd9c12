"""The tree of RFC 6962: against the RFC's own recursive definition, and against itself changed in any way."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.merkle import EMPTY_ROOT, Tree, inclusion, leaf_hash, node_hash, root_by, tree_of

LEAVES = st.lists(st.binary(max_size=4).map(leaf_hash), max_size=40)

CONTENTS = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243")]
"""The first entries of the test vectors of Certificate Transparency (google/certificate-transparency, merkletree)."""

ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
}


def by_definition(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962, section 2.1, defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = by_definition(leaves[:split]), by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", ROOTS)
def test_known_roots(size: int) -> None:
    """The roots are those that other programs reckon."""
    assert tree_of(map(leaf_hash, CONTENTS[:size])).root.hex() == ROOTS[size]


@given(LEAVES)
def test_grown_is_built(leaves: list[bytes]) -> None:
    """What grew leaf by leaf has the root of the definition, and keeps a hash for each bit of its size."""
    tree = tree_of(leaves)
    assert tree.root == by_definition(leaves)
    assert (tree.size, len(tree.peaks)) == (len(leaves), len(leaves).bit_count())


def test_nothing_has_a_root() -> None:
    """The empty list has the root of the RFC."""
    assert Tree().root == EMPTY_ROOT


def test_an_entry_is_no_subtree() -> None:
    """An entry that says what two hashes say has another hash than their parent."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@given(LEAVES.filter(bool), st.data())
def test_inclusion(leaves: list[bytes], data: st.DataObject) -> None:
    """A proof leads from its leaf, and from no other and at no other place, to the root."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, size, root = inclusion(leaves, index), len(leaves), tree_of(leaves).root
    assert root_by(leaves[index], proof, index=index, size=size) == root
    assert root_by(leaf_hash(b"another"), proof, index=index, size=size) != root
    assert root_by(leaves[index], (*proof, root), index=index, size=size) != root
    for other in set(range(size)) - {index}:
        if leaves[other] != leaves[index]:
            assert root_by(leaves[index], proof, index=other, size=size) != root
    for at in range(len(proof)):
        assert root_by(leaves[index], proof[:at], index=index, size=size) != root


def test_no_such_leaf() -> None:
    """There is no proof of what is not there."""
    with pytest.raises(IndexError):
        inclusion([leaf_hash(b"")], 1)
    assert root_by(leaf_hash(b""), (), index=1, size=1) is None
