"""An alert: what the organizers write, what it asks for, and when it may be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from bot.domain.audience import Audience, of_topic
from bot.domain.markup import parse_markup
from bot.domain.private_links import refuse_links_to_people
from bot.domain.rich_text import RichText, bold
from bot.errors import CampaignError

BODY_LIMIT = 3500
"""UTF-16 units of title and text together. Telegram takes 4096; the rest is for the deadline and the footer."""

LINK_LIMIT = 2048
"""Characters of a link; longer ones break in apps and proxies."""

BUTTON_LIMIT = 64
"""Characters of the main button; longer ones are cut on phones."""

DEFAULT_TOPIC = "alerts"


class ActionKind(StrEnum):
    """What an alert asks for."""

    EMAIL = "email"
    CALL = "call"
    SIGN = "sign"
    SHARE = "share"
    ATTEND = "attend"
    PLEDGE = "pledge"
    REPORT = "report"
    MOMENT = "moment"


class LinkInvalid(CampaignError):
    """The link must be a full https:// address."""


class TextMissing(CampaignError):
    """The title and the text cannot be empty."""


class TextTooLong(CampaignError):
    """The alert is too long for one message: `length` of at most `limit` characters, as Telegram counts."""

    def __init__(self, *, length: int, limit: int = BODY_LIMIT, locale: str = "") -> None:
        self.length = length
        self.limit = limit
        super().__init__(f"The alert {locale} has {length} characters as Telegram counts; {limit} fit.")


class TranslationMissing(CampaignError):
    """The alert has no words in its base locale. Write those first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Translation:
    """The alert's words in one locale. `text` may hold Telegram's HTML tags; `title` and `button` are plain."""

    locale: str
    title: str
    text: str
    button: str | None = None

    def rendered(self) -> RichText:
        """Return title and text as they are sent.

        Raises MarkupInvalid.
        """
        return bold(self.title) + "\n\n" + parse_markup(self.text)

    def checked(self) -> "Translation":
        """Return it as it can be sent: without NULs, which no database takes, and without an empty button.

        Raises TextMissing, TextTooLong, MarkupInvalid, PersonLinked.
        """
        button = (self.button or "").replace("\0", "").strip() or None
        clean = replace(
            self, title=self.title.replace("\0", ""), text=self.text.replace("\0", ""), button=button
        )
        _measure(clean)
        refuse_links_to_people(clean.rendered())
        return clean


def _measure(words: Translation) -> None:
    """Refuse words that no message can hold, or that say nothing."""
    rendered = words.rendered()
    if not words.title.strip() or not rendered.text[len(words.title) :].strip():
        raise TextMissing
    if len(rendered) > BODY_LIMIT:
        raise TextTooLong(length=len(rendered), locale=words.locale)
    if words.button is not None and len(words.button) > BUTTON_LIMIT:
        raise TextTooLong(length=len(words.button), limit=BUTTON_LIMIT, locale=words.locale)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One authored message with a translation per locale.

    `details`: what its kind needs beside the link. `corrects`: the broadcast whose messages it replaces.
    `revision`: the number of its last edit; 0 before it is written down.
    """

    id: int
    author_id: int | None
    kind: ActionKind
    base: str
    audience: Audience = field(default_factory=lambda: of_topic(DEFAULT_TOPIC))
    link: str | None = None
    deadline: datetime | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    corrects: int | None = None
    translations: Mapping[str, Translation] = field(default_factory=dict)
    revision: int = 0

    def words(self, locale: str) -> Translation:
        """Return the words for a reader of this locale: theirs, or else the base's.

        Raises TranslationMissing.
        """
        found = self.translations.get(locale) or self.translations.get(self.base)
        if found is None:
            raise TranslationMissing
        return found


def checked_link(link: str) -> str:
    """Return the link if it is a full https address.

    Raises LinkInvalid.
    """
    link = link.strip()
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError as error:
        raise LinkInvalid from error
    well_formed = parts.scheme == "https" and "." in host.strip(".") and not parts.username
    if not well_formed or len(link) > LINK_LIMIT or any(c.isspace() or not c.isprintable() for c in link):
        raise LinkInvalid
    return link
