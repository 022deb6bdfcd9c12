"""`ask`: what the bot would answer, one question at a terminal or many from a program."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.config import ROOT
from bot.content import Content, Entry
from bot.domain.faq import Match, SmallTalk
from bot.domain.localized import resolve_locale
from bot.domain.subscriber import SubscriberState
from bot.faq.matcher import open_matcher
from bot.i18n.catalogs import Catalogs
from bot.i18n.lint import SOURCE
from bot.wording.leaving import ask_leaving
from bot.wording.small_talk import sentence

PATIENCE = 20.0
"""Seconds for the meaning of a question: whoever asks here wants the same answer on a busy machine, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a question was matched with, and the words for it in the asker's locale.

    `reply` is what is said to what is no question; empty otherwise.
    """

    match: Match
    entry: Entry | None
    nearest: tuple[Entry, ...]
    reply: str = ""

    def lines(self) -> list[str]:
        """Return it for a terminal: the answer, or the nearest questions the statement does answer."""
        if self.match.small_talk is not None:
            return [f"Not a question to the statement ({self.match.small_talk}). It is replied:", self.reply]
        if self.entry is None:
            said = "That is not in the statement." if self.match.is_open else "Not understood."
            return [said, *(f"· {entry.label}" for entry in self.nearest)]
        older = ["A translation that is older than its original."] if self.entry.is_older else []
        outdated = [f"Marked as outdated on {self.entry.outdated}."] if self.entry.outdated else []
        source = _source(self.entry.paragraphs)
        return [self.entry.question, *outdated, *older, self.entry.short, f"{source} · {self.entry.slug}"]


def ask_one(text: str, *, locale: str | None, folder: Path) -> Answer:
    """Answer one question from the content folder; an unknown locale gets the content's default one.

    Raises ContentInvalid where the content has gaps.
    """
    content = Content.load(folder)
    spoken = resolve_locale(locale, available=content.locales, default=content.campaign.default)
    match = asyncio.run(_match(text, content, folder))
    return Answer(
        match=match,
        entry=content.entry(match.slug, spoken) if match.slug is not None else None,
        nearest=tuple(content.entry(slug, spoken) for slug in match.near),
        reply=_reply(match.small_talk, content, spoken) if match.small_talk is not None else "",
    )


def ask_batch(lines: Iterable[bytes], *, out: TextIO, folder: Path) -> None:
    """Answer JSON lines `{"lang", "question"}`, one line each, in order; the language makes no difference.

    A line that is not such an object is answered like an empty question, and nothing after it is lost.
    Raises ContentInvalid where the content has gaps.
    """
    asyncio.run(_match_all(lines, out, folder))


def as_dict(match: Match) -> dict[str, object]:
    """Return the match in the form that programs read."""
    return {"slug": match.slug, "score": round(match.score, 4), "suggestions": list(match.suggestions)}


def _reply(kind: SmallTalk, content: Content, locale: str) -> str:
    """Return what the bot says, to somebody on the list."""
    localizer = Catalogs.load(ROOT / "locales", default=SOURCE).words(locale)
    if kind is SmallTalk.LEAVE:
        return ask_leaving(localizer, SubscriberState.ACTIVE).text.text
    return sentence(localizer, content, kind)


def _source(paragraphs: Sequence[int]) -> str:
    if not paragraphs:
        return "Editors' note, not from the statement"
    *others, last = map(str, paragraphs)
    return (
        f"Statement, paragraphs {', '.join(others)} and {last}" if others else f"Statement, paragraph {last}"
    )


async def _match(text: str, content: Content, folder: Path) -> Match:
    async with open_matcher(content, folder, patience=PATIENCE) as matcher:
        return await matcher.match(text)


async def _match_all(lines: Iterable[bytes], out: TextIO, folder: Path) -> None:
    async with open_matcher(Content.load(folder), folder, patience=PATIENCE) as matcher:
        await matcher.start()
        for line in lines:
            match = await matcher.match(_question(line))
            out.write(json.dumps(as_dict(match)) + "\n")
            out.flush()  # a program may wait for this answer before it asks on


def _question(line: bytes) -> str:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    question = asked.get("question") if isinstance(asked, dict) else None
    return question if isinstance(question, str) else ""
