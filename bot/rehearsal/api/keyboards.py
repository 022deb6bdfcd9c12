"""Keyboards as Telegram takes them; their fields' names and kinds are checked before."""

from typing import Final

from bot.domain.rich_text import utf16_length
from bot.rehearsal.api.links import is_https, link_problem
from bot.rehearsal.api.refusal import bad_request
from bot.rehearsal.world.people import Json

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


def checked_markup(markup: Json) -> Json | None:
    """Return the reply markup as the message keeps it; an empty inline keyboard is none. Raises Refusal."""
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
    actions = set(ACTIONS & button.keys())
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    if not actions or button.get("callback_data") == "":
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: Exactly one action must be specified")
    action = actions.pop()
    given = button[action]
    match action:
        case "callback_data" if len(given.encode()) > CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        case "url" if problem := link_problem(given):
            raise bad_request(f"inline keyboard button URL '{given}' is invalid: {problem}")
        case "web_app":
            _check_web_app(button, "inline keyboard button")
        case "copy_text" if not 1 <= utf16_length(given["text"]) <= COPY_TEXT_LIMIT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case "pay" | "callback_game":
            raise bad_request("BUTTON_TYPE_INVALID")
        case "login_url":
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
