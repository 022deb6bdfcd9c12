"""Simulated people and what their chats with the bot hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from babel import Locale, UnknownLocaleError

from bot.errors import CampaignError

Json = dict[str, Any]
"""An object of the Bot API, as it goes over the wire."""


class Impossible(CampaignError):
    """A simulated person cannot do that. Look at what their phone shows now."""


class PersonState(StrEnum):
    """Whether the bot can reach a person."""

    OK = "ok"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A picture or document that the bot uploaded."""

    file_id: str
    kind: str
    content: bytes
    file_name: str | None = None
    mime_type: str | None = None
    width: int = 0
    height: int = 0

    def as_json(self) -> Json | list[Json]:
        """Return it as the Bot API's Document, or as the sizes of a photo."""
        unique = self.file_id.removeprefix("rehearsal-")[:16]
        file: Json = {"file_id": self.file_id, "file_unique_id": unique, "file_size": len(self.content)}
        if self.kind == "photo":
            return [{**file, "width": self.width, "height": self.height}]
        if self.file_name is not None:
            file["file_name"] = self.file_name
        if self.mime_type is not None:
            file["mime_type"] = self.mime_type
        return file


@dataclass(kw_only=True, slots=True)
class ChatMessage:
    """One message of a private chat; `text` is the caption where there is an attachment.

    Dates are whole seconds since 1970, as in the Bot API. `via_bot`: a person posted what inline mode offered. A
    deleted message stays here, marked.
    """

    message_id: int
    chat_id: int
    from_bot: bool
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    reply_markup: Json | None = None
    attachment: Attachment | None = None
    reply_to: int | None = None
    silent: bool = False
    protected: bool = False
    edit_date: int | None = None
    deleted: bool = False
    pinned: bool = False
    via_bot: bool = False

    @property
    def edited(self) -> bool:
        """Whether the bot has changed it since it was sent."""
        return self.edit_date is not None

    def buttons(self) -> list[Json]:
        """Return the inline buttons that a finger could touch, row by row."""
        rows = (self.reply_markup or {}).get("inline_keyboard", ())
        return [button for row in rows for button in row]


@dataclass(kw_only=True, slots=True)
class Person:
    """Someone with a phone. `started` once they have spoken to the bot: before, it may not write to them.

    `zone`: by which clocks they live, an IANA name; None for who never says so. Telegram tells the bot nothing of it.
    """

    chat_id: int
    first_name: str
    language_code: str | None
    state: PersonState = PersonState.OK
    started: bool = False
    zone: str | None = None
    stored: dict[int, ChatMessage] = field(default_factory=dict)

    @property
    def messages(self) -> list[ChatMessage]:
        """The chat, oldest first, with deleted messages still in their place."""
        return list(self.stored.values())

    def buttons_of(self, message: ChatMessage) -> list[Json]:
        """Return a message's inline buttons in the order in which this person reads them."""
        rows = (message.reply_markup or {}).get("inline_keyboard", ())
        return [button for row in rows for button in (reversed(row) if self._reads_from_the_right else row)]

    @property
    def _reads_from_the_right(self) -> bool:
        try:
            return Locale.parse(self.language_code or "en", sep="-").text_direction == "rtl"
        except (ValueError, UnknownLocaleError):
            return False

    def as_user(self) -> Json:
        """Return the person as the Bot API's User."""
        user: Json = {"id": self.chat_id, "is_bot": False, "first_name": self.first_name}
        if self.language_code is not None:
            user["language_code"] = self.language_code
        return user

    def as_chat(self) -> Json:
        """Return the private chat with the person as the Bot API's Chat."""
        return {"id": self.chat_id, "first_name": self.first_name, "type": "private"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """Very many people of whom nothing is kept but counts: every id of a range is a person who has started.

    The same id is always in the same state, so that two runs can be compared.
    """

    first_id: int
    size: int
    blocked_share: float = 0.0
    deactivated_share: float = 0.0
    languages: Sequence[str] = ("en",)

    def __contains__(self, chat_id: int) -> bool:
        return self.first_id <= chat_id < self.first_id + self.size

    def person(self, chat_id: int) -> Person:
        """Return the person behind an id of the range."""
        lot = (chat_id * 2654435761 & 0xFFFFFFFF) / 2**32  # Knuth's multiplicative hash: even and repeatable
        state = PersonState.OK
        if lot < self.blocked_share:
            state = PersonState.BLOCKED
        elif lot < self.blocked_share + self.deactivated_share:
            state = PersonState.DEACTIVATED
        language = self.languages[chat_id % len(self.languages)]
        return Person(
            chat_id=chat_id,
            first_name=f"Person {chat_id - self.first_id}",
            language_code=language,
            state=state,
            started=True,
        )
