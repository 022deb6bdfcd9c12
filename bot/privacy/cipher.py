"""People are known by *refs*: AES-SIV of their chat id. Contents are sealed the same way, with a nonce.

AES-SIV (RFC 5297) is deterministic, so a ref can be looked up, and authenticated, so a forged one is refused.
Table, purpose and key id are its associated data: a ref copied into another table says nothing there.
"""

import hashlib
import hmac
import os
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bot.errors import WrongKey
from bot.privacy.keyring import CampaignKey

if TYPE_CHECKING:
    from bot.privacy.signing import Signer

Ref = NewType("Ref", bytes)
"""24 bytes that stand for a chat in one table."""

NONCE_BYTES = 16

KEY_ID_BYTES = 8
"""Of the key's id, with which sealed content begins."""


class Table(StrEnum):
    """The tables in which people are known, each by refs of its own."""

    SUBSCRIBERS = "subscribers"
    ORGANIZERS = "organizers"
    UPDATES = "updates"
    CONVERSATIONS = "conversations"
    LANGUAGES = "languages"
    REVIEWS = "reviews"
    FRIEND_LINKS = "friend_links"
    THREADS = "threads"
    SIGHTINGS = "sightings"
    FORMER_KEYS = "former_keys"
    """In it nobody is known: it holds what outlives a campaign key."""


_NAMING = os.urandom(32)
"""Under it this process names chats for itself, whatever the campaign key."""


class Cipher:
    """Makes refs and sealed contents under the current campaign key, and opens those of the previous ones too.

    A ref does not say which key made it: it is the same each time, so that it can be looked up. While a rotation is
    under way a chat may stand under any of `refs`. Sealed content begins with the id of its key.
    """

    def __init__(self, key: CampaignKey) -> None:
        self._ring = {each.id: AESSIV(each.secret) for each in key.ring}
        self._siv = self._ring[key.id]
        self.key_id = key.id
        self._key = key

    @cached_property
    def signer(self) -> "Signer":
        """What signs with this ring; derived when it is first asked for, so that a sender starts without it."""
        from bot.privacy.signing import Signer  # noqa: PLC0415

        return Signer(self._key)

    @property
    def key_ids(self) -> bytes:
        """The ids of the ring's keys, one after the other, the current one's first."""
        return b"".join(self._ring)

    @property
    def is_changing(self) -> bool:
        """Whether something may stand under another key than the current one."""
        return len(self._ring) > 1

    def ref(self, table: Table, chat_id: int) -> Ref:
        """Return the ref of a chat in this table, under the current key."""
        return _ref(self._siv, self.key_id, table, chat_id)

    def refs(self, table: Table, chat_id: int) -> list[Ref]:
        """Return the refs under which a chat may stand in this table: the current key's first."""
        return [_ref(siv, key_id, table, chat_id) for key_id, siv in self._ring.items()]

    def stands_at(self, table: Table, chat_id: int) -> dict[str, Ref]:
        """Return the refs of a chat as `bot.store.either` takes them: the current one, and that of the other key."""
        refs = self.refs(table, chat_id)
        return {"ref": refs[0], "former": refs[-1]}

    def chat_id(self, table: Table, ref: bytes) -> int:
        """Return whose ref this is.

        Raises WrongKey.
        """
        for key_id, siv in self._ring.items():
            chat = _opened(siv, bytes(ref), _about(table, b"ref", key_id))
            if chat is not None:
                return int.from_bytes(chat, "big", signed=True)
        raise WrongKey

    def code(self, table: Table, code: str) -> bytes:
        """Encrypt a code under the current key; the same each time, so that it can be looked up."""
        return self._siv.encrypt(code.encode(), _about(table, b"code", self.key_id))

    def codes(self, table: Table, code: str) -> list[bytes]:
        """Return how a code may stand in this table while a rotation is under way: the current key's first."""
        return [
            siv.encrypt(code.encode(), _about(table, b"code", key_id)) for key_id, siv in self._ring.items()
        ]

    def read_code(self, table: Table, written: bytes) -> str:
        """Return the code that `code` wrote.

        Raises WrongKey.
        """
        for key_id, siv in self._ring.items():
            found = _opened(siv, bytes(written), _about(table, b"code", key_id))
            if found is not None:
                return found.decode()
        raise WrongKey

    def renewed_code(self, table: Table, written: bytes) -> bytes:
        """Return the same code under the current key.

        Raises WrongKey.
        """
        return self.code(table, self.read_code(table, written))

    def chat_name(self, table: Table, ref: bytes) -> bytes:
        """Return what a chat is called in this process's memory: the same under each key of the ring, and nowhere else.

        Raises WrongKey.
        """
        chat = self.chat_id(table, ref).to_bytes(8, "big", signed=True)
        return hashlib.blake2b(chat, key=_NAMING, digest_size=16).digest()

    def chat_tag(self, chat_id: int) -> int:
        """Return a number of 16 bits that a chat shares with thousands: whoever finds it noted learns nobody's name."""
        return self.chat_tags(chat_id)[0]

    def chat_tags(self, chat_id: int) -> list[int]:
        """Return under which of these numbers a chat may be noted: the current key's first."""
        chat = chat_id.to_bytes(8, "big", signed=True)
        return [
            int.from_bytes(siv.encrypt(chat, [b"mark", key_id])[:2], "big")
            for key_id, siv in self._ring.items()
        ]

    def departure_mark(self, chat_id: int) -> str:
        """Return a mark by which somebody who went is known again, under this key only: 16 bytes in hexadecimal."""
        return self.departure_marks(chat_id)[0]

    def departure_marks(self, chat_id: int) -> list[str]:
        """Return under which of these marks somebody may have gone: the current key's first."""
        chat = chat_id.to_bytes(8, "big", signed=True)
        return [hmac.digest(secret, chat, "sha256")[:16].hex() for secret in self._departures]

    @cached_property
    def _departures(self) -> list[bytes]:
        return [each.derive("departures").encode() for each in self._key.ring]

    def seal(self, table: Table, content: bytes) -> bytes:
        """Encrypt content under the current key; the same content twice looks different."""
        nonce = os.urandom(NONCE_BYTES)
        about = [*_about(table, b"seal", self.key_id), nonce]
        return self.key_id + nonce + self._siv.encrypt(content, about)

    def unseal(self, table: Table, sealed: bytes) -> bytes:
        """Decrypt what `seal` returned, also before sealed content named its key.

        Raises WrongKey.
        """
        sealed = bytes(sealed)
        key_id, rest = sealed[:KEY_ID_BYTES], sealed[KEY_ID_BYTES:]
        attempts = [(key_id, rest)] if key_id in self._ring else [(each, sealed) for each in self._ring]
        for each, value in attempts:
            nonce, body = value[:NONCE_BYTES], value[NONCE_BYTES:]
            content = _opened(self._ring[each], body, [*_about(table, b"seal", each), nonce])
            if content is not None:
                return content
        raise WrongKey

    def renewed_ref(self, table: Table, ref: bytes) -> Ref:
        """Return the ref of the same chat under the current key.

        Raises WrongKey.
        """
        return self.ref(table, self.chat_id(table, ref))

    def resealed(self, table: Table, sealed: bytes) -> bytes:
        """Return the same content under the current key; what is under it already stays as it is.

        Raises WrongKey.
        """
        content = self.unseal(table, sealed)
        return bytes(sealed) if sealed[:KEY_ID_BYTES] == self.key_id else self.seal(table, content)


def _ref(siv: AESSIV, key_id: bytes, table: Table, chat_id: int) -> Ref:
    return Ref(siv.encrypt(chat_id.to_bytes(8, "big", signed=True), _about(table, b"ref", key_id)))


def _about(table: Table, purpose: bytes, key_id: bytes) -> list[bytes]:
    return [table.encode(), purpose, key_id]


def _opened(siv: AESSIV, body: bytes, about: list[bytes]) -> bytes | None:
    try:
        return siv.decrypt(body, about)
    except (InvalidTag, ValueError):
        return None
