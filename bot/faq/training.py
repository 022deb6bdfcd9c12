"""Training the matcher: scikit-learn, on the phrasings of every locale together. Not needed to run the bot."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.domain.faq import SmallTalk, fold
from bot.faq.encoder import DIMENSIONS
from bot.faq.grams import BUCKETS, grams, shares
from bot.faq.model import Exact, Linear, Model, Vector, centred, fingerprint
from bot.faq.ranking import Phrasing, folded, remark

STRICTNESS = {"letters": 30.0, "meaning": 10.0, "tongues": 30.0}
"""scikit-learn's C of each classifier: of 3, 10, 30 and 100 the one that did well on questions set apart."""
ROUNDS = 400
"""Steps at the most; what they do not reach makes no difference to a question."""


def train(known: Sequence[Phrasing], vectors: Sequence[bytes]) -> Model:
    """Train from phrasings and the sentence vector of each. The same input gives the same model.

    Takes some minutes for twenty thousand phrasings.
    """
    groups = np.array([one.group for one in known])
    tongues = np.array([one.locale for one in known])
    letters, rarities = _letters(known)
    meanings = np.frombuffer(b"".join(vectors), dtype=np.float32).reshape(-1, DIMENSIONS)
    mean = meanings.mean(axis=0)
    by_letters = _classifier("letters").fit(letters, groups)
    by_meaning = _classifier("meaning").fit(centred(meanings, mean), groups)
    by_tongue = _classifier("tongues").fit(letters, tongues)
    is_order = np.array([remark(one.group) is SmallTalk.INSTRUCTION for one in known])
    order_by_letters = _classifier("letters").fit(letters, is_order)
    order_by_meaning = _classifier("meaning").fit(centred(meanings, mean), is_order)
    named, spoken = (tuple(map(str, found.classes_)) for found in (by_letters, by_tongue))
    return Model(
        trained_from=fingerprint(known),
        exact=Exact.of(folded(known), named),
        groups=named,
        locales=spoken,
        rarities=rarities,
        letters=_packed(by_letters),
        tongues=_packed(by_tongue),
        orders=_packed(order_by_letters),
        mean=mean,
        meaning=np.vstack([by_meaning.coef_, order_by_meaning.coef_]).T.astype(np.float32),
        meaning_bias=np.hstack([by_meaning.intercept_, order_by_meaning.intercept_]).astype(np.float32),
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


def _classifier(name: str) -> LogisticRegression:
    return LogisticRegression(C=STRICTNESS[name], max_iter=ROUNDS, tol=1e-3)


def _packed(classifier: LogisticRegression) -> Linear:
    return Linear.packed(classifier.coef_.astype(np.float32), classifier.intercept_)
