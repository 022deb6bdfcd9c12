"""People are known by *refs*: AES-SIV of their chat id. Contents are sealed the same way, with a nonce.

AES-SIV (RFC 5297) is deterministic, so a ref can be looked up, and authenticated, so a forged one is refused.
Table, purpose and key id are its associated data: a ref copied into another table says nothing there.
"""

import os
from enum import StrEnum
from typing import NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bot.errors import WrongKey
from bot.privacy.keyring import CampaignKey

Ref = NewType("Ref", bytes)
"""24 bytes that stand for a chat in one table."""

NONCE_BYTES = 16


class Table(StrEnum):
    """The tables in which people are known, each by refs of its own."""

    SUBSCRIBERS = "subscribers"
    ORGANIZERS = "organizers"
    UPDATES = "updates"
    CONVERSATIONS = "conversations"
    LANGUAGES = "languages"


class Cipher:
    """Makes and opens refs and sealed contents under one campaign key."""

    def __init__(self, key: CampaignKey) -> None:
        self._siv = AESSIV(key.secret)
        self.key_id = key.id

    def ref(self, table: Table, chat_id: int) -> Ref:
        """Return the ref of a chat in this table."""
        return Ref(self._siv.encrypt(chat_id.to_bytes(8, "big", signed=True), self._about(table, b"ref")))

    def chat_id(self, table: Table, ref: bytes) -> int:
        """Return whose ref this is.

        Raises WrongKey.
        """
        return int.from_bytes(self._open(bytes(ref), self._about(table, b"ref")), "big", signed=True)

    def chat_tag(self, chat_id: int) -> int:
        """Return a number of 16 bits that a chat shares with thousands: whoever finds it noted learns nobody's name."""
        sealed = self._siv.encrypt(chat_id.to_bytes(8, "big", signed=True), [b"mark", self.key_id])
        return int.from_bytes(sealed[:2], "big")

    def seal(self, table: Table, content: bytes) -> bytes:
        """Encrypt content; the same content twice looks different."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._siv.encrypt(content, [*self._about(table, b"seal"), nonce])

    def unseal(self, table: Table, sealed: bytes) -> bytes:
        """Decrypt what `seal` returned.

        Raises WrongKey.
        """
        nonce, body = bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:])
        return self._open(body, [*self._about(table, b"seal"), nonce])

    def _about(self, table: Table, purpose: bytes) -> list[bytes]:
        return [table.encode(), purpose, self.key_id]

    def _open(self, body: bytes, about: list[bytes]) -> bytes:
        try:
            return self._siv.decrypt(body, about)
        except (InvalidTag, ValueError) as error:
            raise WrongKey from error
