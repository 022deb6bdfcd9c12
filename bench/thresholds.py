"""The thresholds of the matcher, by cross-validation: each third of the phrasings is asked of what the others taught.

No test question has a part in this. `bot/faq/model.py` has the thresholds that were chosen from its tables. A phrasing
was written to be unlike the others, so that these shares are lower than what `python -m bench faq` finds.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.faq_figures import is_led_on, is_refused_bare
from bench.report import Figure
from bot.commands.content_train import read
from bot.config import ROOT
from bot.content import Content
from bot.domain.faq import URGENT, Match, SmallTalk, fold
from bot.faq import training
from bot.faq.classifiers import Vector, log_odds
from bot.faq.index import Index
from bot.faq.names import Names
from bot.faq.ranking import Ranking, group_of, has_false_premise, is_entry, is_left_open, phrasings
from bot.faq.suspicion import Said, Suspicion
from bot.faq.urgency import BY_LETTERS, BY_MEANING, GUARDED, is_suspect, plainly

CONTENT: Path = ROOT / "content"
FOLDS = 3
PLAIN = 1.9
"""Log-odds of an entry, 0.87 as a probability, with as many right answers as from which on weights are compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A phrasing that was held back: how it was ranked and what it was taken for, with its vector and by letters."""

    group: str
    said: Said
    ranking: Ranking
    by_letters: Ranking
    match: Match
    match_by_letters: Match


def measure() -> list[Figure]:
    """Train on two thirds, three times, and rank the third; takes some minutes."""
    held = list(_held())
    return [
        *_answers("both", held, lambda one: one.ranking),
        *_answers("letters", held, lambda one: one.by_letters),
        *_weighed(held),
        *_others(held),
        *_guards(held),
        *_plain(held),
        *_led_on("both", held, lambda one: one.match),
        *_led_on("letters", held, lambda one: one.match_by_letters),
    ]


def _held() -> Iterator[Held]:
    content = Content.load(CONTENT)
    known = list(dict.fromkeys(phrasings(content)))
    vectors = read([one.text for one in known], lambda _: None)
    names = Names(carried_by={})
    places = list(range(len(known)))
    random.Random(7).shuffle(places)  # noqa: S311 -- no secret: the same folds each time
    for fold_number in range(FOLDS):
        back = set(places[fold_number::FOLDS])
        taught = [at for at in range(len(known)) if at not in back]
        model = training.train([known[at] for at in taught], _rows(vectors, taught), names)
        index = Index(slugs=content.entries, figures=(), scorer=model, suspicion=Suspicion.of(content))
        for at in sorted(back):
            text, vector = known[at].text, np.ascontiguousarray(vectors[at]).tobytes()
            yield Held(
                group=known[at].group,
                said=index.suspicion.said_in(text),
                ranking=model.rank(fold(text), vector),
                by_letters=model.rank(fold(text), None),
                match=index.match(text, vector),
                match_by_letters=index.match(text),
            )


def _rows(vectors: Vector, places: list[int]) -> Callable[[], Vector]:
    return lambda: vectors[places]


def _answers(by: str, held: Sequence[Held], of: Callable[[Held], Ranking]) -> Iterator[Figure]:
    """Yield what is answered rightly and wrongly from each least probability on, of entries and of all else."""
    entries = [one for one in held if is_entry(one.group)]
    others = [one for one in held if not is_entry(one.group)]
    for least in (0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.87, 0.9):

        def answered(one: Held, least: float = least) -> str | None:
            chance, group = of(one).groups[0]
            suspect = is_suspect(of(one).evidence, one.said, BY_LETTERS if by == "letters" else BY_MEANING)
            return group if chance >= least and is_entry(group) and not suspect else None

        yield _share(f"{by} ≥ {least}: right", entries, lambda one: answered(one) == one.group)
        yield _share(f"{by} ≥ {least}: wrong", entries, lambda one: answered(one) not in (None, one.group))
        yield _share(f"{by} ≥ {least}: what no entry answers", others, lambda one: answered(one) is not None)


def _weighed(held: Sequence[Held]) -> Iterator[Figure]:
    """Yield what each weight of the evidence for a false premise comes to, where as many are answered rightly."""
    entries = [one for one in held if is_entry(one.group)]
    untrue = [one for one in held if has_false_premise(one.group)]

    def score(one: Held, weight: float) -> float:
        chance, group = one.ranking.groups[0]
        suspect = is_suspect(one.ranking.evidence, one.said, BY_MEANING)
        odds = float(log_odds(np.log(np.float32(chance))))
        return odds - weight * one.ranking.premise if is_entry(group) and not suspect else -np.inf

    right = [one for one in entries if one.ranking.groups[0][1] == one.group]
    kept = sum(score(one, 0) >= PLAIN for one in right)
    for weight in (0, 0.05, 0.1, 0.15, 0.2, 0.3):
        least = sorted((score(one, weight) for one in right), reverse=True)[max(0, kept - 1)]

        def answered(one: Held, weight: float = weight, least: float = least) -> bool:
            return score(one, weight) >= least

        def wrong(one: Held, answered: Callable[[Held], bool] = answered) -> bool:
            return answered(one) and one.ranking.groups[0][1] != one.group

        yield _share(f"premises weigh {weight}, from {least:.2f} on: wrong", entries, wrong)
        yield _share(f"premises weigh {weight}, from {least:.2f} on: a premise answered", untrue, answered)


def _others(held: Sequence[Held]) -> Iterator[Figure]:
    """Yield how much of what is taken for an open subject or for small talk is so, from each least probability on."""
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        taken = [
            one
            for one in held
            if one.ranking.groups[0][0] >= least and not is_entry(one.ranking.groups[0][1])
        ]
        yield _share(f"others ≥ {least}: an entry’s", taken, lambda one: is_entry(one.group))


def _guards(held: Sequence[Held]) -> Iterator[Figure]:
    """Yield the evidence that so many of each kind, and of all else, are above."""
    for kind in GUARDED:
        of_kind = [one.ranking.evidence[kind] for one in held if one.group == group_of(kind)]
        others = [one.ranking.evidence[kind] for one in held if one.group != group_of(kind)]
        for share in (0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1):
            least = float(np.quantile(others, 1 - share))
            found = float(np.mean(np.array(of_kind) >= least)) * 100
            yield Figure(
                what=f"{kind}: found at {least:.1f}, where {share:.1%} of all else is above",
                value=found,
                unit="%",
            )


def _plain(held: Sequence[Held]) -> Iterator[Figure]:
    """Yield how much else is above the evidence that so much of what is urgent is above, objections taken off."""

    def weighed(one: Held, kind: SmallTalk) -> float:
        return plainly(one.ranking.evidence, one.ranking.against)[kind]

    entries = [one for one in held if is_entry(one.group)]
    left_open = [one for one in held if is_left_open(one.group)]
    for kind in URGENT:
        found = [weighed(one, kind) for one in held if one.group == group_of(kind)]
        for share in (0.8, 0.85, 0.9, 0.95):
            least = float(np.quantile(found, 1 - share))

            def taken(one: Held, kind: SmallTalk = kind, least: float = least) -> bool:
                return weighed(one, kind) >= least

            for what, some in (("an entry’s", entries), ("left open", left_open)):
                yield _share(f"{kind}: {share:.0%} found at {least:.1f}: {what} above", some, taken)


def _led_on(by: str, held: Sequence[Held], of: Callable[[Held], Match]) -> Iterator[Figure]:
    """Yield how much of what is urgent gets an entry or topics, and how many of the entries' phrasings neither."""
    for kind in URGENT:
        some = [one for one in held if one.group == group_of(kind)]
        yield _share(f"{by}: {kind} led on", some, lambda one: is_led_on(of(one)))
    untrue = [one for one in held if has_false_premise(one.group)]
    yield _share(f"{by}: a false premise, answered", untrue, lambda one: of(one).slug is not None)
    entries = [one for one in held if is_entry(one.group)]
    yield _share(f"{by}: an entry’s, answered rightly", entries, lambda one: of(one).slug == one.group)
    yield _share(f"{by}: an entry’s, refused without topics", entries, lambda one: is_refused_bare(of(one)))


def _share(what: str, some: Sequence[Held], fact: Callable[[Held], bool]) -> Figure:
    return Figure(what=what, value=100 * sum(map(fact, some)) / max(1, len(some)), unit="%")
