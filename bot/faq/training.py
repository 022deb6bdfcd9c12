"""Training the matcher: scikit-learn, on the phrasings of every locale together. Not needed to run the bot."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from bot.domain.faq import URGENT, fold
from bot.faq.classifiers import Layered, Linear, Vector, as_kept
from bot.faq.exact import Exact
from bot.faq.grams import BUCKETS, grams, shares
from bot.faq.model import Model, centred, fingerprint
from bot.faq.names import Names
from bot.faq.ranking import (
    Phrasing,
    folded,
    group_of,
    has_false_premise,
    is_entry,
    is_left_open,
)
from bot.faq.urgency import GUARDED

STRICTNESS = 30.0
"""scikit-learn's C of the letters' classifiers: of 3, 10, 30 and 100 the one that did well on questions set apart."""
ROUNDS_OF_LETTERS, ROUNDS_OF_MEANING = 20, 15
"""How often all phrasings are gone through; more learns the phrasings by heart."""
MANY = 70_000
"""Phrasings that these rounds are for: fewer are gone through more often, until nothing more is learnt."""
UNITS = 256
"""Units of the hidden layer over sentence vectors; 384 find no more."""
BATCH = 256
"""Phrasings that a step of the network is taken by; all of them, where there are fewer."""
NEVER = -20.0
"""Log-odds of a kind that has no phrasings."""
SEED = 1
"""Of the order in which phrasings are gone through: the same each time."""


def train(known: Sequence[Phrasing], read: Callable[[], Vector], names: Names) -> Model:
    """Train from phrasings; `read` returns their sentence vectors (phrasing × dimension).

    What is learnt of letters is learnt while they are read, what is learnt of meaning after it, two at a time. The same
    input gives the same model.
    """
    groups, named = _numbered([one.group for one in known])
    tongues, spoken = _numbered([one.locale for one in known])
    guarded = np.zeros(len(known), np.int64)  # 0 is everything else
    for number, kind in enumerate(GUARDED, start=1):
        guarded[[one.group == group_of(kind) for one in known]] = number
    claims = [at for at, one in enumerate(known) if is_entry(one.group) or has_false_premise(one.group)]
    untrue = np.array([int(has_false_premise(known[at].group)) for at in claims], np.int64)
    felt, urgent = _urgent(known)
    letters, rarities = _letters(known)
    # One thread each: sums that are split otherwise round otherwise.
    with _unfinished(), threadpool_limits(1), ThreadPoolExecutor(2) as threads:
        by_letters = [
            threads.submit(_by_letters, rows, classes, count)
            for rows, classes, count in (
                (letters, groups, len(named)),
                (letters, tongues, len(spoken)),
                (letters, guarded, 1 + len(GUARDED)),
                (letters[claims], untrue, 2),
            )
        ]
        vectors = read()
        mean = vectors.mean(axis=0)
        meanings = centred(vectors, mean)
        by_meaning = [
            threads.submit(_by_meaning, rows, classes, count)
            for rows, classes, count in (
                (meanings, groups, len(named)),
                (meanings, guarded, 1 + len(GUARDED)),
                (meanings[claims], untrue, 2),
                (meanings[felt], urgent, 1 + len(URGENT)),
            )
        ]
        letters_of_groups, letters_of_tongues, letters_guarded, letters_premise = (
            each.result() for each in by_letters
        )
        meaning, meaning_guarded, meaning_premise, meaning_urgent = (each.result() for each in by_meaning)
    # Each of the two knows how often a group is written of; multiplied, they would count it twice.
    often = np.log(np.bincount(groups) / len(known)).astype(np.float32)
    return Model(
        trained_from=fingerprint(known, names.carried_by),
        names=names,
        exact=Exact.of(folded(known), named),
        groups=named,
        locales=spoken,
        rarities=rarities,
        mean=mean,
        letters=letters_of_groups,
        tongues=letters_of_tongues,
        letters_guarded=letters_guarded,
        meaning=replace(meaning, outer_bias=meaning.outer_bias - often),
        meaning_guarded=meaning_guarded,
        meaning_urgent=meaning_urgent,
        letters_premise=letters_premise,
        meaning_premise=meaning_premise,
    )


def _urgent(known: Sequence[Phrasing]) -> tuple[list[int], NDArray[np.int64]]:
    """Return which phrasings are hatred, despair or of a subject left open, and of which class: 0 is left open.

    Entries and false premises are far from hatred and despair as it is; with them, everyday trouble would count little.
    """
    kinds = {group_of(kind): number for number, kind in enumerate(URGENT, start=1)}
    felt = [
        at
        for at, one in enumerate(known)
        if one.group in kinds or (is_left_open(one.group) and not has_false_premise(one.group))
    ]
    return felt, np.array([kinds.get(known[at].group, 0) for at in felt], np.int64)


def _numbered(names: Sequence[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return each name's number, and the names in the order of their numbers."""
    every = sorted(set(names))
    numbers = {name: number for number, name in enumerate(every)}
    return np.array([numbers[name] for name in names]), tuple(every)


def _letters(known: Sequence[Phrasing]) -> tuple[csr_matrix, Vector]:
    """Return the phrasings' n-grams as rows, and every bucket's rarity: ln of how few phrasings it occurs in."""
    words: dict[str, list[int]] = {}
    counted = [grams(fold(one.text), words) for one in known]
    found = np.zeros(BUCKETS)
    for buckets, _ in counted:
        found[buckets] += 1
    rarities = as_kept(np.log((1 + len(known)) / (1 + found)) + 1)
    ends: NDArray[np.int64] = np.cumsum([0, *(len(buckets) for buckets, _ in counted)])
    rows = csr_matrix(
        (
            np.concatenate([shares(buckets, weights, rarities) for buckets, weights in counted]),
            np.concatenate([buckets for buckets, _ in counted]),
            ends,
        ),
        shape=(len(known), BUCKETS),
    )
    return rows, rarities


def _by_letters(features: csr_matrix, classes: NDArray[np.int64], count: int) -> Linear:
    """Train the classifier of so many classes, some of which may be nowhere."""
    weights, bias = np.zeros((count, BUCKETS), np.float32), np.zeros(count, np.float32)
    if classes.any():
        classifier = LogisticRegression(
            C=STRICTNESS, solver="saga", max_iter=_rounds(ROUNDS_OF_LETTERS, classes), random_state=SEED
        )
        classifier.fit(features, classes)
        # Of two classes the second alone has numbers: those of the first are zero.
        trained = classifier.classes_[-len(classifier.coef_) :]
        weights[trained], bias[trained] = classifier.coef_, classifier.intercept_
    return Linear.packed(weights, _without_the_absent(bias, classes))


def _by_meaning(features: Vector, classes: NDArray[np.int64], count: int) -> Layered:
    """Train the network of so many classes, some of which may be nowhere."""
    inner, inner_bias = np.zeros((features.shape[1], UNITS), np.float32), np.zeros(UNITS, np.float32)
    outer, outer_bias = np.zeros((UNITS, count), np.float32), np.zeros(count, np.float32)
    if classes.any():
        network = MLPClassifier(
            (UNITS,),
            batch_size=min(BATCH, len(classes)),
            max_iter=_rounds(ROUNDS_OF_MEANING, classes),
            random_state=SEED,
        )
        network.fit(features, classes)
        trained = network.classes_[-network.n_outputs_ :]
        inner, outer[:, trained] = network.coefs_
        inner_bias, outer_bias[trained] = network.intercepts_
    return Layered(
        inner=as_kept(inner),
        inner_bias=inner_bias.astype(np.float32),
        outer=as_kept(outer),
        outer_bias=_without_the_absent(outer_bias, classes),
    )


def _rounds(rounds: int, classes: NDArray[np.int64]) -> int:
    return max(rounds, rounds * MANY // len(classes))


def _without_the_absent(bias: Vector, classes: NDArray[np.int64]) -> Vector:
    """Return the biases with those of classes that are nowhere at `NEVER`."""
    bias[np.setdiff1d(np.arange(len(bias)), classes)] = NEVER
    return bias


@contextmanager
def _unfinished() -> Iterator[None]:
    """Let training end before nothing more is learnt: the rounds say so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield
