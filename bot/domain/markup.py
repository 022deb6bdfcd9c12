"""Telegram's HTML subset, read into entities, so that what is checked is what is sent."""

from html import unescape
from html.parser import HTMLParser

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


class MarkupInvalid(CampaignError):
    """The formatting is broken at line `line`, place `column` (both from 1)."""

    def __init__(self, *, line: int, column: int, tag: str) -> None:
        self.line, self.column, self.tag = line, column, tag
        super().__init__(
            f"Line {line}, place {column}: the tag <{tag}> is not closed, not opened or not known."
        )


class _Reader(HTMLParser):
    """Collects text and entities; stops at the first mistake."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.entities: list[Entity] = []
        self._open: list[tuple[str, Entity]] = []

    def _refuse(self, tag: str) -> MarkupInvalid:
        line, column = self.getpos()
        return MarkupInvalid(line=line, column=column + 1, tag=tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        style, given = STYLES.get(tag), dict(attrs)
        if tag == "span" and given.get("class") == "tg-spoiler":
            style = "spoiler"
        url = given.get("href") if tag == "a" else None
        if style is None or (tag == "a" and not (url or "").startswith(("https://", "http://", "tg://"))):
            raise self._refuse(tag)
        if tag == "blockquote" and "expandable" in given:
            style = "expandable_blockquote"
        self._open.append((tag, Entity(type=style, offset=utf16_length(self.text), length=0, url=url)))

    def handle_startendtag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        raise self._refuse(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            raise self._refuse(tag)
        _, begun = self._open.pop()
        length = utf16_length(self.text) - begun.offset
        if length:
            self.entities.append(Entity(type=begun.type, offset=begun.offset, length=length, url=begun.url))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_entityref(self, name: str) -> None:
        self.text += unescape(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text += unescape(f"&#{name};")

    def handle_comment(self, _data: str) -> None:
        raise self._refuse("!--")

    def handle_decl(self, _decl: str) -> None:
        raise self._refuse("!")

    def unknown_decl(self, _data: str) -> None:
        raise self._refuse("!")

    def handle_pi(self, _data: str) -> None:
        raise self._refuse("?")

    def finish(self) -> RichText:
        self.close()
        if self._open:
            raise self._refuse(self._open[-1][0])
        ordered = sorted(self.entities, key=lambda entity: (entity.offset, -entity.length))
        return RichText(self.text, tuple(ordered))


def parse_markup(html: str) -> RichText:
    """Read a text with Telegram's HTML tags.

    Raises MarkupInvalid with the place.
    """
    reader = _Reader()
    reader.feed(html)
    return reader.finish()
