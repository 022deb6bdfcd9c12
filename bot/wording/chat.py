"""A screen as Telegram's chat takes it."""

from typing import Any

from bot.domain.rich_text import RichText, utf16_length
from bot.i18n.localizer import Localizer
from bot.telegram_io.callbacks import pack
from bot.telegram_io.replies import Keyboard, Reply, edit, message, relabel, say, send_file
from bot.telegram_io.uploads import CAPTION_LENGTH, Upload
from bot.wording.screen import Control, Copy, Link, OtherChat, Press, Screen


def keyboard(screen: Screen, words: Localizer) -> Keyboard:
    """Return the rows of inline buttons, for a reader of this locale.

    Telegram's apps lay a row out from the left in every language, so that of a language that is read from the right is
    turned round: the first button is the first that is read.
    """
    rows = [[_button(control) for control in row] for row in screen.rows]
    return [row[::-1] for row in rows] if words.rtl else rows


def parameters(screen: Screen, words: Localizer) -> dict[str, Any]:
    """Return the parameters of a message, whoever it is for."""
    return message(screen.text, keyboard(screen, words), picture=screen.picture)


def new_message(chat_id: int, screen: Screen, words: Localizer, *, thread_id: int | None = None) -> Reply:
    """Send the screen, into the topic of a private chat that has topics."""
    return say(chat_id, screen.text, keyboard(screen, words), picture=screen.picture, thread_id=thread_id)


def changed_message(chat_id: int, message_id: int, screen: Screen, words: Localizer) -> Reply:
    """Let a message of ours show the screen; if it is gone, a new one is sent instead."""
    return edit(chat_id, message_id, screen.text, keyboard(screen, words))


def other_buttons(chat_id: int, message_id: int, screen: Screen, words: Localizer) -> Reply:
    """Let a message of ours have the screen's buttons; its text, and its picture, stay."""
    return relabel(chat_id, message_id, keyboard(screen, words))


def with_file(
    chat_id: int, screen: Screen, upload: Upload, words: Localizer, *, thread_id: int | None = None
) -> list[Reply]:
    """Send a file with the screen as its caption; what is too long for one comes below it."""
    if utf16_length(screen.text.text) <= CAPTION_LENGTH:
        return [send_file(chat_id, upload, screen.text, keyboard(screen, words), thread_id=thread_id)]
    file = send_file(chat_id, upload, RichText(""), thread_id=thread_id)
    return [file, new_message(chat_id, screen, words, thread_id=thread_id)]


def _button(control: Control) -> dict[str, Any]:
    match control:
        case Press(label, does):
            return {"text": label, "callback_data": pack(does)}
        case Link(label, url):
            return {"text": label, "url": url}
        case Copy(label, text):
            return {"text": label, "copy_text": {"text": text}}
        case OtherChat(label, query):
            return {"text": label, "switch_inline_query": query}
