"""A formatted text as Telegram's HTML: the other way of `bot.domain.markup`."""

import re
from html import escape

from bot.domain.markup import REFERENCE
from bot.domain.nesting import nested
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
    """Return what `parse_markup` reads as this text."""
    known = tuple(entity for entity in text.entities if entity.type in TAGS)
    return nested(RichText(text.text, known), tags=_tags, plain=lambda piece, _: _plain(piece))


def _tags(entity: Entity) -> tuple[str, str]:
    tag = TAGS[entity.type]
    match entity.type:
        case "text_link":
            return f'<a href="{escape(entity.url or "")}">', f"</{tag}>"
        case "expandable_blockquote":
            return f"<{tag} expandable>", f"</{tag}>"
        case _:
            return f"<{tag}>", f"</{tag}>"


def _plain(piece: str) -> str:
    return _OF_NOTE.sub(lambda found: escape(found[0]), piece)
