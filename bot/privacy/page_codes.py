"""The addresses of pages: nobody can guess one, and one tells nothing, least of all who was given it."""

import base64
import binascii
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from bot.privacy.keyring import CampaignKey

CODE_LENGTH = 32
"""Letters of a code: 24 bytes."""

_ABOUT: Sequence[bytes] = (b"page of an alert",)


class PageCodes:
    """Writes an alert's number as a code, the same for everybody who reads the alert, and reads it back."""

    def __init__(self, key: CampaignKey) -> None:
        self._ring = [AESSIV(each.secret) for each in key.ring]

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
