"""Replies as data: what a handler wants said, kept with the update until it is posted."""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from bot.domain.rich_text import RichText

Keyboard = list[list[dict[str, Any]]]
"""Rows of inline buttons, as the Bot API takes them."""

NO_PREVIEW = {"is_disabled": True}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One call of the Bot API. `method` is python-telegram-bot's name of it."""

    method: str
    parameters: dict[str, Any]


def message(text: RichText, keyboard: Keyboard | None = None) -> dict[str, Any]:
    """Return the parameters of a message, whoever it is for."""
    made: dict[str, Any] = {"text": text.text, "link_preview_options": NO_PREVIEW}
    if text.entities:
        made["entities"] = [entity.as_dict() for entity in text.entities]
    if keyboard:
        made["reply_markup"] = {"inline_keyboard": keyboard}
    return made


def say(chat_id: int, text: RichText, keyboard: Keyboard | None = None) -> Reply:
    """Send a message."""
    return Reply(method="send_message", parameters={"chat_id": chat_id, **message(text, keyboard)})


def edit(chat_id: int, message_id: int, text: RichText, keyboard: Keyboard | None = None) -> Reply:
    """Change a message of ours; if it is gone, a new one is sent instead."""
    return Reply(
        method="edit_message_text",
        parameters={"chat_id": chat_id, "message_id": message_id, **message(text, keyboard)},
    )


def delete(chat_id: int, message_id: int) -> Reply:
    """Take a message of ours away."""
    return Reply(method="delete_message", parameters={"chat_id": chat_id, "message_id": message_id})


def toast(callback_id: str, text: str | None = None) -> Reply:
    """Answer a tap, with a short notice or silently."""
    parameters: dict[str, Any] = {"callback_query_id": callback_id}
    if text:
        parameters["text"] = text
    return Reply(method="answer_callback_query", parameters=parameters)


def dump(replies: list[Reply]) -> bytes:
    """Write the replies down, to be sealed."""
    return orjson.dumps([asdict(reply) for reply in replies])


def load(written: bytes) -> list[Reply]:
    """Read what `dump` wrote."""
    return [Reply(**reply) for reply in orjson.loads(written)]
