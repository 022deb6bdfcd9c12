"""Which words were changed: removed ones struck, added ones underlined, so that nobody compares by eye."""

import difflib
import re
from collections.abc import Sequence

from bot.domain.rich_text import RichText, styled

AROUND = 4
"""Words that stay on each side of a change; what lies further away is left out."""

LEFT_OUT = "…"

_BREAK = "\n"
_WORDS = re.compile(r"\S+|\s*\n\s*")
"""Words, and the breaks of lines; other spaces tell nothing."""


def changed_words(before: str, after: str) -> RichText:
    """Return what was removed and added, with a few unchanged words around; empty where the words are the same."""
    old, new = _words(before), _words(after)
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    if all(kind == "equal" for kind, *_ in blocks):
        return RichText("")
    shown: list[RichText] = []
    for place, (kind, old_from, old_to, new_from, new_to) in enumerate(blocks):
        if kind == "equal":
            same = _nearby(new[new_from:new_to], begins=place > 0, ends=place < len(blocks) - 1)
            shown.append(RichText(_line(same)))
        else:
            shown.append(styled(_line(old[old_from:old_to]), "strikethrough"))
            shown.append(styled(_line(new[new_from:new_to]), "underline"))
    return _spaced(shown)


def _words(text: str) -> list[str]:
    return [word if word.strip() else _BREAK for word in _WORDS.findall(text)]


def _nearby(words: Sequence[str], *, begins: bool, ends: bool) -> Sequence[str]:
    """Return the unchanged words next to a change: at their beginning, at their end, or both."""
    head, tail = AROUND * begins, AROUND * ends
    if len(words) <= head + tail + 1:
        return words
    return [*words[:head], LEFT_OUT, *words[len(words) - tail :]]


def _line(words: Sequence[str]) -> str:
    """Return the words with a space between them, but none beside a break of lines."""
    return re.sub(r" *\n *", _BREAK, " ".join(words))


def _spaced(parts: Sequence[RichText]) -> RichText:
    """Join the parts that say something, with a space where no line ends."""
    whole = RichText("")
    for part in parts:
        if not part.text:
            continue
        is_apart = whole.text[-1:] in ("", "\n") or part.text.startswith("\n")
        whole = whole + ("" if is_apart else " ") + part
    return whole
