"""Telegram's HTML subset, read into entities, so that what is checked is what is sent."""

import re
from functools import cache
from html import unescape

from bot.domain.rich_text import Entity, RichText, utf16_length
from bot.errors import CampaignError

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
    "a": "text_link",
}
"""Tag → entity type (Bot API, "HTML style")."""

LINKS = ("https://", "http://", "tg://", "ton://")
"""How the addresses begin that Telegram takes for links in a bot's text (Bot API, "Formatting options")."""

REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|\#[0-9]{1,7}|\#x[0-9a-f]{1,6});", re.IGNORECASE)
"""The references that Telegram knows; any other `&` stands for itself, as in an address."""

ATTRIBUTE = re.compile(
    r"""([a-z-]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>=]++)))?+""", re.IGNORECASE | re.ASCII
)

TOKEN = rf"""
    <(?P<tag>[a-z][a-z0-9-]*+)(?P<attributes>(?:\s++{ATTRIBUTE.pattern})*+)\s*+(?P<opened>>)
    | </(?P<closed>[a-z][a-z0-9-]*+)\s*+>
    | (?P<reference>{REFERENCE.pattern})
    | <(?=[a-z/!?])(?P<broken>[/!?]?[a-z0-9-]{{0,16}})
    """
"""A tag, a reference, or what looks like a tag and is none. A `<` before anything else stands for itself."""


class MarkupInvalid(CampaignError):
    """The formatting is broken at line `line`, place `column` (both from 1)."""

    def __init__(self, *, line: int, column: int, tag: str) -> None:
        self.line, self.column, self.tag = line, column, tag
        super().__init__(
            f"Line {line}, place {column}: the tag <{tag}> is not closed, not opened or not known."
        )


class _Reader:
    """Collects text and entities; stops at the first mistake."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._parts: list[str] = []
        self._length = 0
        self._entities: list[Entity] = []
        self._open: list[tuple[re.Match[str], Entity]] = []

    def read(self) -> RichText:
        """Return the whole text with its entities in order."""
        at = 0
        for token in _tokens().finditer(self._html):
            self._say(self._html[at : token.start()])
            at = token.end()
            match token.lastgroup:
                case "opened":
                    self._begin(token)
                case "closed":
                    self._end(token)
                case "reference":
                    self._say(unescape(token[0]))
                case _:
                    raise self._refusal(token)
        self._say(self._html[at:])
        if self._open:
            raise self._refusal(self._open[-1][0])
        ordered = sorted(self._entities, key=lambda entity: (entity.offset, -entity.length))
        return RichText("".join(self._parts), tuple(ordered))

    def _say(self, text: str) -> None:
        self._parts.append(text)
        self._length += utf16_length(text)

    def _begin(self, token: re.Match[str]) -> None:
        tag, given = token["tag"].lower(), _attributes(token["attributes"])
        style = STYLES.get(tag)
        if tag == "span" and given.get("class") == "tg-spoiler":
            style = "spoiler"
        url = given.get("href") if tag == "a" else None
        if style is None or (tag == "a" and not (url or "").lower().startswith(LINKS)):
            raise self._refusal(token)
        if tag == "blockquote" and "expandable" in given:
            style = "expandable_blockquote"
        self._open.append((token, Entity(type=style, offset=self._length, length=0, url=url)))

    def _end(self, token: re.Match[str]) -> None:
        if not self._open or self._open[-1][0]["tag"].lower() != token["closed"].lower():
            raise self._refusal(token)
        _, begun = self._open.pop()
        if length := self._length - begun.offset:
            self._entities.append(Entity(type=begun.type, offset=begun.offset, length=length, url=begun.url))

    def _refusal(self, token: re.Match[str]) -> MarkupInvalid:
        at = token.start()
        line_start = self._html.rfind("\n", 0, at) + 1
        tag = token["tag"] or token["closed"] or token["broken"]
        return MarkupInvalid(
            line=self._html.count("\n", 0, at) + 1, column=at - line_start + 1, tag=tag.lower()
        )


@cache
def _tokens() -> re.Pattern[str]:
    """Compile `TOKEN`, once and when it is needed: it takes a fortieth of the seconds in which a sender starts."""
    return re.compile(TOKEN, re.IGNORECASE | re.ASCII | re.VERBOSE)


def _attributes(written: str) -> dict[str, str]:
    return {
        name.lower(): REFERENCE.sub(lambda reference: unescape(reference[0]), double or single or bare)
        for name, double, single, bare in ATTRIBUTE.findall(written)
    }


def parse_markup(html: str) -> RichText:
    """Read a text with Telegram's HTML tags.

    Raises MarkupInvalid with the place.
    """
    return _Reader(html).read()
