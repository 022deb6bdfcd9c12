"""A command, known by its own shape and not by what stands around it."""

import re
import unicodedata

_COMMAND = re.compile(r"/([A-Za-z0-9_]+)(?:@[A-Za-z0-9_]*)?(.*)", re.DOTALL)


def command_in(text: str) -> tuple[str, str] | None:
    """Return name and argument of a command, known by its own shape; None for what is none.

    A name is letters, digits and `_` (Bot API, BotCommand); what follows is the argument, whatever divides them.
    Apps and people put marks of direction, quotation marks and line breaks around it.
    """
    found = _COMMAND.fullmatch(_bare(text))
    return None if found is None else (found[1].lower(), _bare(found[2]))


def _bare(text: str) -> str:
    """Return the text without what cannot be seen, spaces and quotation marks at both ends."""
    begin, end = 0, len(text)
    while begin < end and _is_wrapping(text[begin]):
        begin += 1
    while begin < end and _is_wrapping(text[end - 1]):
        end -= 1
    return text[begin:end]


_QUOTES = frozenset("\"'`´‚„‟′″‵‶「」『』〝〞〟＂＇｢｣׳״")
"""Marks around a quotation that Unicode's categories Pi and Pf do not hold."""

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f\u034f\u17b4\u17b5")
"""What shows as nothing and is neither a space nor a control: fillers, the empty braille cell, variation selectors."""


def _is_wrapping(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] in "CZ" or kind in ("Pi", "Pf") or character in _QUOTES or character in _BLANK
