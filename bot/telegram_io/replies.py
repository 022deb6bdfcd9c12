"""Replies as data: what a handler wants said, kept with the update until it is posted."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import orjson

from bot.domain.rich_text import RichText
from bot.telegram_io.uploads import Upload, UploadKind, read_upload

Keyboard = list[list[dict[str, Any]]]
"""Rows of inline buttons, as the Bot API takes them."""

FORMER_NAMES = {
    "send_message": "sendMessage",
    "edit_message_text": "editMessageText",
    "delete_message": "deleteMessage",
    "answer_callback_query": "answerCallbackQuery",
}
"""As replies were written down by version 0.1: some may still wait to be posted."""

NO_PREVIEW = {"is_disabled": True}


class Remains(StrEnum):
    """What is left of somebody who was erased."""

    NOTHING = "nothing"
    SOME_BYTES = "some bytes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One call of the Bot API, by its own names.

    `where`: it is a receipt of an erasure, and posted only where just this is left by then.
    `once`: of a run of these in one chat the first is enough. Of which `run`: what was tapped twice; the empty one says
    only that something was not understood.
    `upload`: the file it carries, to be made when it is posted. `if_in_time`: nothing hangs on it; it goes after
    everything else, and is dropped where its turn comes late.
    """

    method: str
    parameters: dict[str, Any]
    where: Remains | None = None
    once: bool = False
    run: str = ""
    upload: Upload | None = None
    if_in_time: bool = False

    @property
    def without_upload(self) -> "Reply":
        """Return the message that stands in for one whose file could not be made: its caption says the same."""
        texts = {"caption": "text", "caption_entities": "entities"}
        parameters = {texts.get(name, name): value for name, value in self.parameters.items()}
        return Reply(method="sendMessage", parameters={**parameters, "link_preview_options": NO_PREVIEW})


def message(text: RichText, keyboard: Keyboard | None = None, *, picture: str = "") -> dict[str, Any]:
    """Return the parameters of a message, whoever it is for; with a picture the text is its caption."""
    entities = [entity.as_dict() for entity in text.entities]
    made: dict[str, Any]
    if picture:
        made = {"photo": picture, "caption": text.text}
    else:
        made = {"text": text.text, "link_preview_options": NO_PREVIEW}
    if entities:
        made["caption_entities" if picture else "entities"] = entities
    if keyboard:
        made["reply_markup"] = {"inline_keyboard": keyboard}
    return made


def say(
    chat_id: int,
    text: RichText,
    keyboard: Keyboard | None = None,
    *,
    picture: str = "",
    thread_id: int | None = None,
) -> Reply:
    """Send a message, under a picture where one is named, into the topic of a private chat that has topics."""
    thread = {} if thread_id is None else {"message_thread_id": thread_id}
    method = "sendPhoto" if picture else "sendMessage"
    sent = message(text, keyboard, picture=picture)
    return Reply(method=method, parameters={"chat_id": chat_id, **thread, **sent})


def send_file(
    chat_id: int,
    upload: Upload,
    caption: RichText,
    keyboard: Keyboard | None = None,
    *,
    thread_id: int | None = None,
) -> Reply:
    """Send a file with a caption: a chart as a picture, anything else as a document, which Telegram leaves as it is."""
    parameters: dict[str, Any] = {"chat_id": chat_id, "caption": caption.text}
    if thread_id is not None:
        parameters["message_thread_id"] = thread_id
    if caption.entities:
        parameters["caption_entities"] = [entity.as_dict() for entity in caption.entities]
    if keyboard:
        parameters["reply_markup"] = {"inline_keyboard": keyboard}
    method = "sendPhoto" if upload.kind is UploadKind.CHART else "sendDocument"
    return Reply(method=method, parameters=parameters, upload=upload)


def edit(chat_id: int, message_id: int, text: RichText, keyboard: Keyboard | None = None) -> Reply:
    """Change a message of ours; if it is gone, a new one is sent instead."""
    return Reply(
        method="editMessageText",
        parameters={"chat_id": chat_id, "message_id": message_id, **message(text, keyboard)},
    )


def relabel(chat_id: int, message_id: int, keyboard: Keyboard) -> Reply:
    """Give a message of ours other buttons; if it is gone, there is nothing to do."""
    return Reply(
        method="editMessageReplyMarkup",
        parameters={
            "chat_id": chat_id,
            "message_id": message_id,
            "reply_markup": {"inline_keyboard": keyboard},
        },
    )


def delete(chat_id: int, message_id: int) -> Reply:
    """Take a message of ours away."""
    return Reply(method="deleteMessage", parameters={"chat_id": chat_id, "message_id": message_id})


def toast(callback_id: str, text: str | None = None) -> Reply:
    """Answer a tap, with a short notice or silently."""
    parameters: dict[str, Any] = {"callback_query_id": callback_id}
    if text:
        parameters["text"] = text
    return Reply(method="answerCallbackQuery", parameters=parameters)


def silently(reply: Reply) -> Reply:
    """Return a message that makes no sound."""
    return replace(reply, parameters={**reply.parameters, "disable_notification": True})


def protected(reply: Reply) -> Reply:
    """Return a message that can be neither forwarded nor saved."""
    return replace(reply, parameters={**reply.parameters, "protect_content": True})


def answering(reply: Reply, message_id: int | None) -> Reply:
    """Return a message as the answer to one of the person's, if it is there still."""
    if message_id is None:
        return reply
    answered = {"message_id": message_id, "allow_sending_without_reply": True}
    return replace(reply, parameters={**reply.parameters, "reply_parameters": answered})


def if_in_time(reply: Reply) -> Reply:
    """Return a reply that goes after everything else, and is dropped where its turn comes late."""
    return replace(reply, if_in_time=True)


def once(replies: list[Reply]) -> list[Reply]:
    """Return replies that say only that something was not understood."""
    return [replace(reply, once=True) for reply in replies]


def once_for(tapped: str, replies: list[Reply]) -> list[Reply]:
    """Return replies to a tap of which a second tap on the same brings no second ones; it is answered all the same."""
    return [
        reply if reply.method == "answerCallbackQuery" else replace(reply, once=True, run=tapped)
        for reply in replies
    ]


def dump(replies: list[Reply]) -> bytes:
    """Write the replies down, to be sealed."""
    return orjson.dumps(replies)


def load(written: bytes) -> list[Reply]:
    """Read what `dump` wrote."""
    return [
        Reply(
            method=FORMER_NAMES.get(reply["method"], reply["method"]),
            parameters=reply["parameters"],
            where=Remains(where) if (where := reply.get("where")) else None,
            upload=read_upload(upload) if (upload := reply.get("upload")) else None,
            if_in_time=reply.get("if_in_time", False),
        )
        for reply in orjson.loads(written)
    ]
