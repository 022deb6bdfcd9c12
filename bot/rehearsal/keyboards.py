"""Keyboards as Telegram takes them; their fields' names and kinds are checked before."""

from typing import Final

from bot.domain.rich_text import utf16_length
from bot.rehearsal.links import is_https, link_problem
from bot.rehearsal.people import Json
from bot.rehearsal.refusal import bad_request

ACTIONS: Final = frozenset(
    {
        "url", "callback_data", "web_app", "login_url", "switch_inline_query",
        "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
        "callback_game", "pay", "disabled",
    }
)  # fmt: skip
MOST_BUTTONS: Final = 100
MOST_IN_ROW: Final = 8
CALLBACK_DATA_BYTES: Final = 64
COPY_TEXT_LIMIT: Final = 256


def checked_markup(markup: Json | None) -> Json | None:
    """Return the reply markup as the message keeps it; an empty inline keyboard is none. Raises Refusal."""
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        rows = markup["inline_keyboard"]
        if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_ROW for row in rows):
            raise bad_request("REPLY_MARKUP_TOO_LONG")
        for row in rows:
            for button in row:
                _check_inline(button)
        return markup if any(rows) else None
    for row in markup.get("keyboard", ()):
        for button in row:
            _check_reply(button)
    return markup


def _check_inline(button: Json) -> None:
    actions = ACTIONS & button.keys()
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    if not actions or button.get("callback_data") == "":
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: Exactly one action must be specified")
    if "callback_data" in button:
        if len(button["callback_data"].encode()) > CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in button:
        if problem := link_problem(button["url"]):
            raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: {problem}")
    elif "web_app" in button:
        _check_web_app(button, "inline keyboard button")
    elif "copy_text" in button:
        if not 1 <= utf16_length(button["copy_text"]["text"]) <= COPY_TEXT_LIMIT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif "pay" in button or "callback_game" in button:
        raise bad_request("BUTTON_TYPE_INVALID")
    elif "login_url" in button:
        raise bad_request("BOT_DOMAIN_INVALID")


def _check_reply(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse keyboard button: Text must be non-empty")
    if "web_app" in button:
        _check_web_app(button, "keyboard button")


def _check_web_app(button: Json, where: str) -> None:
    url = button["web_app"]["url"]
    if not is_https(url):
        raise bad_request(f"{where} Web App URL '{url}' is invalid: Only HTTPS links are allowed")
