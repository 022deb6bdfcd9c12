"""Signing checkpoints with a key that is derived from the campaign key (Ed25519, C2SP signed-note)."""

import base64
import hashlib
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.domain.checkpoint import KEY_HASH_BYTES, Checkpoint, Signature, Signed, SignedCheckpoint
from bot.privacy.keyring import CampaignKey

PURPOSE = "audit checkpoint"

ED25519 = b"\x01"
"""The kind of signature, in the hash that names a key."""


class Signer:
    """Signs under the current key, and knows what any key of the ring has signed.

    A new campaign key signs with another key. What was signed before stays verifiable by the public key of the old one,
    which is kept; see `bot.store.keys`.
    """

    def __init__(self, key: CampaignKey) -> None:
        self._keys = [_signing_key(each) for each in key.ring]

    def sign(self, checkpoint: Checkpoint) -> SignedCheckpoint:
        """Return the checkpoint, signed under the name of its log."""
        key = self._keys[0]
        made = Signature(
            name=checkpoint.origin,
            key_hash=_key_hash(checkpoint.origin, key.public_key()),
            signature=key.sign(checkpoint.text.encode()),
        )
        return SignedCheckpoint(checkpoint=checkpoint, signatures=(made,))

    def check(self, signed: SignedCheckpoint, former: Iterable[bytes] = ()) -> Signed:
        """Return what the signatures of a checkpoint say. `former`: public keys of keys that have left the ring."""
        known = [key.public_key() for key in self._keys]
        known += [Ed25519PublicKey.from_public_bytes(raw) for raw in former]
        keys = {_key_hash(signed.checkpoint.origin, key): key for key in known}
        said = Signed.UNKNOWN
        for each in signed.signatures:
            if each.key_hash not in keys:
                continue
            try:
                keys[each.key_hash].verify(each.signature, signed.checkpoint.text.encode())
            except InvalidSignature:
                said = Signed.BROKEN
            else:
                return Signed.OURS
        return said

    def public_key(self, origin: str) -> str:
        """Return the current public key as verifiers of signed notes take it."""
        key = self._keys[0]
        encoded = base64.b64encode(ED25519 + key.public_key().public_bytes_raw()).decode()
        return f"{origin}+{_key_hash(origin, key.public_key()).hex()}+{encoded}"


def _signing_key(key: CampaignKey) -> Ed25519PrivateKey:
    seed = base64.urlsafe_b64decode(key.derive(PURPOSE) + "=")
    return Ed25519PrivateKey.from_private_bytes(seed)


def verifying_key(key: CampaignKey) -> bytes:
    """Return the public key of what a campaign key signs with, as `Signer.check` takes it."""
    return _signing_key(key).public_key().public_bytes_raw()


def _key_hash(name: str, key: Ed25519PublicKey) -> bytes:
    public = ED25519 + key.public_bytes_raw()
    return hashlib.sha256(name.encode() + b"\n" + public).digest()[:KEY_HASH_BYTES]
