"""Training the matcher: scikit-learn, on the phrasings of every locale together. Not needed to run the bot."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from bot.domain.faq import fold
from bot.faq.exact import Exact
from bot.faq.grams import BUCKETS, grams, shares
from bot.faq.model import Linear, Model, Vector, centred, fingerprint
from bot.faq.names import Names
from bot.faq.ranking import Phrasing, folded, group_of
from bot.faq.urgency import GUARDED

STRICTNESS = {"letters": 30.0, "meaning": 10.0, "tongues": 30.0}
"""scikit-learn's C of each classifier: of 3, 10, 30 and 100 the one that did well on questions set apart."""
ROUNDS = {"letters": 120, "meaning": 150, "tongues": 100}
"""Steps at the most; what they do not reach makes no difference to a question."""
TOLERANCE, TOLERANCE_OF_GUARDS = 1e-3, 1e-5
"""How close to the best a classifier has to come: of the groups, and of one kind among all else, which is rare."""
NEVER = -20.0
"""Log-odds of a kind that has no phrasings."""

Coefficients = tuple[Vector, Vector]
"""Weights (class × feature) and biases."""


def train(known: Sequence[Phrasing], vectors: Vector, names: Names) -> Model:
    """Train from phrasings and their sentence vectors (phrasing × dimension). The same input gives the same model.

    Takes two minutes for seventy thousand phrasings.
    """
    groups = np.array([one.group for one in known])
    tongues = np.array([one.locale for one in known])
    letters, rarities = _letters(known)
    mean = vectors.mean(axis=0)
    meanings = centred(vectors, mean)
    by_letters = _fitted("letters", letters, groups)
    by_meaning = _fitted("meaning", meanings, groups)
    by_tongue = _fitted("tongues", letters, tongues)
    guards = [groups == group_of(kind) for kind in GUARDED]
    guards_by_letters = [_guard("letters", letters, is_one) for is_one in guards]
    guards_by_meaning = [_guard("meaning", meanings, is_one) for is_one in guards]
    # Each of the two knows how often a group is written of; multiplied, they would count it twice.
    often = np.log(np.array([np.mean(groups == group) for group in by_meaning.classes_]))
    by_meaning.intercept_ = by_meaning.intercept_ - often
    meaning, meaning_bias = _joined([_coefficients(by_meaning), *guards_by_meaning])
    named, spoken = (tuple(map(str, found.classes_)) for found in (by_letters, by_tongue))
    return Model(
        trained_from=fingerprint(known, names.carried_by),
        names=names,
        exact=Exact.of(folded(known), named),
        groups=named,
        locales=spoken,
        rarities=rarities,
        letters=Linear.packed(*_coefficients(by_letters)),
        tongues=Linear.packed(*_coefficients(by_tongue)),
        guards=Linear.packed(*_joined(guards_by_letters)),
        mean=mean,
        meaning=meaning.T,
        meaning_bias=meaning_bias,
    )


def _letters(known: Sequence[Phrasing]) -> tuple[csr_matrix, Vector]:
    """Return the phrasings' n-grams as rows, and every bucket's rarity: ln of how few phrasings it occurs in."""
    counted = [grams(fold(one.text)) for one in known]
    found = np.zeros(BUCKETS)
    for buckets, _ in counted:
        found[buckets] += 1
    # As it will be read from the file: 16 bits.
    rarities = (np.log((1 + len(known)) / (1 + found)) + 1).astype(np.float16).astype(np.float32)
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


def _fitted(name: str, features: Any, classes: Any, within: float = TOLERANCE) -> LogisticRegression:
    classifier = LogisticRegression(C=STRICTNESS[name], max_iter=ROUNDS[name], tol=within)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # `ROUNDS` says so
        return classifier.fit(features, classes)


def _guard(name: str, features: Any, is_one: NDArray[np.bool_]) -> Coefficients:
    """Train a classifier of one kind against all else; where there is none of it, nothing speaks for it."""
    if not is_one.any():
        return np.zeros((1, features.shape[1]), np.float32), np.full(1, NEVER, np.float32)
    return _coefficients(_fitted(name, features, is_one, within=TOLERANCE_OF_GUARDS))


def _coefficients(classifier: LogisticRegression) -> Coefficients:
    return classifier.coef_.astype(np.float32), classifier.intercept_.astype(np.float32)


def _joined(several: Sequence[Coefficients]) -> Coefficients:
    weights, biases = zip(*several, strict=True)
    return np.vstack(weights), np.hstack(biases)
