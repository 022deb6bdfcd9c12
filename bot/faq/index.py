"""From a stranger's question to the entry that answers it, or to the honest admission that none does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.content import Content
from bot.domain.faq import Match, fold
from bot.faq.neighbours import Known, Neighbours

CONFIDENT = 0.3
"""The least score of an answer given directly."""
MARGIN = 0.08
"""How far it must be ahead of the next entry, or of the nearest subject that the statement leaves open."""
SUGGESTED = 3

_OPEN = "?"
"""Begins the group of a subject that the statement leaves open; no slug can begin so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """Every known phrasing of every locale, ready to be matched: people ask in one language and read another."""

    slugs: tuple[str, ...]
    exact: Mapping[str, str]
    figures: tuple[str, ...]
    neighbours: Neighbours

    @classmethod
    def build(cls, content: Content) -> Self:
        """Index the content. Takes some tens of milliseconds; one index serves the whole process."""
        texts: dict[str, Known] = {}
        for slug in content.entries:
            for locale in content.locales:
                entry = content.entry(slug, locale)
                for phrasing in (entry.question, *entry.phrasings):
                    _add(texts, phrasing, group=slug, locale=locale)
        for subject in content.unanswered:
            for phrasing in subject.phrasings:
                _add(texts, phrasing, group=_OPEN + subject.topic, locale=subject.locale)
        return cls(
            slugs=content.entries,
            exact={text: known.group for text, known in texts.items()},
            figures=tuple(f" {fold(words)} " for words in content.figures),
            neighbours=Neighbours.of(list(texts.values())),
        )

    @classmethod
    def empty(cls) -> Self:
        """Index nothing: for a process that hears nobody."""
        return cls(slugs=(), exact={}, figures=(), neighbours=Neighbours.of([]))

    def match(self, text: str, *, locale: str) -> Match:
        """Find what the text asks, in whatever language; the locale is the person's.

        Never raises, whatever the text; takes some milliseconds at most.
        """
        asked = fold(text)
        known = self.exact.get(asked)
        ranked = self.neighbours.nearest(asked, locale=locale)
        entries = [(score, group) for score, group in ranked if not group.startswith(_OPEN)]
        nearest = [slug for _, slug in entries]
        if known is not None and not known.startswith(_OPEN):
            return Match(slug=known, score=1.0, suggestions=self._suggestions([known, *nearest]))
        score = min(1.0, entries[0][0]) if entries else 0.0
        sure = known is None and not self._asks_for_a_figure(asked) and _sure(ranked)
        return Match(slug=nearest[0] if sure else None, score=score, suggestions=self._suggestions(nearest))

    def _asks_for_a_figure(self, asked: str) -> bool:
        padded = f" {asked} "
        return any(words in padded for words in self.figures)

    def _suggestions(self, nearest: list[str]) -> tuple[str, ...]:
        """Return three, the first of the menu where too few are near."""
        return tuple(dict.fromkeys([*nearest, *self.slugs]))[:SUGGESTED]


def _add(texts: dict[str, Known], phrasing: str, *, group: str, locale: str) -> None:
    """Keep the first of equal texts: an entry goes before what is left open."""
    text = fold(phrasing)
    if text:
        texts.setdefault(text, Known(text=text, group=group, locale=locale))


def _sure(ranked: list[tuple[float, str]]) -> bool:
    """Decide whether the first of the ranked groups is an entry that can be answered with directly."""
    if not ranked:
        return False
    (best, group), (second, _) = ranked[0], ranked[1] if len(ranked) > 1 else (0.0, "")
    return not group.startswith(_OPEN) and best >= CONFIDENT and best - second >= MARGIN
