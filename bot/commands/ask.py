"""`ask`: what the bot would answer, one question at a terminal or many from a program."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.content import Content, Entry
from bot.domain.faq import Match
from bot.domain.localized import resolve_locale
from bot.faq.index import Index


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a question was matched with, and the words for it in the asker's locale."""

    match: Match
    entry: Entry | None
    nearest: tuple[Entry, ...]

    def lines(self) -> list[str]:
        """Return it for a terminal: the answer, or the nearest questions the statement does answer."""
        if self.entry is None:
            return ["The statement doesn't say. Closest:", *(f"· {entry.question}" for entry in self.nearest)]
        cited = ", ".join(map(str, self.entry.paragraphs))
        source = f"Statement, paragraph {cited}" if cited else "Editors' note, not from the statement"
        return [self.entry.question, self.entry.short, f"{source} · {self.entry.slug}"]


def ask_one(text: str, *, locale: str | None, folder: Path) -> Answer:
    """Answer one question from the content folder; an unknown locale gets the content's default one.

    Raises ContentInvalid where the content has gaps.
    """
    content = Content.load(folder)
    spoken = _spoken(content, locale)
    match = Index.build(content).match(text, locale=spoken)
    return Answer(
        match=match,
        entry=content.entry(match.slug, spoken) if match.slug is not None else None,
        nearest=tuple(content.entry(slug, spoken) for slug in match.suggestions),
    )


def ask_batch(lines: Iterable[bytes], *, out: TextIO, folder: Path) -> None:
    """Answer JSON lines `{"lang", "question"}`, one line each, in order.

    A line that is not such an object is answered like an empty question, and nothing after it is lost.
    Raises ContentInvalid where the content has gaps.
    """
    content = Content.load(folder)
    index = Index.build(content)
    for line in lines:
        question, asked_locale = _question(line)
        match = index.match(question, locale=_spoken(content, asked_locale))
        out.write(json.dumps(as_dict(match)) + "\n")
        out.flush()  # a program may wait for this answer before it asks on


def as_dict(match: Match) -> dict[str, object]:
    """Return the match in the form that programs read."""
    return {"slug": match.slug, "score": round(match.score, 4), "suggestions": list(match.suggestions)}


def _question(line: bytes) -> tuple[str, str | None]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return "", None
    if not isinstance(asked, dict) or not isinstance(asked.get("question"), str):
        return "", None
    lang = asked.get("lang")
    return asked["question"], lang if isinstance(lang, str) else None


def _spoken(content: Content, locale: str | None) -> str:
    return resolve_locale(locale, available=content.locales, default=content.campaign.default)
