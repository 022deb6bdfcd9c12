"""A formatted text as Telegram's HTML: the other way of `bot.domain.markup`."""

import re
from html import escape

from bot.domain.markup import REFERENCE
from bot.domain.rich_text import Entity, RichText

TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "spoiler": "tg-spoiler",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
}
"""Entity type → the tag that is written for it."""

_OF_NOTE = re.compile(rf"<(?=[a-z/!?])|&(?={REFERENCE.pattern[1:]})", re.IGNORECASE | re.ASCII)
"""What would be read as a tag or a reference."""


def to_markup(text: RichText) -> str:
    """Return what `parse_markup` reads as this text; formatting that overlaps is closed and opened anew."""
    entities = [entity for entity in text.entities if entity.type in TAGS and entity.length > 0]
    edges = sorted({edge for entity in entities for edge in (entity.offset, entity.offset + entity.length)})
    units = text.text.encode("utf-16-le", "surrogatepass")
    written: list[str] = []
    opened: list[Entity] = []
    at = 0
    for edge in [*edges, len(units) // 2]:
        written.append(_plain(units[2 * at : 2 * edge]))
        at = edge
        ending = [entity for entity in opened if entity.offset + entity.length <= edge]
        if ending:
            # What was opened after the outermost that ends here is closed with it, and opened again below.
            outermost = min(opened.index(entity) for entity in ending)
            written += [f"</{TAGS[entity.type]}>" for entity in reversed(opened[outermost:])]
            again = [entity for entity in opened[outermost:] if entity not in ending]
            opened = opened[:outermost]
        else:
            again = []
        beginning = [entity for entity in entities if entity.offset == edge]
        for entity in sorted([*again, *beginning], key=lambda each: -(each.offset + each.length)):
            written.append(_opening(entity))
            opened.append(entity)
    return "".join(written)


def _opening(entity: Entity) -> str:
    match entity.type:
        case "text_link":
            return f'<a href="{escape(entity.url or "")}">'
        case "expandable_blockquote":
            return "<blockquote expandable>"
        case _:
            return f"<{TAGS[entity.type]}>"


def _plain(units: bytes) -> str:
    return _OF_NOTE.sub(lambda found: escape(found[0]), units.decode("utf-16-le", "surrogatepass"))
