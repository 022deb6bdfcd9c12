"""Text of both directions side by side: isolation by Unicode's bidirectional algorithm (UAX 9)."""

import re
import unicodedata
from string import whitespace

FSI = "\u2068"
"""First strong isolate: what follows takes its own direction and cannot disturb its surroundings."""
PDI = "\u2069"
"""Pop directional isolate: the end of it."""
RTL_MARK = "\u200f"
"""It is not seen, and stands for a letter that is read from the right."""

_OPENERS = "\u2066\u2067" + FSI
_EMBEDDINGS = dict.fromkeys(
    map(ord, "\u202a\u202b\u202c\u202d\u202e")
)  # LRE RLE PDF LRO RLO: obsolete, abused
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PARAGRAPH_ENDS = re.compile("(\r\n|[\n\r\x1c-\x1e\x85\u2029])")  # each closes every open isolate (UAX 9, X8)


_AROUND = (
    "".join(map(chr, range(0x202A, 0x202F))) + "".join(map(chr, range(0x2066, 0x206A))) + "\u200e\u200f\u061c"
)


def bare(text: str) -> str:
    """Return the text without spaces and marks of direction around it: apps copy addresses and times with them."""
    return text.strip(_AROUND + whitespace)


def is_balanced(text: str) -> bool:
    """Tell whether every isolate opened in a paragraph is closed in it, and none other."""
    return all(_balanced(paragraph) == paragraph for paragraph in _PARAGRAPH_ENDS.split(text)[::2])


def isolate(text: str) -> str:
    """Return the text with each of its paragraphs isolated, so that nothing in it reaches beyond it.

    Isolates inside are balanced; embeddings and overrides are removed. An empty text stays empty.
    """
    parts = _PARAGRAPH_ENDS.split(text)
    for place in range(0, len(parts), 2):
        inner = _balanced(parts[place])
        parts[place] = f"{FSI}{inner}{PDI}" if inner else ""
    return "".join(parts)


def read_from_the_right(text: str) -> str:
    """Return a text of a right-to-left language with a mark before each paragraph that would be read from the left.

    A paragraph takes its direction from its first letter outside isolates. One that is made of nothing but isolates,
    numbers and signs has none, and is read from the left: “name: role” would become “role :name”. Only those are marked
    in which something is read from the right, or several things stand one after another: a link alone stays as it is.
    """
    parts = _PARAGRAPH_ENDS.split(text)
    for place in range(0, len(parts), 2):
        if _is_undirected(parts[place]):
            parts[place] = RTL_MARK + parts[place]
    return "".join(parts)


def _is_undirected(paragraph: str) -> bool:
    """Tell whether letters stand in isolates only, and one is read from the right or there are two isolates."""
    opened = isolates = 0
    inside = from_the_right = False
    for char in paragraph:
        if char in _OPENERS:
            isolates += not opened
            opened += 1
        elif char == PDI:
            opened -= 1
        elif (direction := unicodedata.bidirectional(char)) in {"L", "R", "AL"}:
            if not opened:
                return False
            inside = True
            from_the_right = from_the_right or direction != "L"
    return from_the_right or (inside and isolates > 1)


def _balanced(paragraph: str) -> str:
    if not _CONTROLS.search(paragraph):
        return paragraph
    kept: list[str] = []
    opened = 0
    for char in paragraph.translate(_EMBEDDINGS):
        if char in _OPENERS:
            opened += 1
        elif char == PDI:
            if not opened:
                continue
            opened -= 1
        kept.append(char)
    return "".join(kept) + PDI * opened
