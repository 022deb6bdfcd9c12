"""A screen as a page shows it: escaped, so that no text can become markup."""

from collections.abc import Sequence
from html import escape

from bot.domain.nesting import nested
from bot.domain.rich_text import Entity, RichText
from bot.telegram_io.callbacks import pack
from bot.wording.screen import Control, Copy, Link, OtherChat, Press, Screen

TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="spoiler">', "</span>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
}
"""Entities with an element of their own; any other, such as a mention, is shown as its text."""

SAFE_LINKS = ("https://", "http://")


def screen_html(screen: Screen) -> str:
    """Return the screen: its text, and its buttons as parts of a form that posts `press`."""
    rows = "".join(f'<p class="row">{"".join(map(_control, row))}</p>' for row in screen.rows)
    return f'<div class="text" dir="auto">{text_html(screen.text)}</div>{rows}'


def text_html(text: RichText) -> str:
    """Return the text with its formatting as nested elements."""
    return nested(text, tags=_tags, plain=_plain)


def _plain(piece: str, covering: Sequence[Entity]) -> str:
    return escape(piece).replace("\n", "\n" if _is_verbatim(covering) else "<br>")


def _tags(entity: Entity) -> tuple[str, str]:
    if entity.type == "text_link" and (entity.url or "").lower().startswith(SAFE_LINKS):
        return f'<a href="{escape(entity.url or "")}" rel="noopener noreferrer">', "</a>"
    return TAGS.get(entity.type, ("", ""))


def _is_verbatim(covering: Sequence[Entity]) -> bool:
    return any(entity.type == "pre" for entity in covering)


def _control(control: Control) -> str:
    label = f"<bdi>{escape(control.label)}</bdi>"
    match control:
        case Press(_, does):
            return f'<button name="press" value="{escape(pack(does))}">{label}</button>'
        case Link(_, url) if url.lower().startswith(SAFE_LINKS):
            return f'<a class="button" href="{escape(url)}" rel="noopener noreferrer">{label}</a>'
        case Link() | OtherChat():
            return f'<span class="button">{label}</span>'
        case Copy(_, text):
            return f'<button type="button" data-copy="{escape(text)}">{label}</button>'
