"""What has changed between two revisions of an alert, word by word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

CONTEXT = 3
"""Words that are left standing on each side of a change."""

ELIDED = "…"


class Was(StrEnum):
    """What became of a piece of a text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that share a fate."""

    was: Was
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WordsChange:
    """The words of one locale. Without pieces only formatting or what is decided of it differs."""

    locale: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What differs. `kind` and `link` are what they were and what they are; `other`: anything that has no name here."""

    words: tuple[WordsChange, ...] = ()
    kind: tuple[str, str] | None = None
    link: tuple[str | None, str | None] | None = None
    audience: bool = False
    other: bool = False

    def __bool__(self) -> bool:
        """Whether anything does."""
        return bool(self.words or self.kind or self.link or self.audience or self.other)


_NAMED = frozenset({"translations", "kind", "link", "audience"})


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Return what differs between the contents of two revisions (`revision.content_of`)."""
    others = (before.keys() | after.keys()) - _NAMED
    return Changes(
        words=tuple(_words_changes(before["translations"], after["translations"])),
        kind=None if before["kind"] == after["kind"] else (before["kind"], after["kind"]),
        link=None if before["link"] == after["link"] else (before["link"], after["link"]),
        audience=before["audience"] != after["audience"],
        other=any(before.get(name) != after.get(name) for name in others),
    )


def word_changes(before: str, after: str, *, context: int = CONTEXT) -> tuple[Piece, ...]:
    """Return what was removed and added, with a few words around it; nothing where the words are the same."""
    old, new = before.split(), after.split()
    if old == new:
        return ()
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    pieces: list[Piece] = []
    for at, (tag, begins, ends, new_begins, new_ends) in enumerate(blocks):
        if tag == "equal":
            kept = _around(old[begins:ends], context, first=at == 0, last=at == len(blocks) - 1)
            pieces.append(Piece(Was.KEPT, kept))
            continue
        if begins < ends:
            pieces.append(Piece(Was.REMOVED, " ".join(old[begins:ends])))
        if new_begins < new_ends:
            pieces.append(Piece(Was.ADDED, " ".join(new[new_begins:new_ends])))
    return tuple(pieces)


def _around(words: Sequence[str], context: int, *, first: bool, last: bool) -> str:
    """Return the words next to a change, and … for those that are further away."""
    before = 0 if first else context
    after = 0 if last else context
    if len(words) <= before + after:
        return " ".join(words)
    return " ".join([*words[:before], ELIDED, *words[len(words) - after :]])


def _words_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[WordsChange]:
    for locale in sorted(before.keys() | after.keys()):
        was, is_now = before.get(locale), after.get(locale)
        if was != is_now:
            yield WordsChange(locale=locale, pieces=word_changes(_said(was), _said(is_now)))


def _said(words: Mapping[str, Any] | None) -> str:
    """Return what a locale says, button and all, as one text."""
    if words is None:
        return ""
    return "\n".join(words[name] or "" for name in ("title", "text", "button"))
