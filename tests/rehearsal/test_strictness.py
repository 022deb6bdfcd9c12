"""Requests and the answers Telegram gives them, in its own words."""

from typing import Any

import pytest

from bot.rehearsal.world.people import Person
from bot.rehearsal.world.world import World
from tests.rehearsal.conftest import Api

CHAT = 5_000_001
Fields = dict[str, Any]


def text(**fields: Any) -> Fields:
    return {"chat_id": CHAT, "text": "hello", **fields}


def entity(**fields: Any) -> Fields:
    return text(entities=[{"type": "bold", "offset": 0, "length": 5} | fields])


def button(**fields: Any) -> Fields:
    return text(reply_markup={"inline_keyboard": [[{"text": "Go", **fields}]]})


REFUSED: list[tuple[str, Fields, str]] = [
    # fields
    ("sendMessage", text(colour="red"), 'unknown field "colour"'),
    ("sendMessage", {"text": "hello"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": "", "text": "hello"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": CHAT}, "message text is empty"),
    ("sendMessage", text(text=5), 'field "text" must be of type String'),
    ("sendMessage", text(disable_notification="yes"), 'field "disable_notification" must be of type Boolean'),
    ("sendMessage", text(entities={}), 'field "entities" must be of type Array'),
    ("sendMessage", text(business_connection_id="x"), "business connection not found"),
    ("sendMessage", text(message_thread_id=7), "message thread not found"),
    ("sendMessage", text(message_effect_id="7"), "EFFECT_ID_INVALID"),
    ("answerCallbackQuery", {}, 'parameter "callback_query_id" is required'),
    # chats
    ("sendMessage", text(chat_id=0), "chat not found"),
    ("sendMessage", text(chat_id=-1), "chat not found"),
    ("sendMessage", text(chat_id="@nobody"), "chat not found"),
    ("getChat", {"chat_id": 1}, "chat not found"),
    # texts
    ("sendMessage", text(text=""), "message text is empty"),
    ("sendMessage", text(text=" \n "), "text must be non-empty"),
    ("sendMessage", text(text="\r"), "text must be non-empty"),
    ("sendMessage", text(text="x" * 4097), "message is too long"),
    ("sendMessage", text(text="🎉" * 2049), "message is too long"),
    ("sendMessage", text(parse_mode="bbcode"), "unsupported parse_mode"),
    # entities
    ("sendMessage", entity(type="loud"), "can't parse MessageEntity: Unsupported type specified"),
    ("sendMessage", entity(offset=-1), "receive an entity with incorrect offset -1"),
    ("sendMessage", entity(length=-1), "receive an entity with incorrect length -1"),
    ("sendMessage", entity(offset=100), "entity begins after the end of the text at UTF-16 offset 100"),
    (
        "sendMessage",
        entity(length=100),
        "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100",
    ),
    (
        "sendMessage",
        entity(length=1) | {"text": "🎉"},
        "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at UTF-16 offset 1",
    ),
    ("sendMessage", entity(type="text_link"), "can't parse MessageEntity: Can't find field \"url\""),
    (
        "sendMessage",
        entity(type="text_link", url="not-a-url"),
        "entity URL 'not-a-url' is invalid: Wrong HTTP URL",
    ),
    ("sendMessage", entity(type="text_link", url=""), "entity URL '' is invalid: URL host is empty"),
    ("sendMessage", entity(size=5), 'unknown field "size" in MessageEntity'),
    # keyboards
    ("sendMessage", button(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
    ("sendMessage", button(callback_data="é" * 33), "BUTTON_DATA_INVALID"),
    (
        "sendMessage",
        button(callback_data=""),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        button(),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        button(callback_data="a", url="https://example.org"),
        "can't parse inline keyboard button: Exactly one action must be specified",
    ),
    (
        "sendMessage",
        button(url="not-a-url"),
        "inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
    ),
    (
        "sendMessage",
        button(url="ftp://example.com"),
        "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
    ),
    (
        "sendMessage",
        button(web_app={"url": "http://example.com"}),
        "inline keyboard button Web App URL 'http://example.com' is invalid: Only HTTPS links are allowed",
    ),
    ("sendMessage", button(copy_text={"text": ""}), "BUTTON_COPY_TEXT_INVALID"),
    ("sendMessage", button(pay=True), "BUTTON_TYPE_INVALID"),
    (
        "sendMessage",
        text(reply_markup={"inline_keyboard": [[{"callback_data": "x"}]]}),
        "can't parse inline keyboard button: Can't find field \"text\"",
    ),
    (
        "sendMessage",
        text(reply_markup={"inline_keyboard": "x"}),
        'field "inline_keyboard" must be of type Array',
    ),
    (
        "sendMessage",
        text(reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "b"}] * 9]}),
        "REPLY_MARKUP_TOO_LONG",
    ),
    (
        "sendMessage",
        text(reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "b"}]] * 101}),
        "REPLY_MARKUP_TOO_LONG",
    ),
    ("sendMessage", text(reply_markup=[]), "object expected as reply markup"),
    ("sendMessage", text(reply_markup={"force_reply": "yes"}), 'field "force_reply" must be of type Boolean'),
    # replies and previews
    ("sendMessage", text(reply_parameters={"quote": "hello"}), 'can\'t find field "message_id"'),
    ("sendMessage", text(reply_parameters={"message_id": 999}), "message to be replied not found"),
    ("sendMessage", text(link_preview_options={"url": "not-a-url"}), "WEBPAGE_URL_INVALID"),
    (
        "sendMessage",
        text(link_preview_options={"is_disabled": "yes"}),
        'field "is_disabled" must be of type Boolean',
    ),
    # edits and deletions of what is not there
    ("editMessageText", text(), "message identifier is not specified"),
    ("editMessageText", {"message_id": 1, "text": "x"}, "chat_id is empty"),
    ("editMessageText", text(message_id=999), "message to edit not found"),
    ("editMessageText", {"chat_id": CHAT, "message_id": 1}, "message text is empty"),
    (
        "editMessageReplyMarkup",
        {"chat_id": CHAT, "message_id": 1, "reply_markup": {"keyboard": []}},
        "inline keyboard expected",
    ),
    ("deleteMessage", {"chat_id": CHAT, "message_id": 999}, "message to delete not found"),
    ("deleteMessages", {"chat_id": CHAT, "message_ids": []}, "message identifiers are not specified"),
    ("deleteMessages", {"chat_id": CHAT, "message_ids": [1] * 101}, "too many message identifiers specified"),
    ("pinChatMessage", {"chat_id": CHAT, "message_id": 999}, "message to pin not found"),
    ("unpinChatMessage", {"chat_id": CHAT}, "message to unpin not found"),
    # answers to buttons
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("answerCallbackQuery", {"callback_query_id": "1", "url": "https://example.org"}, "URL_INVALID"),
    ("sendChatAction", {"chat_id": CHAT, "action": "thinking"}, "wrong parameter action in request"),
    # the bot's face
    ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "/start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    (
        "setMyCommands",
        {"commands": [{"command": "start", "description": " "}]},
        "command description must be non-empty",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "start", "description": "x" * 257}]},
        "BOT_COMMAND_DESCRIPTION_INVALID",
    ),
    ("setMyCommands", {"commands": [{"command": "a", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    (
        "setMyCommands",
        {"commands": [{"command": "a"}]},
        "can't parse BotCommand: Can't find field \"description\"",
    ),
    ("setMyCommands", {"commands": [], "language_code": "pt_BR"}, "invalid language code specified"),
    ("setMyCommands", {"commands": [], "scope": {"type": "everyone"}}, "unsupported scope type specified"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": 1}}, "chat not found"),
    ("setMyDescription", {"description": "x" * 513}, "description is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "short_description is too long"),
    ("setMyName", {"name": "x" * 65}, "name is too long"),
    (
        "setChatMenuButton",
        {"menu_button": {"type": "web_app", "text": "Desk", "web_app": {"url": "http://127.0.0.1/"}}},
        "menu button Web App URL 'http://127.0.0.1/' is invalid: Only HTTPS links are allowed",
    ),
    # updates
    ("getUpdates", {"allowed_updates": ["messages"]}, 'unknown update kind "messages" in allowed_updates'),
    (
        "setWebhook",
        {"url": "https://example.org/hook"},
        "bad webhook: the rehearsal brings updates on this machine only, to 127.0.0.1",
    ),
    (
        "setWebhook",
        {"url": "http://127.0.0.1:9/", "secret_token": "a b"},
        "secret token contains unallowed characters",
    ),
    (
        "setWebhook",
        {"url": "http://127.0.0.1:9/", "max_connections": 101},
        "max_connections must be between 1 and 100",
    ),
    ("logOut", {}, "the rehearsal is the only server of this bot; it cannot log out"),
    # pictures and files
    (
        "sendPhoto",
        {"chat_id": CHAT, "photo": "https://example.org/a.png"},
        "failed to get HTTP URL content: the rehearsal reaches nothing outside",
    ),
    ("sendPhoto", {"chat_id": CHAT, "photo": "AgAC"}, "wrong file identifier/HTTP URL specified"),
    ("sendPhoto", {"chat_id": CHAT, "photo": "AgAC", "caption": "x" * 1025}, "message caption is too long"),
]


@pytest.mark.parametrize(("method", "fields", "reason"), REFUSED)
def test_refused_in_telegrams_words(
    *, method: str, fields: Fields, reason: str, api: Api, amal: Person, world: World
) -> None:
    """A bad request is a 400 with a reason, and nothing of it happens."""
    assert api.refusal(method, **fields) == (400, f"Bad Request: {reason}")
    assert amal.messages == []
    assert world.outcomes == {f"{method} 400": 1}


TAKEN: list[Fields] = [
    text(text="x" * 4096),
    text(text="🎉" * 2048),
    text(chat_id=str(CHAT)),
    text(allow_paid_broadcast=True),
    text(protect_content=True, disable_notification=True),
    text(reply_markup='{"inline_keyboard": [[{"text": "Go", "callback_data": "a"}]]}'),
    text(reply_markup={"keyboard": [[{"text": "A"}]], "resize_keyboard": True}),
    text(reply_markup={"remove_keyboard": True}),
    text(reply_markup={"force_reply": True, "input_field_placeholder": "here"}),
    text(reply_parameters={"message_id": 999, "allow_sending_without_reply": True}),
    text(link_preview_options={"is_disabled": True}),
    button(callback_data="x" * 64),
    button(url="https://example.org/petition?a=1"),
    button(url="example.org"),
    button(url="tg://resolve?domain=example_bot"),
    button(copy_text={"text": "copied"}),
    button(switch_inline_query="query"),
    entity(type="spoiler"),
    entity(type="date_time", unix_time=1_800_000_000, date_time_format="f"),
    entity(type="text_link", url="https://example.org"),
    entity(length=0),
]


@pytest.mark.parametrize("fields", TAKEN)
def test_taken(fields: Fields, api: Api, amal: Person) -> None:
    """What Telegram takes is taken."""
    sent = api.result("sendMessage", **fields)
    assert [message.message_id for message in amal.messages] == [sent["message_id"]]


def test_wrong_token(world: World) -> None:
    assert Api(world, token="1:wrong").refusal("getMe") == (401, "Unauthorized")


def test_revoked_token(api: Api, world: World) -> None:
    world.token_revoked = True
    assert api.refusal("getMe") == (401, "Unauthorized")


def test_unknown_method(api: Api) -> None:
    assert api.refusal("sendCarrierPigeon") == (404, "Not Found: method not found")


def test_methods_in_any_case(api: Api) -> None:
    assert api.result("GETME")["username"] == "rehearsal_bot"


def test_close_must_wait(api: Api) -> None:
    code, said = api.call("close")
    assert (code, said["parameters"]) == (429, {"retry_after": 600})
