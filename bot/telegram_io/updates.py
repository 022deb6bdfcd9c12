"""What people do, read out of Telegram's updates. What does not fit is nothing, never an error."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.rich_text import Entity, RichText, entity_from
from bot.i18n.leaving import is_leaving
from bot.telegram_io.callbacks import pack
from bot.telegram_io.commands import command_in
from bot.telegram_io.raw_updates import TEXT_LIMIT, File, Photo, RawCallback, RawMessage, RawUpdate
from bot.telegram_io.supporter_buttons import Leave


class Kind(StrEnum):
    """What was done."""

    COMMAND = "command"
    TEXT = "text"
    BUTTON = "button"
    LEAVE = "leave"
    """A word for leaving, and nothing besides: as good as /stop."""
    OTHER = "other"
    """A message without text of its own: a picture, a sticker, a voice. Its caption, if any, is the `text`."""
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


class Incoming(BaseModel):
    """One thing a person did in their private chat with the bot.

    `name` and `argument` of a command or a button; `data` of a button, all of it, which can be forged; `message_id` of
    the message, or of the one with the button. `sent_at`: when a message was sent or, where `edited`, changed, by
    Telegram's clock; None for what has no date, such as a tap. `shown_at`: when the message with the button was sent or
    last changed; None where Telegram does not say. `album` is common to the messages of one album;
    `thread_id` is the topic of the private chat, where it has topics. `document`, `photo`: what was sent. `answered`:
    of a tap, the person's own text to which the message with the button is the answer.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    chat_id: int
    language_code: str | None = None
    text: str = ""
    name: str = ""
    argument: str = ""
    data: str = ""
    message_id: int | None = None
    callback_id: str | None = None
    entities: tuple[dict[str, Any], ...] = ()
    sent_at: datetime | None = None
    shown_at: datetime | None = None
    album: str = ""
    edited: bool = False
    thread_id: int | None = None
    document: File | None = None
    photo: Photo | None = None
    answered: str = ""

    @property
    def brings_alert(self) -> bool:
        """Whether it is an alert file, by its name."""
        file = self.document
        return file is not None and not self.edited and file.file_name.lower().endswith(ALERT_FILE)

    @property
    def asks(self) -> bool:
        """Whether it has words that may be a question: a text, or what stands below a picture."""
        return self.kind in (Kind.TEXT, Kind.OTHER) and not self.edited and bool(self.text.strip())

    @property
    def withdraws_consent(self) -> bool:
        """Whether it takes back the consent to alerts: /stop, a word for leaving, or the button."""
        match self.kind:
            case Kind.LEAVE:
                return True
            case Kind.COMMAND:
                return self.name == STOP
            case Kind.BUTTON:
                return self.data == LEAVE_BUTTON
            case _:
                return False


ALERT_FILE, ALERT_FILE_BYTES = ".toml", 128 * 1024
"""How the name of an alert file ends, and how large one is at the most: nine languages of the longest words fit."""

STOP = "stop"
"""The command that leaves."""

LEAVE_BUTTON = pack(Leave())
"""What the button that leaves carries."""

FORMATTING = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "blockquote"}
    | {"expandable_blockquote"}
)
"""Entities that are the writer's formatting; Telegram finds others (links, mentions) by itself."""


def formatted(text: str, entities: Iterable[Mapping[str, Any]]) -> RichText:
    """Return a text with the writer's formatting, just as it was made; what is malformed is left out."""
    made = (_formatting(entity) for entity in entities)
    return RichText(text, tuple(entity for entity in made if entity is not None)).part(0)


def _formatting(given: Mapping[str, Any]) -> Entity | None:
    if given.get("type") not in FORMATTING:
        return None
    try:
        return entity_from({name: value for name, value in given.items() if name in _KEPT})
    except (KeyError, TypeError, ValueError):
        return None


_KEPT = ("type", "offset", "length", "url", "language")
"""What belongs to a formatting (Bot API, MessageEntity)."""


ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", "inline_query"]
"""What the bot asks Telegram for."""


def id_of(raw: dict[str, Any]) -> int | None:
    """Return the update's id, if it has one that can be stored."""
    found = raw.get("update_id")
    return found if type(found) is int and 0 <= found < 2**63 else None


def chat_of(raw: dict[str, Any]) -> int | None:
    """Return the chat that an update belongs to, if it can be told."""
    incoming = read_update(raw)
    return None if incoming is None else incoming.chat_id


def read_update(raw: dict[str, Any]) -> Incoming | None:
    """Read one update; None for what is malformed, from a group, or of a kind the bot does not know."""
    try:
        update = RawUpdate.model_validate(raw)
    except ValidationError:
        return None
    if update.callback_query is not None:
        return _button(update.callback_query)
    if update.message is not None:
        return _message(update.message)
    if update.edited_message is not None:
        return _message(update.edited_message, edited=True)
    if update.my_chat_member is not None and update.my_chat_member.chat.type == "private":
        change = update.my_chat_member
        gone = change.new_chat_member.status in ("kicked", "left")
        return Incoming(
            kind=Kind.BLOCKED if gone else Kind.UNBLOCKED,
            chat_id=change.chat.id,
            language_code=change.sender.language_code,
        )
    return None


def _message(message: RawMessage, *, edited: bool = False) -> Incoming | None:
    if message.chat.type != "private" or (message.sender is not None and message.sender.is_bot):
        return None
    if not message.has_content:
        return None
    has_text = message.text is not None
    text = (message.text or message.caption)[:TEXT_LIMIT]
    kind, name, argument = Kind.TEXT if has_text else Kind.OTHER, "", ""
    if (command := command_in(text)) is not None:
        kind, (name, argument) = Kind.COMMAND, command
    elif is_leaving(text):
        kind = Kind.LEAVE
    incoming = Incoming(
        kind=kind,
        chat_id=message.chat.id,
        language_code=message.sender.language_code if message.sender else None,
        text=text,
        name=name,
        argument=argument,
        message_id=message.message_id,
        entities=tuple(message.entities if has_text else message.caption_entities),
        sent_at=_moment(message.edit_date if edited and message.edit_date else message.date),
        album=message.media_group_id,
        edited=edited,
        thread_id=message.topic,
        document=message.document,
        photo=message.photo,
    )
    if message.via_bot is not None and has_text and not incoming.withdraws_consent:
        # What a bot's inline mode has put together, ours perhaps, is nothing that a person asks.
        return None
    return incoming


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _button(callback: RawCallback) -> Incoming | None:
    if callback.message is not None and callback.message.chat.type != "private":
        return None
    shown = callback.message if isinstance(callback.message, RawMessage) else None
    name, _, argument = (callback.data or "").partition(":")
    return Incoming(
        kind=Kind.BUTTON,
        chat_id=callback.message.chat.id if callback.message else callback.sender.id,
        language_code=callback.sender.language_code,
        name=name,
        argument=argument,
        data=callback.data or "",
        message_id=callback.message.message_id if callback.message else None,
        callback_id=callback.id,
        thread_id=shown.topic if shown else None,
        shown_at=_moment(shown.edit_date or shown.date) if shown else None,
        answered=shown.reply_to_message.words if shown and shown.reply_to_message else "",
    )
