"""From a stranger's question to the entry that answers it, or to the honest admission that none does."""

from dataclasses import dataclass, replace
from typing import Self

from bot.content import Content
from bot.domain.faq import QUESTION_LIMIT, URGENT, Match, SmallTalk, fold
from bot.faq import urgency
from bot.faq.clauses import windows
from bot.faq.names import Names
from bot.faq.neighbours import Neighbours
from bot.faq.numbers import NONE, Numbers
from bot.faq.ranking import Ranking, Scorer, group_of, is_entry, is_left_open, phrasings, remark
from bot.faq.suspicion import NEVER, Suspicion

SUGGESTED = 3
NOUNS_HAVE_CAPITALS = ("de",)
"""Locales in which a capital letter tells no name."""
NEAR, NEAR_TOO = 0.1, 0.01
"""The least score of an entry that is shown as near to a question, and of those that are shown below it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """Every known phrasing of every locale, ready to be matched: people ask in one language and read another."""

    slugs: tuple[str, ...]
    figures: tuple[str, ...]
    scorer: Scorer
    suspicion: Suspicion = NEVER
    numbers: Numbers = NONE

    @classmethod
    def build(cls, content: Content, scorer: Scorer | None = None) -> Self:
        """Index the content; without a trained scorer, by the letters of its phrasings. One serves the process."""
        return cls(
            slugs=content.entries,
            figures=tuple(f" {fold(words)} " for words in content.figures),
            scorer=scorer or Neighbours.of(list(phrasings(content)), Names.of(content)),
            suspicion=Suspicion.of(content),
            numbers=Numbers.of(content),
        )

    def knows(self, text: str) -> bool:
        """Tell whether the text is a phrasing as it stands: then nothing more needs to be known of it."""
        return self.scorer.known(fold(text)) is not None

    def match(self, text: str, vector: bytes | None = None) -> Match:
        """Find what the text asks, in whatever language; `vector` is its sentence vector, where there is one.

        Never raises, whatever the text; takes some milliseconds at most.
        """
        asked = fold(text)
        ranking = self.scorer.rank(asked, vector)
        known = self.scorer.known(asked)
        if known is not None:
            return self._match(ranking, known, score=1.0, is_open=is_left_open(known))
        score, nearest = next((near for near in ranking.groups if is_entry(near[1])), (0.0, None))
        best = ranking.groups[0][1] if ranking.groups and ranking.sure else None
        least = urgency.BY_LETTERS if vector is None else urgency.BY_MEANING
        urgent = urgency.urgent(urgency.plainly(ranking.evidence, ranking.against), least)
        is_suspect = urgency.is_suspect(ranking.evidence, self.suspicion.said_in(text), least)
        if urgent is not None:
            best = group_of(urgent)
        elif is_suspect and best is not None and is_entry(best):
            best = None
        foreign, is_nowhere = self._foreign(best, text[:QUESTION_LIMIT], ranking.locale)
        wants_a_figure = self._asks_for_a_figure(asked)
        if (best == nearest and wants_a_figure) or foreign:
            best = None
        is_open = self._is_open(ranking, best, wants_a_figure=wants_a_figure)
        is_open = is_open or is_nowhere
        match = self._match(ranking, best, score=min(1.0, score), is_open=is_open)
        match = replace(match, near_urgent=urgency.is_near_urgent(ranking.evidence))
        shows_topics = not is_suspect and urgency.is_remote(ranking.evidence, least)
        return match if shows_topics else replace(match, near=())

    def said_within(self, text: str) -> SmallTalk | None:
        """Return hostility or distress, if one of their phrasings stands as it is anywhere in the text."""
        for window in windows(text):
            known = self.scorer.known(window)
            kind = None if known is None else remark(known)
            if kind in URGENT:
                return kind
        return None

    def urgent(self, clause: str, vector: bytes | None = None) -> SmallTalk | None:
        """Return hostility or distress, if a clause is plainly one by itself."""
        ranking = self.scorer.rank(fold(clause), vector)
        return urgency.urgent_beside(urgency.plainly(ranking.evidence, ranking.against))

    def may_be_urgent(self, clause: str) -> bool:
        """Tell whether a clause is worth being read for its meaning, as far as its letters say."""
        return urgency.may_be_urgent(self.scorer.rank(fold(clause), None).evidence)

    def _foreign(self, best: str | None, text: str, locale: str | None) -> tuple[bool, bool]:
        """Tell whether a text has a name or a number that the entry does not carry, and whether one that none does."""
        if best is None or not is_entry(best):
            return False, False
        names, numbers = self.scorer.names.foreign_to(best, text, locale), self.numbers.foreign_to(best, text)
        nowhere = (
            *map(self.scorer.names.is_nowhere, names),
            *map(self.numbers.is_nowhere, numbers),
        )
        # A strange word keeps the answer back; that the statement is silent on it would be too much to say.
        is_strange = locale not in (None, *NOUNS_HAVE_CAPITALS) and self.scorer.names.strange_to(best, text)
        return bool(names or numbers or is_strange), any(nowhere)

    def _is_open(self, ranking: Ranking, best: str | None, *, wants_a_figure: bool) -> bool:
        """Tell whether it is known that the statement leaves this open: the subject, or any figure on it."""
        if best is not None:
            return is_left_open(best) and (wants_a_figure or not ranking.near_entry)
        # “How often will you write?” asks the bot, and not for a figure of the statement's.
        nearest = ranking.groups[0][1] if ranking.groups else None
        return wants_a_figure and (nearest is None or remark(nearest) is None)

    def _match(self, ranking: Ranking, group: str | None, *, score: float, is_open: bool) -> Match:
        """Act on a group, or on none; `is_open`: what is asked is known to be left open."""
        entries = [near for near in ranking.groups if is_entry(near[1])]
        nearest = [near for _, near in entries]
        slug = group if group is not None and is_entry(group) else None
        return Match(
            slug=slug,
            score=score,
            # Three, the first of the menu where too few are near.
            suggestions=tuple(dict.fromkeys([*([slug] if slug else []), *nearest, *self.slugs]))[:SUGGESTED],
            near=_near(entries),
            small_talk=remark(group) if group is not None else None,
            is_open=is_open,
            locale=ranking.locale,
        )

    def _asks_for_a_figure(self, asked: str) -> bool:
        padded = f" {asked} "
        return any(words in padded for words in self.figures)


def _near(entries: list[tuple[float, str]]) -> tuple[str, ...]:
    """Return the entries that a person may be shown as near to their question; none where the first is far from it."""
    if not entries or entries[0][0] < NEAR:
        return ()
    return tuple(slug for chance, slug in entries[:SUGGESTED] if chance >= NEAR_TOO)
