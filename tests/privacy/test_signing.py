"""Signatures of checkpoints: what the campaign key has made is told from all else, also after the key was changed."""

import base64
import dataclasses
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.domain.checkpoint import Checkpoint, Signed, SignedCheckpoint, read_checkpoint
from bot.privacy.cipher import Cipher
from bot.privacy.keyring import CampaignKey
from bot.privacy.signing import Signer
from tests.making import KEY

CHECKPOINT = Checkpoint(origin="campaign-bot/audit/0123456789abcdef", size=41, root=bytes(range(32)))
OTHER = CampaignKey(b"other" + bytes(59))


def test_our_own() -> None:
    """What we signed is ours, read back from its text too; the same text has the same signature."""
    signed = Signer(KEY).sign(CHECKPOINT)
    assert Signer(KEY).check(signed) is Signed.OURS
    assert Signer(KEY).check(read_checkpoint(signed.note)) is Signed.OURS
    assert Signer(KEY).sign(CHECKPOINT) == signed
    assert Cipher(KEY).signer.sign(CHECKPOINT) == signed


@pytest.mark.parametrize("changed", [{"size": 42}, {"root": bytes(32)}])
def test_something_else(changed: dict[str, object]) -> None:
    """A signature fits the text that was signed, and no other."""
    signed = Signer(KEY).sign(CHECKPOINT)
    forged = dataclasses.replace(signed, checkpoint=dataclasses.replace(CHECKPOINT, **changed))  # type: ignore[arg-type]
    assert Signer(KEY).check(forged) is Signed.BROKEN


def test_another_key() -> None:
    """Of another campaign's signature, and of none, nothing is known."""
    assert Signer(KEY).check(Signer(OTHER).sign(CHECKPOINT)) is Signed.UNKNOWN
    assert Signer(KEY).check(SignedCheckpoint(checkpoint=CHECKPOINT)) is Signed.UNKNOWN


def test_a_new_campaign_key() -> None:
    """As long as the old key is on the ring, its signatures are ours; new ones are made with the new one."""
    before = Signer(KEY).sign(CHECKPOINT)
    ring = CampaignKey(OTHER.secret, previous=(KEY,))
    assert Signer(ring).check(before) is Signed.OURS
    assert Signer(ring).sign(CHECKPOINT) == Signer(OTHER).sign(CHECKPOINT)
    assert Signer(OTHER).check(before) is Signed.UNKNOWN


def test_the_key_that_verifiers_take() -> None:
    """The public key is written as signed notes have it, and alone is enough to check a checkpoint."""
    signer = Signer(KEY)
    name, key_hash, encoded = signer.public_key(CHECKPOINT.origin).split("+", 2)
    public = base64.b64decode(encoded)
    assert hashlib.sha256(name.encode() + b"\n" + public).digest()[:4].hex() == key_hash
    [signature] = signer.sign(CHECKPOINT).signatures
    assert signature.key_hash.hex() == key_hash
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature.signature, CHECKPOINT.text.encode())
