"""Checks a request's fields against the Bot API's tables: names, what is required, JSON kinds, all the way down."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bot.rehearsal.api.keyboards import checked_markup
from bot.rehearsal.api.refusal import Refusal, bad_request
from bot.rehearsal.api.schema import METHODS, NOT_PLAYED
from bot.rehearsal.api.schema_types import TYPES, UNIONS
from bot.rehearsal.world.people import Json

Check = Callable[[Any, str], Any]
"""Takes a value and its field's name; returns the value as the methods use it, or raises a Refusal."""

INTEGER: Final = re.compile(r"-?\d{1,20}")
MARKUP: Final = "InlineKeyboardMarkup or ReplyKeyboardMarkup or ReplyKeyboardRemove or ForceReply"
MARKUP_BY_FIELD: Final = {
    "inline_keyboard": "InlineKeyboardMarkup",
    "keyboard": "ReplyKeyboardMarkup",
    "remove_keyboard": "ReplyKeyboardRemove",
    "force_reply": "ForceReply",
}
MISSING: Final = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
}
"""What Telegram says when one of these is not there; of others it is told by name."""

PREFIXES: Final = {
    "InlineKeyboardButton": "can't parse inline keyboard button: ",
    "KeyboardButton": "can't parse keyboard button: ",
    "MessageEntity": "can't parse MessageEntity: ",
    "BotCommand": "can't parse BotCommand: ",
    "InlineQueryResultArticle": "can't parse inline query result: ",
    "InputTextMessageContent": "can't parse input message content: ",
}
"""How Telegram introduces a mistake within one of these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that came with a multipart request."""

    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class _Field:
    check: Check
    kind: str
    required: bool


def check_request(method: str, given: Mapping[str, Any], *, form: bool) -> Json:
    """Return the fields of a request to a method (in the documentation's spelling), checked.

    Values of a `form` are strings and are read as their kind first. Raises Refusal.
    """
    table, required = _METHOD_FIELDS[method]
    checked: Json = {}
    for name, value in given.items():
        field = table.get(name)
        if field is None:
            raise bad_request(f'unknown field "{name}"')
        if name in NOT_PLAYED:
            raise bad_request(NOT_PLAYED[name])
        if field.kind in _PLAIN:
            checked[name] = field.check(_read(value, field.kind, name) if form else value, name)
        else:
            checked[name] = _checked_once(_read(value, field.kind, name), field, name)
    for name in required:
        if name not in checked:
            raise bad_request(MISSING.get(name, f'parameter "{name}" is required'))
    return checked


_PLAIN: Final = frozenset(
    {"String", "Integer", "Integer or String", "Boolean", "True", "InputFile", "InputFile or String"}
)
_passed: dict[tuple[str, bytes], Any] = {}
MOST_PASSED: Final = 1024


def _checked_once(value: Any, field: _Field, name: str) -> Any:
    """Check an object or array, or return the equal one that passed before.

    A broadcast carries the same few entities and keyboards a million times: they are walked once and
    the chats share them.
    """
    key = (field.kind, orjson.dumps(value))
    passed = _passed.get(key, _passed)
    if passed is not _passed:
        return passed
    checked = field.check(value, name)
    if len(_passed) >= MOST_PASSED:
        _passed.clear()
    _passed[key] = checked
    return checked


def _read(value: Any, kind: str, name: str) -> Any:
    """Read a form's string as its kind; an object or array may come as JSON in a string in any request."""
    if not isinstance(value, str) or kind in {"String", "InputFile or String", "InputFile"}:
        return value
    if kind in {"Integer", "Integer or String"}:
        return int(value) if INTEGER.fullmatch(value) else value
    if kind in {"Boolean", "True"}:
        return {"true": True, "false": False, "1": True, "0": False}.get(value.lower(), value)
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        raise bad_request(f'can\'t parse field "{name}" as JSON') from None


def _wrong(name: str, kind: str) -> Refusal:
    return bad_request(f'field "{name}" must be of type {kind}')


def _integer(value: Any, name: str) -> int:
    if type(value) is not int:
        raise _wrong(name, "Integer")
    return value


def _string(value: Any, name: str) -> str:
    if type(value) is not str:
        raise _wrong(name, "String")
    return value


def _boolean(value: Any, name: str) -> bool:
    if type(value) is not bool:
        raise _wrong(name, "Boolean")
    return value


def _chat(value: Any, name: str) -> int | str:
    if type(value) is int:
        return value
    if type(value) is not str:
        raise _wrong(name, "Integer or String")
    if not value:
        raise bad_request(MISSING.get(name, f"{name} is empty"))
    return int(value) if INTEGER.fullmatch(value) else value


def _file(value: Any, name: str) -> Upload | str:
    if not isinstance(value, Upload | str):
        raise _wrong(name, "InputFile or String")
    return value


def _array(kind: str) -> Check:
    check = _check_for(kind)

    def checked(value: Any, name: str) -> list[Any]:
        if type(value) is not list:
            raise _wrong(name, "Array")
        return [check(each, name) for each in value]

    return checked


def _object(kind: str) -> Check:
    prefix = PREFIXES.get(kind, "")
    fields: dict[str, _Field] = {}

    def checked(value: Any, name: str) -> Json:
        if not fields:
            fields.update(_fields(TYPES[kind]))
        if type(value) is not dict:
            raise _wrong(name, "Object")
        for key, each in value.items():
            field = fields.get(key)
            if field is None:
                raise bad_request(f'unknown field "{key}" in {kind}')
            try:
                field.check(each, key)
            except Refusal as refusal:
                raise _introduced(refusal, prefix) from None
        for key, field in fields.items():
            if field.required and key not in value:
                raise _introduced(bad_request(f'can\'t find field "{key}"'), prefix)
        return value

    return checked


def _introduced(refusal: Refusal, prefix: str) -> Refusal:
    """Put the object's name before a mistake in it, as Telegram does, unless an inner one has done so."""
    reason = refusal.description.removeprefix("Bad Request: ")
    if not prefix or reason.startswith(tuple(PREFIXES.values())):
        return refusal
    return bad_request(f"{prefix}{reason[:1].upper()}{reason[1:]}")


def _union(kind: str) -> Check:
    members = {name: _object(member) for name, member in UNIONS[kind].items()}

    def checked(value: Any, name: str) -> Json:
        if type(value) is not dict:
            raise _wrong(name, "Object")
        check = members.get(value.get("type", ""))
        if check is None:
            raise bad_request(f"unsupported {name} type specified")
        made: Json = check(value, name)
        return made

    return checked


def _markup(value: Any, name: str) -> Json | None:
    if type(value) is not dict:
        raise bad_request("object expected as reply markup")
    for key, check in _MARKUPS.items():
        if key in value:
            return checked_markup(check(value, name))
    raise bad_request("object expected as reply markup")


def _inline_markup(value: Any, name: str) -> Json | None:
    if type(value) is not dict:
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in value:
        raise bad_request("inline keyboard expected")
    return checked_markup(_MARKUPS["inline_keyboard"](value, name))


def _check_for(kind: str) -> Check:
    if kind.startswith("Array of "):
        return _array(kind.removeprefix("Array of "))
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    return _union(kind) if kind in UNIONS else _object(kind)


def _fields(table: Mapping[str, str]) -> dict[str, _Field]:
    made: dict[str, _Field] = {}
    for name, written in table.items():
        kind = written.removesuffix("!")
        made[name] = _Field(check=_check_for(kind), kind=kind, required=written.endswith("!"))
    return made


_MARKUPS: Final = {field: _object(kind) for field, kind in MARKUP_BY_FIELD.items()}
_SIMPLE: Final[dict[str, Check]] = {
    "Integer": _integer,
    "String": _string,
    "Boolean": _boolean,
    "True": _boolean,
    "Integer or String": _chat,
    "InputFile": _file,
    "InputFile or String": _file,
    MARKUP: _markup,
    "InlineKeyboardMarkup": _inline_markup,
    # Of the contents of a message, the rehearsal plays texts (Bot API, InputMessageContent).
    "InputMessageContent": _object("InputTextMessageContent"),
}
_METHOD_FIELDS: Final = {
    method: (_fields(table), tuple(name for name, kind in table.items() if kind.endswith("!")))
    for method, table in METHODS.items()
}
