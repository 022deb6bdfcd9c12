"""What a scorer says of a text: which groups of phrasings it is near to, and whether that is enough."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.content import Content
from bot.domain.faq import SmallTalk, fold
from bot.faq.names import PREMISES, Names

_OPEN = "?"
"""Begins the group of a subject that the statement leaves open; no slug can begin so."""
NONSENSE = "gibberish"
"""The subject, among those left open, that holds what means nothing: it is not understood, so nothing is said of it."""
_REMARK = "!"
"""Begins the group of what is no question to the statement."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrasing:
    """A way to say something: the group it belongs to, the locale it was written for, the text as written."""

    group: str
    locale: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    """Groups with a score from 0 to 1, best first; `sure` says whether the first is near enough to be acted on.

    `near_entry`: an entry is near, too, so that nobody may be told that the statement is silent. `evidence` is what
    speaks for an order, for hostility and for distress (log-odds; `urgency` weighs it), `against` what speaks for a
    text only sounding like one of them (at most 0), `premise` what speaks for a false premise. `locale` is the
    content's locale the text was plainly written in, if any.
    """

    groups: list[tuple[float, str]]
    sure: bool
    near_entry: bool = False
    evidence: Mapping[SmallTalk, float] = field(default_factory=dict)
    against: Mapping[SmallTalk, float] = field(default_factory=dict)
    premise: float = 0.0
    locale: str | None = None


class Scorer(Protocol):
    """Knows phrasings and names; ranks groups by a folded text and, where there is one, its sentence vector."""

    @property
    def names(self) -> Names:
        """The names that keep an answer from being given which does not carry them."""

    def known(self, folded: str) -> str | None:
        """Return the group of a text that is a phrasing as it stands, or None."""

    def rank(self, folded: str, vector: bytes | None) -> Ranking:
        """Rank the groups. Never raises, whatever the text."""


def phrasings(content: Content) -> Iterable[Phrasing]:
    """Yield every phrasing there is: of the entries, of what is left open, of what is no question."""
    for slug in content.entries:
        for locale in content.locales:
            entry = content.entry(slug, locale)
            for text in (entry.question, *entry.phrasings):
                yield Phrasing(group=slug, locale=locale, text=text)
    for subject in content.unanswered:
        for text in subject.phrasings:
            yield Phrasing(group=_OPEN + subject.topic, locale=subject.locale, text=text)
    for said in content.remarks:
        for text in said.phrasings:
            yield Phrasing(group=_REMARK + said.kind, locale=said.locale, text=text)


def folded(known: Iterable[Phrasing]) -> dict[str, str]:
    """Return the group of each phrasing by its folded text.

    The first of equal ones counts: an entry goes before what is left open.
    """
    texts: dict[str, str] = {}
    for phrasing in known:
        text = fold(phrasing.text)
        if text:
            texts.setdefault(text, phrasing.group)
    return texts


def is_entry(group: str) -> bool:
    """Tell whether the group is an entry's, which is called by its slug."""
    return not group.startswith((_OPEN, _REMARK))


def has_false_premise(group: str) -> bool:
    """Tell whether the group is of questions that take for granted what the statement does not say."""
    return group == _OPEN + PREMISES


def is_left_open(group: str) -> bool:
    """Tell whether the group is a subject that the statement leaves open; what means nothing is no subject."""
    return group.startswith(_OPEN) and group != _OPEN + NONSENSE


def group_of(kind: SmallTalk) -> str:
    """Return the group that holds the phrasings of a remark."""
    return _REMARK + kind


def remark(group: str) -> SmallTalk | None:
    """Return which remark the group is of, or None."""
    return SmallTalk(group.removeprefix(_REMARK)) if group.startswith(_REMARK) else None
