"""The campaign key: where it comes from, what it must look like, how it is named."""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CampaignError

KEY_BYTES = 64
"""AES-256-SIV takes two 256-bit halves (RFC 5297)."""

KEYS_AT_MOST = 2
"""Keys of a ring: people are looked up under so many at once."""


class KeyMissing(CampaignError):
    """There is no campaign key. Run `campaign-bot init`, or set CAMPAIGN_KEY or CAMPAIGN_KEY_FILE."""


class KeyInvalid(CampaignError):
    """The campaign key is not base64 of 64 bytes. Restore it from your copy; a new key cannot read this list."""


@dataclass(frozen=True, slots=True, repr=False)
class CampaignKey:
    """The secret under which everybody is known. It never prints itself.

    `previous`: the other one, as long as something may still be written under it, or may come to be.
    """

    secret: bytes
    previous: "tuple[CampaignKey, ...]" = ()

    @property
    def ring(self) -> "tuple[CampaignKey, ...]":
        """The keys that open something, the current one first."""
        return (self, *self.previous)

    @property
    def id(self) -> bytes:
        """Eight bytes that name the key without revealing it; stored beside what it sealed."""
        return hashlib.sha256(b"campaign key id\0" + self.secret).digest()[:8]

    def derive(self, purpose: str) -> str:
        """Return a secret of its own for one purpose: 43 URL-safe characters."""
        made = hmac.digest(self.secret, b"derived\0" + purpose.encode(), "sha256")
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def __repr__(self) -> str:
        return "CampaignKey(…)"


def parse_key(text: str) -> CampaignKey:
    """Read a key from its base64 form, or the two of a change of the key, each on its line, the newer one first.

    A single key may be broken over lines.
    Raises KeyInvalid.
    """
    try:
        return CampaignKey(_secret(text))
    except KeyInvalid:
        secrets_read = [_secret(line) for line in text.splitlines() if line.strip()]
        if len(secrets_read) != KEYS_AT_MOST or len(set(secrets_read)) != KEYS_AT_MOST:
            raise
    newer, older = secrets_read
    return CampaignKey(newer, previous=(CampaignKey(older),))


def text_of(key: CampaignKey) -> str:
    """Return a ring as `parse_key` reads it."""
    return "".join(f"{base64.b64encode(each.secret).decode()}\n" for each in key.ring)


def _secret(text: str) -> bytes:
    try:
        secret = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyInvalid from error
    if len(secret) != KEY_BYTES:
        raise KeyInvalid
    return secret


def new_key() -> tuple[CampaignKey, str]:
    """Make a key. Returns it and its base64 form."""
    secret = secrets.token_bytes(KEY_BYTES)
    return CampaignKey(secret), base64.b64encode(secret).decode()


def read_key(*, text: str | None, file: Path | None) -> CampaignKey:
    """Read the key from the setting, or else from its file.

    Raises KeyMissing, KeyInvalid.
    """
    if text:
        return parse_key(text)
    if file is None or not file.is_file():
        raise KeyMissing
    return parse_key(file.read_text(encoding="ascii", errors="replace"))


def write_key_file(file: Path) -> CampaignKey:
    """Write a new key where none is, readable by its owner only.

    Raises FileExistsError: a key is never overwritten.
    """
    key, text = new_key()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as opened:
        opened.write(text + "\n")
    return key
