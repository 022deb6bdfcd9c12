"""A proof that one entry is in the audit: it holds for it, at its place, under its checkpoint, and for no other."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit_proof import Proof, ProofInvalid, is_proof, read_proof
from bot.domain.checkpoint import Checkpoint, SignedCheckpoint
from bot.domain.merkle import inclusion, leaf_hash, tree_of
from bot.privacy.signing import Signer
from tests.making import KEY


def proof_of(index: int, size: int) -> Proof:
    """Return the proof of one of so many entries."""
    contents = [b'{"number":%d}' % number for number in range(1, size + 1)]
    leaves = [leaf_hash(content) for content in contents]
    checkpoint = Checkpoint(origin="campaign-bot/audit/0", size=size, root=tree_of(leaves).root)
    return Proof(
        content=contents[index],
        index=index,
        hashes=inclusion(leaves, index),
        signed=Signer(KEY).sign(checkpoint),
    )


@st.composite
def proofs(draw: st.DrawFn) -> Proof:
    """Draw a proof."""
    size = draw(st.integers(1, 40))
    return proof_of(draw(st.integers(0, size - 1)), size)


@given(proofs())
def test_it_holds(proof: Proof) -> None:
    """It is read back from its text, and holds."""
    assert is_proof(proof.text)
    assert read_proof(proof.text) == proof
    assert read_proof(proof.text.replace("\n", "\r\n")) == proof
    assert proof.holds


@given(proofs())
def test_of_another_entry(proof: Proof) -> None:
    """Another entry, another place, a hash less, another checkpoint: it does not hold."""
    checkpoint = dataclasses.replace(proof.signed.checkpoint, root=bytes(32))
    for changes in (
        {"content": b'{"number":%d,"more":1}' % (proof.index + 1)},
        {"content": b"[]"},
        {"content": b"\xff"},
        {"index": proof.index + 1},
        {"hashes": (*proof.hashes, bytes(32))},
        {"hashes": proof.hashes[:-1]} if proof.hashes else {"index": 7},
        {"signed": SignedCheckpoint(checkpoint=checkpoint)},
    ):
        assert not dataclasses.replace(proof, **changes).holds


def test_the_form() -> None:
    """It is C2SP's: a header, the entry, its index, the hashes, an empty line, the checkpoint."""
    lines = proof_of(1, 3).text.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 1"
    assert lines[5:8] == ["", "campaign-bot/audit/0", "3"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("extra ", "extra *"),
        ("index 1", "index x"),
        ("index 1\n", "index 1\nAAAA\n"),
        ("\n\n", "\n"),
    ],
)
def test_no_proof(before: str, after: str) -> None:
    """What is no proof, or half of one, is refused."""
    with pytest.raises(ProofInvalid):
        read_proof(proof_of(1, 3).text.replace(before, after))
    with pytest.raises(ProofInvalid):
        read_proof("")
