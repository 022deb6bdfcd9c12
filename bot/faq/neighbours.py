"""Nearness of texts by the letters they share: TF-IDF over character n-grams, nearest neighbours."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from bot.domain.faq import fold
from bot.faq.names import Names
from bot.faq.ranking import Phrasing, Ranking, folded

SIZES = (3, 4)
"""Letters per n-gram, the spaces around a word included. Measured on this content: 2 is slower, 5 no better."""
NEAREST = 3
"""Neighbours of one group that count."""
WEIGHT_OF_NEAREST = 0.6
"""How much the one nearest neighbour counts beside the mean of the `NEAREST`."""
SURE = 0.3
"""The least score that is acted on."""
MARGIN = 0.08
"""How far it must be ahead of the next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbours:
    """Known texts; made once, then asked for the nearest groups. For a campaign that has trained nothing.

    `exact` has the same texts by their folded form; `postings` has, for each n-gram, the texts it is in and its
    share in each of them.
    """

    texts: tuple[Phrasing, ...]
    exact: dict[str, str]
    rarities: dict[str, float]
    postings: dict[str, tuple[tuple[int, float], ...]]
    names: Names

    @classmethod
    def of(cls, texts: Sequence[Phrasing], names: Names) -> Self:
        """Index the texts."""
        counted = [_ngrams(fold(known.text)) for known in texts]
        occurrences = Counter(ngram for ngrams in counted for ngram in ngrams)
        rarities = {ngram: math.log(1 + len(texts) / n) for ngram, n in occurrences.items()}
        postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, ngrams in enumerate(counted):
            for ngram, share in _shares(ngrams, rarities, unknown=0.0).items():
                postings[ngram].append((at, share))
        return cls(
            texts=tuple(texts),
            exact=folded(texts),
            rarities=rarities,
            postings={ngram: tuple(found) for ngram, found in postings.items()},
            names=names,
        )

    def known(self, folded: str) -> str | None:
        """Return the group of a text that is a phrasing as it stands, or None."""
        return self.exact.get(folded)

    def rank(self, folded: str, vector: bytes | None) -> Ranking:  # noqa: ARG002 -- for scorers that know vectors
        """Rank the groups that share anything with the folded text. Never raises."""
        # A letter combination never seen before counts as the rarest: what is foreign here lowers every score.
        unknown = math.log(1 + len(self.texts))
        scores: defaultdict[int, float] = defaultdict(float)
        for ngram, asked in _shares(_ngrams(folded), self.rarities, unknown=unknown).items():
            for at, share in self.postings.get(ngram, ()):
                scores[at] += asked * share
        by_group: defaultdict[str, list[float]] = defaultdict(list)
        for at, score in scores.items():
            by_group[self.texts[at].group].append(score)
        groups = sorted(((_together(scored), group) for group, scored in by_group.items()), reverse=True)
        return Ranking(groups=groups, sure=_sure(groups))


def _ngrams(text: str) -> Counter[str]:
    padded = [f" {word} " for word in text.split()]
    return Counter(
        word[at : at + size] for word in padded for size in SIZES for at in range(len(word) - size + 1)
    )


def _shares(ngrams: Counter[str], rarities: dict[str, float], *, unknown: float) -> dict[str, float]:
    """Return each n-gram's weight, the whole scaled to length 1."""
    weights = {ngram: (1 + math.log(n)) * rarities.get(ngram, unknown) for ngram, n in ngrams.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {ngram: weight / length for ngram, weight in weights.items()}


def _together(scores: Iterable[float]) -> float:
    best = sorted(scores, reverse=True)[:NEAREST]
    return WEIGHT_OF_NEAREST * best[0] + (1 - WEIGHT_OF_NEAREST) * sum(best) / NEAREST


def _sure(groups: list[tuple[float, str]]) -> bool:
    (best, _), (second, _) = [*groups, (0.0, ""), (0.0, "")][:2]
    return best >= SURE and best - second >= MARGIN
