"""An alert: what the organizers write, what it asks for, and when it may be sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from bot.domain.audience import Audience, of_topic
from bot.domain.choices import Choice, Choices
from bot.domain.markup import LINKS, parse_markup
from bot.domain.picture import PICTURE_BODY_LIMIT, Picture
from bot.domain.private_links import refuse_links_to_people
from bot.domain.rich_text import Entity, RichText, bold, utf16_length
from bot.domain.schedule import ON_CONFIRMATION, Rule
from bot.errors import CampaignError

BODY_LIMIT = 3500
"""UTF-16 units of title and text together, as they are written: with one line break between them.

Telegram takes 4096; the rest is for the deadline and the footer."""

BUTTON_LIMIT = 64
"""Characters of the main button; longer ones are cut on phones."""

DEFAULT_TOPIC = "alerts"

_NUMBER = re.compile(r"\d(?:[\s().\-/]{0,3}\d){2,}")
"""A phone number, emergency ones too: at least three digits."""


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


class TextMissing(CampaignError):
    """The title and the text cannot be empty."""


class TextTooLong(CampaignError):
    """The alert is too long for one message: `length` of at most `limit` characters, as Telegram counts."""

    def __init__(self, *, length: int, limit: int = BODY_LIMIT, locale: str = "") -> None:
        self.length = length
        self.limit = limit
        self.locale = locale
        super().__init__(f"The alert {locale} has {length} characters as Telegram counts; {limit} fit.")


class TextLinkInvalid(CampaignError):
    """A link in the text leads to an address that Telegram takes from no bot: `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"Telegram takes no link to {url} in a text.")


class TranslationMissing(CampaignError):
    """The alert has no words in its base locale. Write those first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Translation:
    """The alert's words in one locale. `title` and `button` are plain.

    `entities`: the formatting of `text`, as it was made in the writer's app; without them, `text` may hold Telegram's
    HTML tags. `written_for`: the version of the base's words it was written for; None where that is not known.
    `fields`: what the action needs in this language, by name (see `bot.domain.action_fields`).
    """

    locale: str
    title: str
    text: str
    button: str | None = None
    entities: tuple[Entity, ...] | None = None
    written_for: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> RichText:
        """Return the text as it is sent.

        Raises MarkupInvalid.
        """
        return parse_markup(self.text) if self.entities is None else RichText(self.text, self.entities)

    def rendered(self) -> RichText:
        """Return title and text as they are sent.

        Raises MarkupInvalid.
        """
        return bold(self.title) + "\n\n" + self.body()

    def length(self) -> int:
        """Return its UTF-16 units as it is written: with one line break where an empty line is sent.

        Raises MarkupInvalid.
        """
        body = self.body()
        return utf16_length(self.title) + (1 + len(body) if body.text else 0)

    def checked(self) -> "Translation":
        """Return it as it can be sent: without NULs, which no database takes, and without an empty button.

        Raises TextMissing, TextTooLong, TextLinkInvalid, MarkupInvalid, PersonLinked.
        """
        button = (self.button or "").replace("\0", "").strip() or None
        # Entities stay where they are: each unit keeps its place.
        text = self.text.replace("\0", "" if self.entities is None else " ")
        clean = replace(self, title=self.title.replace("\0", ""), text=text, button=button)
        _measure(clean)
        refuse_links_to_people(clean.rendered())
        return clean


def _measure(words: Translation) -> None:
    """Refuse words that no message can hold, or that say nothing."""
    body = words.body()
    length = words.length()
    if length > BODY_LIMIT:
        raise TextTooLong(length=length, locale=words.locale)
    if not words.title.strip() or not body.text.strip():
        raise TextMissing
    for entity in body.entities:
        if entity.type == "text_link" and not _can_be_linked(entity.url or ""):
            raise TextLinkInvalid(entity.url or "")
    if words.button is not None and len(words.button) > BUTTON_LIMIT:
        raise TextTooLong(length=len(words.button), limit=BUTTON_LIMIT, locale=words.locale)


def _can_be_linked(url: str) -> bool:
    try:
        return url.lower().startswith(LINKS) and bool(urlsplit(url).netloc)
    except ValueError:  # brackets that are not closed
        return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One authored message with a translation per locale.

    `details`: what its kind needs beside the link. `corrects`: the broadcast whose messages it replaces. `start`: when.
    `urgent`: whether it also goes to who wants urgent alerts only. `reminds`: whether who began is reminded once.
    `choices`: what readers get whose words are missing or older. `revision`: the number of its last edit; 0 before it
    is written down.
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
    start: Rule = ON_CONFIRMATION
    translations: Mapping[str, Translation] = field(default_factory=dict)
    choices: Choices = field(default_factory=dict)
    revision: int = 0
    picture: Picture | None = None
    urgent: bool = False
    reminds: bool = True

    @property
    def body_limit(self) -> int:
        """UTF-16 units of title and text together: fewer, where they stand under a picture."""
        return BODY_LIMIT if self.picture is None else PICTURE_BODY_LIMIT

    def require_room(self) -> None:
        """Look whether the words of every language fit into one message.

        Raises TextTooLong.
        """
        for locale, words in self.translations.items():
            if (length := words.length()) > self.body_limit:
                raise TextTooLong(length=length, limit=self.body_limit, locale=locale)

    def words(self, locale: str) -> Translation:
        """Return the words for a reader of this locale: theirs, or else, also where that was chosen, the base's.

        Raises TranslationMissing.
        """
        chosen = self.choices.get(locale)
        own = None if chosen is not None and chosen.choice is Choice.BASE else self.translations.get(locale)
        found = own or self.translations.get(self.base)
        if found is None:
            raise TranslationMissing
        return found


def lacks_number(alert: Alert) -> bool:
    """Whether it asks for a call and says nowhere whom to call: no button, no number in the base's words."""
    if alert.kind is not ActionKind.CALL or alert.link or alert.details.get("phone"):
        return False
    base = alert.translations.get(alert.base)
    return base is None or _NUMBER.search(base.rendered().text) is None


def text_links(alert: Alert) -> list[str]:
    """Return where the links in the alert's words lead whose address the words do not show, each once."""
    found = [
        entity.url
        for words in alert.translations.values()
        for entity in words.body().entities
        if entity.type == "text_link" and entity.url
    ]
    return list(dict.fromkeys(found))
