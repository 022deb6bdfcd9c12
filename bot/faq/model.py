"""The trained matcher: two linear classifiers, of letters and of meaning, in one small file.

Both give every group a probability; the two are multiplied, so that a group has to look *and* mean alike. Without
a sentence vector the letters decide alone. Trained by `training`, read and used with numpy only.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.domain.faq import SmallTalk
from bot.faq.grams import grams, shares
from bot.faq.ranking import Phrasing, Ranking, is_entry, remark

FILE = "matcher.npz"
"""Where a campaign's trained matcher lies in its content folder."""
METHOD = 1
"""Of the features and the training; another number makes every file trained before stale."""
LETTERS = 0.5
"""What the letters' log-probability counts beside the meaning's."""
SURE = 0.55
"""The least probability at which letters and meaning together are acted on."""
SURE_BY_LETTERS = 0.75
"""The same where there are only the letters."""
COMMANDED = 0.1
"""From this probability of being an instruction to the bot, a text is never answered as a question."""
PLAIN_LOCALE = 0.9
"""The least probability at which a text's language is acted on."""

Vector = NDArray[np.float32]


class MatcherStale(Exception):
    """The trained matcher belongs to other phrasings than the content has, or cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Linear:
    """A linear classifier of hashed n-grams: 8-bit weights (bucket × class), a scale and a bias for each class."""

    weights: NDArray[np.int8]
    scale: Vector
    bias: Vector

    @classmethod
    def packed(cls, weights: Vector, bias: Vector) -> Self:
        """Pack trained weights (class × bucket) to 8 bits: a third of a point of accuracy for a quarter of the size."""
        scale = np.maximum(np.abs(weights).max(axis=1) / 127, 1e-9).astype(np.float32)
        small = np.round(weights / scale[:, None]).astype(np.int8)
        return cls(weights=np.ascontiguousarray(small.T), scale=scale, bias=bias.astype(np.float32))

    def chances(self, buckets: NDArray[np.int32], values: Vector) -> Vector:
        """Return each class's log-probability."""
        found: Vector = values @ self.weights[buckets].astype(np.float32)
        return _log_softmax(found * self.scale + self.bias)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Model:
    """What training found. `mean`, `meaning` (dimension × group) and `meaning_bias` are for sentence vectors."""

    trained_from: str
    groups: tuple[str, ...]
    locales: tuple[str, ...]
    rarities: Vector
    letters: Linear
    tongues: Linear
    mean: Vector
    meaning: Vector
    meaning_bias: Vector

    def rank(self, folded: str, vector: bytes | None) -> Ranking:
        """Rank the groups by probability. Never raises, whatever the text."""
        buckets, counted = grams(folded)
        values = shares(buckets, counted, self.rarities)
        chances = self.letters.chances(buckets, values)
        meant = _direction(vector, self.mean)
        if meant is not None:
            chances = _log_softmax(LETTERS * chances + _log_softmax(meant @ self.meaning + self.meaning_bias))
        likely = np.exp(chances)
        order = np.argsort(-likely, kind="stable")
        groups = [(float(likely[at]), self.groups[at]) for at in order]
        return Ranking(
            groups=groups,
            sure=_sure(groups, SURE if meant is not None else SURE_BY_LETTERS),
            locale=self._locale(buckets, values),
        )

    def _locale(self, buckets: NDArray[np.int32], values: Vector) -> str | None:
        likely = np.exp(self.tongues.chances(buckets, values))
        best = int(likely.argmax())
        return self.locales[best] if len(buckets) and likely[best] >= PLAIN_LOCALE else None

    def save(self, path: Path) -> None:
        """Write the file; the same model makes the same bytes."""
        named: dict[str, Any] = {
            "names": np.frombuffer(
                json.dumps([METHOD, self.trained_from, self.groups, self.locales]).encode(), dtype=np.uint8
            ),
            "rarities": self.rarities.astype(np.float16),
            "mean": self.mean.astype(np.float16),
            "meaning": self.meaning.astype(np.float16),
            "meaning_bias": self.meaning_bias,
        }
        for name in ("letters", "tongues"):
            linear: Linear = getattr(self, name)
            named |= {f"{name}_{part.name}": getattr(linear, part.name) for part in fields(Linear)}
        np.savez_compressed(path, **named)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file. Raises MatcherStale for one that was made by another method, or cannot be read."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                method, trained_from, groups, locales = json.loads(bytes(kept["names"]))
                if method != METHOD:
                    raise MatcherStale
                return cls(
                    trained_from=trained_from,
                    groups=tuple(groups),
                    locales=tuple(locales),
                    rarities=kept["rarities"].astype(np.float32),
                    letters=_linear(kept, "letters"),
                    tongues=_linear(kept, "tongues"),
                    mean=kept["mean"].astype(np.float32),
                    meaning=kept["meaning"].astype(np.float32),
                    meaning_bias=kept["meaning_bias"],
                )
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise MatcherStale from error


def fingerprint(known: Iterable[Phrasing]) -> str:
    """Return 16 hex digits that change whenever anything does that a matcher is trained from."""
    lines = sorted(f"{one.group}\x1f{one.locale}\x1f{one.text}" for one in known)
    return hashlib.sha256("\x1e".join([str(METHOD), *lines]).encode()).hexdigest()[:16]


def load_model(folder: Path, known: Iterable[Phrasing]) -> Model | None:
    """Return the content folder's trained matcher, or None where it has none.

    Raises MatcherStale where it was trained from other phrasings than these.
    """
    path = folder / FILE
    if not path.exists():
        return None
    model = Model.load(path)
    if model.trained_from != fingerprint(known):
        raise MatcherStale
    return model


def centred(vectors: Vector, mean: Vector) -> Vector:
    """Return the vectors' directions as seen from their mean, one row each, each of length 1."""
    away = vectors - mean
    length = np.sqrt(np.square(away).sum(axis=-1, keepdims=True))
    directions: Vector = away / np.maximum(length, 1e-9)
    return directions


def _direction(vector: bytes | None, mean: Vector) -> Vector | None:
    if vector is None or len(vector) != mean.nbytes:
        return None
    values = np.frombuffer(vector, dtype=np.float32)
    return centred(values, mean) if np.isfinite(values).all() else None


def _sure(groups: list[tuple[float, str]], least: float) -> bool:
    likely, best = groups[0]
    commanded = sum(chance for chance, group in groups if remark(group) is SmallTalk.INSTRUCTION)
    return likely >= least and not (is_entry(best) and commanded >= COMMANDED)


def _linear(kept: Any, name: str) -> Linear:
    return Linear(**{part.name: kept[f"{name}_{part.name}"] for part in fields(Linear)})


def _log_softmax(logits: Vector) -> Vector:
    shifted = logits - logits.max()
    chances: Vector = shifted - np.log(np.exp(shifted).sum())
    return chances
