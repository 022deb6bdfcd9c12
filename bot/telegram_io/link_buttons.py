"""The buttons by which organizers say where a link leads. How they are written: `callbacks`.

Their names are short: a link that says everything leaves three bytes for them.
"""

from dataclasses import dataclass
from typing import Annotated

from bot.telegram_io.callbacks import CALLBACK_BYTES, Button, Slug

PAYLOAD_LENGTH = CALLBACK_BYTES - 3
"""Characters of a whole link in a button."""

AIMLESS_LENGTH = 18
"""Characters of a link that has a source and a language, as `pt_BR`, and leads nowhere yet."""

Payload = Annotated[str, PAYLOAD_LENGTH]
Aimless = Annotated[str, AIMLESS_LENGTH]
TopicPage = Annotated[int, 1]


@dataclass(frozen=True, slots=True)
class OpenLink(Button, wire="lk"):
    """Show a link as it stands."""

    link: Payload


@dataclass(frozen=True, slots=True)
class LinkPoster(Button, wire="qr"):
    """Send a link as a QR code."""

    link: Payload


@dataclass(frozen=True, slots=True)
class LinkLanguages(Button, wire="ll"):
    """Offer the languages that a link can name."""

    link: Payload


@dataclass(frozen=True, slots=True)
class LinkGoals(Button, wire="lg"):
    """Offer where a link can lead; with a topic named, a page of its questions."""

    link: Aimless
    topic: Slug | None = None
    page: TopicPage = 0
