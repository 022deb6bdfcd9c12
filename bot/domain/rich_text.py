"""Text with Telegram's formatting, as Telegram counts it: in UTF-16 units."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

MESSAGE_LIMIT = 4096
"""UTF-16 units in one message (Bot API, sendMessage)."""


def utf16_length(text: str) -> int:
    """Return the length of the text in UTF-16 units, the unit of Telegram's limits and offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """One stretch of formatting; offset and length in UTF-16 units (Bot API, MessageEntity)."""

    type: str
    offset: int
    length: int
    url: str | None = None
    custom: tuple[tuple[str, Any], ...] = ()

    def shifted(self, by: int) -> "Entity":
        """Return the same stretch further on."""
        return Entity(
            type=self.type, offset=self.offset + by, length=self.length, url=self.url, custom=self.custom
        )

    def clipped(self, begins: int, ends: int) -> "Entity | None":
        """Return what it formats of a text's units from `begins` to `ends`, which is cut out; None for nothing."""
        first, last = max(self.offset, begins), min(self.offset + self.length, ends)
        if last <= first:
            return None
        return replace(self, offset=first - begins, length=last - first)

    def as_dict(self) -> dict[str, Any]:
        """Return it as the Bot API takes it."""
        made: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url is not None:
            made["url"] = self.url
        made.update(self.custom)
        return made


def entity_from(given: Mapping[str, Any]) -> Entity:
    """Return the entity that `as_dict` wrote.

    Raises KeyError, TypeError, ValueError for what is none.
    """
    known = {"type", "offset", "length", "url"}
    return Entity(
        type=str(given["type"]),
        offset=int(given["offset"]),
        length=int(given["length"]),
        url=given.get("url"),
        custom=tuple(sorted((name, value) for name, value in given.items() if name not in known)),
    )


@dataclass(frozen=True, slots=True)
class RichText:
    """A text and its formatting. Texts add up; formatting moves along."""

    text: str
    entities: tuple[Entity, ...] = field(default=())

    def __add__(self, other: "RichText | str") -> "RichText":
        """Join two texts; a plain string is unformatted."""
        if isinstance(other, str):
            return RichText(self.text + other, self.entities)
        by = utf16_length(self.text)
        return RichText(self.text + other.text, self.entities + tuple(e.shifted(by) for e in other.entities))

    def __len__(self) -> int:
        """Return the length as Telegram counts it."""
        return utf16_length(self.text)

    def part(self, begins: int, ends: int | None = None) -> "RichText":
        """Return the text from one character to another, with its formatting."""
        inside = self.text[begins:ends]
        before = utf16_length(self.text[:begins])
        after = before + utf16_length(inside)
        cut = (entity.clipped(before, after) for entity in self.entities)
        return RichText(inside, tuple(entity for entity in cut if entity is not None))

    def units(self, offset: int, length: int) -> str:
        """Return the text that an entity of this place covers."""
        encoded = self.text.encode("utf-16-le", "surrogatepass")
        return encoded[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")

    def cut(self, at_most: int) -> "RichText":
        """Return the text, or its beginning and … in so many units."""
        if len(self) <= at_most:
            return self
        end = at_most - 1
        while (over := utf16_length(self.text[:end]) - (at_most - 1)) > 0:
            end -= (over + 1) // 2
        return self.part(0, end) + "…"


def styled(text: str, style: str, *, url: str | None = None) -> RichText:
    """Return the text in one style: `bold`, `italic`, `blockquote`, `text_link` …."""
    if not text:
        return RichText("")
    return RichText(text, (Entity(type=style, offset=0, length=utf16_length(text), url=url),))


def bold(text: str) -> RichText:
    """Return the text in bold."""
    return styled(text, "bold")


def joined(parts: "list[RichText | str]", separator: str = "\n\n") -> RichText:
    """Join the parts that are not empty, with the separator between them."""
    whole = RichText("")
    for part in parts:
        if not len(part):
            continue
        whole = whole + (separator if whole.text else "") + part
    return whole
