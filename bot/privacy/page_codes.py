"""The addresses of pages: nobody can guess one, and one tells nothing, least of all who was given it."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bot.privacy.keyring import CampaignKey

CODE_LENGTH = 32
"""Letters of a code: 24 bytes."""

_ABOUT: Sequence[bytes] = (b"page of an alert",)


class PageCodes:
    """Writes an alert's number as a code, the same for everybody who reads the alert, and reads it back.

    The messages that hold an address stay in people's chats: a code outlives the campaign key that it was made under,
    by that key's `page_secret`, which opens nothing else.
    """

    def __init__(self, key: CampaignKey, former: Iterable[bytes] = ()) -> None:
        self.use(key, former)

    def use(self, key: CampaignKey, former: Iterable[bytes] = ()) -> None:
        """Write under this ring's current key from now on. `former`: secrets of keys that have left it."""
        self._ring = [AESSIV(secret) for secret in (*map(page_secret, key.ring), *former)]

    def code(self, alert_id: int) -> str:
        """Return the code of an alert's page."""
        sealed = self._ring[0].encrypt(alert_id.to_bytes(8, "big"), list(_ABOUT))
        return base64.urlsafe_b64encode(sealed).decode()

    def alert_id(self, code: str) -> int | None:
        """Return the alert of a code, also of one made under a former key; None for what is none."""
        if len(code) != CODE_LENGTH:
            return None
        try:
            sealed = base64.b64decode(code, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        for siv in self._ring:
            try:
                return int.from_bytes(siv.decrypt(sealed, list(_ABOUT)), "big")
            except InvalidTag:
                continue
        return None


def page_secret(key: CampaignKey) -> bytes:
    """Return what a campaign key's codes of pages are made with."""
    return hmac.digest(key.secret, b"derived\0pages of alerts", "sha512")
