"""The picture of an alert: one photo, with the alert's words as its caption."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

CAPTION_LIMIT = 1024
"""UTF-16 units under a picture (Bot API, sendPhoto)."""

PICTURE_BODY_LIMIT = 600
"""UTF-16 units of title and text under a picture. What the action needs, the deadline and the footer follow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A photo that Telegram keeps for the bot, by the bot's own name for it, which tells nobody who sent it."""

    file_id: str
    width: int
    height: int

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return asdict(self)


def picture_from(written: Mapping[str, Any] | None) -> Picture | None:
    """Return the picture that `as_json` wrote; None for none."""
    return None if written is None else Picture(**written)
