"""A formatted text as nested elements: in Telegram formatting may overlap, in markup it may not."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from bot.domain.rich_text import Entity, RichText

Tags = Callable[[Entity], tuple[str, str]]
"""Returns how an element of this formatting begins and ends."""

Plain = Callable[[str, Sequence[Entity]], str]
"""Returns a piece of text as it is written within this formatting."""


def nested(text: RichText, *, tags: Tags, plain: Plain) -> str:
    """Return the text with its formatting as nested elements; what overlaps is closed and opened anew."""
    out: list[str] = []
    standing: list[Entity] = []
    for piece, covering in _pieces(text):
        kept = 0
        while kept < min(len(standing), len(covering)) and standing[kept] is covering[kept]:
            kept += 1
        out += [tags(entity)[1] for entity in reversed(standing[kept:])]
        out += [tags(entity)[0] for entity in covering[kept:]]
        standing = covering
        out.append(plain(piece, covering))
    return "".join(out + [tags(entity)[1] for entity in reversed(standing)])


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
