"""Where in a TOML document something stands, for whoever has to mend it."""

import re
import tomllib
from dataclasses import dataclass

_AT = re.compile(r"\(at line (\d+), column (\d+)\)")
_SECTION = re.compile(r"\s*\[\s*\"?([^\]\"]+?)\"?\s*\]")
_KEY = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*=\s*")
_FENCE = re.compile(r'"""|\'\'\'')


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place in a text; both from 1."""

    line: int
    column: int


def place_in_message(error: tomllib.TOMLDecodeError, text: str) -> Place:
    """Return where reading stopped. Python says it in the error's words, and from 3.14 on beside them."""
    line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
    if isinstance(line, int) and isinstance(column, int):
        return Place(line=line, column=column)
    found = _AT.search(str(error))
    if found is not None:
        return Place(line=int(found[1]), column=int(found[2]))
    return end_of(text)


def end_of(text: str) -> Place:
    """Return the place behind a text."""
    lines = text.split("\n")
    return Place(line=len(lines), column=len(lines[-1]) + 1)


def place_of(text: str, section: str, key: str) -> Place | None:
    """Return where the value of a key stands, in a section or, for an empty one, above all; without it, the section's.

    None where neither stands there by itself, as in an inline table.
    """
    current, fenced, head = "", "", None
    for number, line in enumerate(text.split("\n"), start=1):
        if not fenced:
            if begun := _SECTION.match(line):
                current = begun[1]
                head = Place(line=number, column=1) if current == section else head
            elif (found := _KEY.match(line)) and (current, found[1]) == (section, key):
                return Place(line=number, column=found.end() + 1)
        for fence in _FENCE.findall(line):
            if not fenced:
                fenced = fence
            elif fence == fenced:
                fenced = ""
    return head
