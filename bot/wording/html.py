"""A screen as a page shows it: escaped, so that no text can become markup."""

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from bot.domain.rich_text import Entity, RichText
from bot.telegram_io.callbacks import pack
from bot.wording.screen import Control, Copy, Link, Press, Screen

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
    """Return the text with its formatting as nested elements; what overlaps is closed and opened anew."""
    out: list[str] = []
    standing: list[Entity] = []
    for piece, covering in _pieces(text):
        kept = 0
        while kept < min(len(standing), len(covering)) and standing[kept] is covering[kept]:
            kept += 1
        out += [_tags(entity)[1] for entity in reversed(standing[kept:])]
        out += [_tags(entity)[0] for entity in covering[kept:]]
        standing = covering
        out.append(escape(piece).replace("\n", "\n" if _is_verbatim(covering) else "<br>"))
    return "".join(out + [_tags(entity)[1] for entity in reversed(standing)])


def _pieces(text: RichText) -> Iterator[tuple[str, list[Entity]]]:
    """Yield the text in pieces, each with the entities that cover all of it, the outermost first."""
    units = text.text.encode("utf-16-le", "surrogatepass")
    end = len(units) // 2
    entities = sorted(text.entities, key=lambda entity: (entity.offset, -entity.length))
    bounds = {0, end} | {each.offset for each in entities} | {each.offset + each.length for each in entities}
    cuts = sorted(cut for cut in bounds if 0 <= cut <= end)
    for start, stop in pairwise(cuts):
        covering = [e for e in entities if e.offset <= start and stop <= e.offset + e.length]
        yield units[2 * start : 2 * stop].decode("utf-16-le", "replace"), covering


def _tags(entity: Entity) -> tuple[str, str]:
    if entity.type == "text_link" and (entity.url or "").lower().startswith(SAFE_LINKS):
        return f'<a href="{escape(entity.url or "")}" rel="noopener noreferrer">', "</a>"
    return TAGS.get(entity.type, ("", ""))


def _is_verbatim(covering: list[Entity]) -> bool:
    return any(entity.type == "pre" for entity in covering)


def _control(control: Control) -> str:
    label = f"<bdi>{escape(control.label)}</bdi>"
    match control:
        case Press(_, does):
            return f'<button name="press" value="{escape(pack(does))}">{label}</button>'
        case Link(_, url) if url.lower().startswith(SAFE_LINKS):
            return f'<a class="button" href="{escape(url)}" rel="noopener noreferrer">{label}</a>'
        case Link():
            return f'<span class="button">{label}</span>'
        case Copy(_, text):
            return f'<button type="button" data-copy="{escape(text)}">{label}</button>'
