"""What a button means: a value per button, with one way to write it into callback data and one strict way to read it.

On the wire a button is its name and its fields, joined by colons: `alert:12:below`. Messages in people's chats carry
these strings for years, so a name is never given another meaning.
"""

import re
from collections.abc import Iterator
from dataclasses import Field, dataclass, fields
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from bot.errors import CampaignError

CALLBACK_BYTES = 64
"""Bytes of callback data (Bot API, InlineKeyboardButton)."""

ID_DIGITS = 18
"""Digits of the largest id that a database takes."""

LOCALE_LENGTH, SLUG_LENGTH, VERSION_LENGTH, HASH_LENGTH, PAGE_DIGITS = 16, 40, 32, 32, 4
WORDS_HASH_LENGTH, LINK_LENGTH = 16, 26
"""The content's own rules (`content/files.py`) allow no longer slugs and versions."""

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)
_NUMBER = re.compile(r"0|[1-9][0-9]*", re.ASCII)

Locale = Annotated[str, LOCALE_LENGTH]
Slug = Annotated[str, SLUG_LENGTH]
Version = Annotated[str, VERSION_LENGTH]
Hash = Annotated[str, HASH_LENGTH]
WordsHash = Annotated[str, WORDS_HASH_LENGTH]
LinkWord = Annotated[str, LINK_LENGTH]
Page = Annotated[int, PAGE_DIGITS]
"""A field with its greatest length: letters, digits, `_`, `.` and `-`, or a number."""


class ButtonOutdated(CampaignError):
    """This button is out of date. Send /help for what the bot can do."""


BUTTONS: "dict[str, type[Button]]" = {}
"""Every button, by its name on the wire."""


class Button:
    """What a button means. Subclasses are frozen dataclasses, named on the wire as they say.

    Fields are ids, words of a bounded length, members of a StrEnum, or None; a bool is a flag that is written by
    its name where it is true. Fields at the end that have their default value are not written; None is written
    in no other way, so that what follows it has its default, too.
    """

    __slots__ = ()
    wire: ClassVar[str]

    def __init_subclass__(cls, *, wire: str | None = None) -> None:
        """Enter the button into the register."""
        super().__init_subclass__()
        # A dataclass with slots is made anew from the class that was entered first, and keeps its name.
        cls.wire = wire or cls.__dict__["wire"]
        known = BUTTONS.setdefault(cls.wire, cls)
        if known.__qualname__ != cls.__qualname__:
            raise TypeError(f"two buttons are named {cls.wire}: {known.__qualname__}, {cls.__qualname__}")
        BUTTONS[cls.wire] = cls


def pack(button: Button) -> str:
    """Return the button as callback data.

    Raises ValueError where a field has a value that could not be read back.
    """
    parts: list[str] = []
    for field in reversed(shape(type(button))):
        value = getattr(button, field.name)
        if parts or value != field.default:
            parts.insert(0, _written(field, value))
    packed = ":".join([button.wire, *parts])
    if len(packed.encode()) > CALLBACK_BYTES:
        raise ValueError(f"a button's data has {len(packed.encode())} bytes; {CALLBACK_BYTES} fit")
    return packed


def unpack(data: str) -> Button:
    """Read what a button carries; it can be forged.

    Raises ButtonOutdated.
    """
    made = _class_of(data)
    rest = data[len(made.wire) + 1 :]
    parts = rest.split(":") if len(data) > len(made.wire) else []
    expected = shape(made)
    if len(parts) > len(expected):
        raise ButtonOutdated
    values = {field.name: _read(field, part) for field, part in zip(expected, parts, strict=False)}
    try:
        return made(**values)
    except TypeError as error:  # a field without a default is missing
        raise ButtonOutdated from error


def number(argument: str, *, digits: int = ID_DIGITS) -> int:
    """Return the id that a button or command carries.

    Raises ButtonOutdated.
    """
    if not _NUMBER.fullmatch(argument) or len(argument) > digits:
        raise ButtonOutdated
    return int(argument)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """A field of a button: of which type, how long at most, and what it is where nothing is written."""

    name: str
    type: Any
    length: int
    default: Any


_SHAPES: dict[type, tuple[Shape, ...]] = {}


def shape(button: type[Any]) -> tuple[Shape, ...]:
    """Return the fields of a button, in their order."""
    if button not in _SHAPES:
        hints = get_type_hints(button, include_extras=True)
        _SHAPES[button] = tuple(_field(field, hints[field.name]) for field in fields(button))
    return _SHAPES[button]


def _field(field: Field[Any], hint: Any) -> Shape:
    if get_origin(hint) is UnionType or NoneType in get_args(hint):
        hint = next(each for each in get_args(hint) if each is not NoneType)
    length = ID_DIGITS
    if get_origin(hint) is Annotated:
        hint, length = get_args(hint)
    return Shape(name=field.name, type=hint, length=length, default=field.default)


def _class_of(data: str) -> type[Button]:
    """Return the button of the longest name that the data begins with."""
    for name in _beginnings(data):
        if name in BUTTONS:
            return BUTTONS[name]
    raise ButtonOutdated


def _beginnings(data: str) -> Iterator[str]:
    while data:
        yield data
        data = data.rpartition(":")[0]


def _written(field: Shape, value: Any) -> str:
    written = field.name if field.type is bool and value is True else str(value)
    try:
        same = _read(field, written) == value
    except ButtonOutdated:
        same = False
    if not same:
        raise ValueError(f"{field.name} of a button cannot be {value!r}")
    return written


def _read(field: Shape, part: str) -> Any:
    if field.type is bool:
        if part != field.name:
            raise ButtonOutdated
        return True
    if field.type is int:
        return number(part, digits=field.length)
    if field.type is str:
        if len(part) > field.length or not _WORD.fullmatch(part):
            raise ButtonOutdated
        return part
    try:
        return field.type(part)
    except ValueError as error:
        raise ButtonOutdated from error
