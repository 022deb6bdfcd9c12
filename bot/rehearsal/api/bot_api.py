"""The Bot API over the world: one request in, one answer out; HTTP is elsewhere."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bot.rehearsal.api import (
    methods_files,
    methods_inline,
    methods_messages,
    methods_profile,
    methods_updates,
)
from bot.rehearsal.api.checks import check_request
from bot.rehearsal.api.forms import read_fields
from bot.rehearsal.api.refusal import Refusal, unauthorized
from bot.rehearsal.world.faults import FaultKind, FaultRule
from bot.rehearsal.world.people import Json
from bot.rehearsal.world.world import World

Reply = tuple[int, bytes]
"""An HTTP status and a JSON body."""

Method = Callable[[World, Json], Any]

PLAYED: Final[dict[str, Method]] = {
    "getMe": methods_profile.get_me,
    "getUpdates": methods_updates.get_updates,
    "setWebhook": methods_updates.set_webhook,
    "deleteWebhook": methods_updates.delete_webhook,
    "getWebhookInfo": methods_updates.get_webhook_info,
    "logOut": methods_profile.log_out,
    "close": methods_profile.close,
    "sendMessage": methods_messages.send_message,
    "sendPhoto": methods_files.send_photo,
    "sendDocument": methods_files.send_document,
    "getFile": methods_files.get_file,
    "editMessageText": methods_messages.edit_message_text,
    "editMessageCaption": methods_files.edit_message_caption,
    "editMessageReplyMarkup": methods_messages.edit_message_reply_markup,
    "deleteMessage": methods_messages.delete_message,
    "deleteMessages": methods_messages.delete_messages,
    "pinChatMessage": methods_messages.pin_chat_message,
    "unpinChatMessage": methods_messages.unpin_chat_message,
    "answerCallbackQuery": methods_messages.answer_callback_query,
    "answerInlineQuery": methods_inline.answer_inline_query,
    "sendChatAction": methods_messages.send_chat_action,
    "getChat": methods_profile.get_chat,
    "setMyCommands": methods_profile.set_my_commands,
    "getMyCommands": methods_profile.get_my_commands,
    "deleteMyCommands": methods_profile.delete_my_commands,
    "setMyName": methods_profile.set_my_name,
    "getMyName": methods_profile.get_my_name,
    "setMyDescription": methods_profile.set_my_description,
    "getMyDescription": methods_profile.get_my_description,
    "setMyShortDescription": methods_profile.set_my_short_description,
    "getMyShortDescription": methods_profile.get_my_short_description,
    "setChatMenuButton": methods_profile.set_chat_menu_button,
    "getChatMenuButton": methods_profile.get_chat_menu_button,
}

LIMITED: Final = frozenset(
    {
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "editMessageText",
        "editMessageCaption",
        "editMessageReplyMarkup",
    }
)
"""Methods that count against the limits on messages."""

UNKNOWN: Final = "unknown"
SPELLINGS: Final = {name.lower(): name for name in PLAYED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A request to the Bot API as it came; `method` in any spelling."""

    token: str
    method: str
    content_type: str = "application/json"
    body: bytes = b""
    query: bytes = b""


def answer(world: World, call: Call, fault: FaultRule | None = None) -> Reply | Awaitable[Reply]:
    """Carry out a request; only getUpdates may take time. A fault of the Bot API itself is its answer."""
    name = SPELLINGS.get(call.method.lower(), "")
    try:
        result = _carry_out(world, name, call, fault)
    except Refusal as refusal:
        return _refused(world, name, refusal)
    if isinstance(result, Awaitable):
        return _later(world, name, result)
    return _accepted(world, name, result)


def download(world: World, token: str, path: str) -> Reply:
    """Return the content of a file at the path that getFile gave."""
    file = world.files.get(path.removeprefix(methods_files.FILE_PATH))
    if token != world.token or world.token_revoked:
        return _refused(world, "", unauthorized())
    if file is None or not path.startswith(methods_files.FILE_PATH):
        return _refused(world, "", Refusal(404, "Not Found"))
    return 200, file.content


def _carry_out(world: World, name: str, call: Call, fault: FaultRule | None) -> Any:
    trouble = fault.kind if fault is not None else None
    if call.token != world.token or world.token_revoked or trouble is FaultKind.UNAUTHORIZED:
        raise unauthorized()
    world.requests[name or UNKNOWN] += 1
    if not name:
        raise Refusal(404, "Not Found: method not found")
    fields, form = read_fields(call.content_type, call.body, call.query)
    given = check_request(name, fields, form=form)
    chat_id = given.get("chat_id")
    chat = chat_id if isinstance(chat_id, int) else None
    if name in LIMITED:
        world.gate.enter(chat, paid=given.get("allow_paid_broadcast", False))
    if fault is not None and trouble is FaultKind.TOO_MANY:
        world.gate.close(None if fault.everywhere else chat, int(fault.seconds))
    return PLAYED[name](world, given)


def _refused(world: World, name: str, refusal: Refusal) -> Reply:
    world.outcomes[f"{name or UNKNOWN} {refusal.code}"] += 1
    told: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.retry_after is not None:
        told["parameters"] = {"retry_after": refusal.retry_after}
    return refusal.code, orjson.dumps(told)


def _accepted(world: World, name: str, result: Any) -> Reply:
    world.outcomes[f"{name} 200"] += 1
    return 200, orjson.dumps({"ok": True, "result": result})


async def _later(world: World, name: str, result: Awaitable[Any]) -> Reply:
    try:
        return _accepted(world, name, await result)
    except Refusal as refusal:
        return _refused(world, name, refusal)
