"""What a bot can start with and a campaign should still mend: phrasings that teach the matcher nothing or too little.

Each sentence begins with the file it is about.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.content.gathered import Gathered
from bot.domain.faq import fold

LEAST = 12
"""Phrasings an answer needs in each locale: with fewer, most ways to ask for it are strange to the matcher."""


def about_phrasings(found: Gathered) -> Iterator[str]:
    """Yield phrasings that mean two things or nothing.

    In one locale no phrasing is in two groups, be it an answer's, of what is left open, or of small talk. Between
    locales no two answers share one, for people ask in one language and read another.
    """
    seen: dict[tuple[str, str], str] = {}
    for group in _groups(found):
        scopes = [group.locale, *(["any locale"] if group.is_answer else [])]
        for folded, text in {fold(text): text for text in reversed(group.texts)}.items():
            if not folded:
                yield f"{group.file}: “{text}” has neither letter nor digit to know it by"
                continue
            others = {seen.setdefault((scope, folded), group.name) for scope in scopes} - {group.name}
            if others:
                yield f"{group.file}: “{text}” is a phrasing of both {min(others)} and {group.name}"


def about_numbers(found: Gathered) -> Iterator[str]:
    """Yield the answers with fewer phrasings than `LEAST`."""
    for entry in found.entries.values():
        count = len({fold(text) for text in entry.phrasings})
        if count < LEAST:
            yield f"faq/{entry.slug}/{entry.locale}.md: has {count} different phrasings; {LEAST} are the least"


def about_dates(found: Gathered, *, today: date) -> Iterator[str]:
    """Yield the answers that were marked as outdated on a day that has not come."""
    for entry in found.entries.values():
        original = found.campaign is not None and entry.locale == found.campaign.default
        if original and entry.outdated is not None and entry.outdated > today:
            yield f"faq/{entry.slug}/{entry.locale}.md: outdated: {entry.outdated} is still to come"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Group:
    """Phrasings that mean the same in one locale, and the file that holds them."""

    file: str
    name: str
    locale: str
    texts: tuple[str, ...]
    is_answer: bool = False


def _groups(found: Gathered) -> Iterator[_Group]:
    for entry in found.entries.values():
        yield _Group(
            file=f"faq/{entry.slug}/{entry.locale}.md",
            name=entry.slug,
            locale=entry.locale,
            texts=(entry.question, *entry.phrasings),
            is_answer=True,
        )
    for subject in found.unanswered:
        file = f"unanswered/{subject.locale}.toml"
        yield _Group(
            file=file, name=f"unanswered {subject.topic}", locale=subject.locale, texts=subject.phrasings
        )
    for said in found.remarks:
        file = f"smalltalk/{said.locale}.toml"
        yield _Group(file=file, name=f"smalltalk {said.kind}", locale=said.locale, texts=said.phrasings)
