"""What the matcher is trained to be: a linear classifier of letters, and a small network over sentence vectors.

Both are arrays of numbers, used with numpy alone. Probabilities are natural logarithms, a number for each class.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Buckets = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Linear:
    """A linear classifier of hashed n-grams: 8-bit weights (bucket × class), a scale and a bias for each class."""

    weights: NDArray[np.int8]
    scale: Vector
    bias: Vector

    @classmethod
    def packed(cls, weights: Vector, bias: Vector) -> Self:
        """Pack trained weights (class × bucket) to 8 bits, a quarter of their size."""
        scale = np.maximum(np.abs(weights).max(axis=1) / 127, 1e-9).astype(np.float32)
        small = np.round(weights / scale[:, None]).astype(np.int8)
        return cls(weights=np.ascontiguousarray(small.T), scale=scale, bias=bias.astype(np.float32))

    def only(self, classes: Sequence[int]) -> Self:
        """Return the classifier of some of the classes."""
        return replace(
            self,
            weights=np.ascontiguousarray(self.weights[:, classes]),
            scale=self.scale[classes],
            bias=self.bias[classes],
        )

    def chances(self, buckets: Buckets, values: Vector) -> Vector:
        """Return each class's log-probability, by the n-grams that are there and how much each counts."""
        found: Vector = values @ self.weights[buckets].astype(np.float32)
        return log_softmax(found * self.scale + self.bias)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Layered:
    """A network with one hidden layer, over directions.

    `inner` (dimension × unit) makes the layer, of which what is negative counts nothing; `outer` is unit × class.
    """

    inner: Vector
    inner_bias: Vector
    outer: Vector
    outer_bias: Vector

    def only(self, classes: Sequence[int]) -> Self:
        """Return the classifier of some of the classes."""
        return replace(self, outer=self.outer[:, classes], outer_bias=self.outer_bias[classes])

    def chances(self, direction: Vector) -> Vector:
        """Return each class's log-probability."""
        units = np.maximum(direction @ self.inner + self.inner_bias, 0)
        found: Vector = units @ self.outer + self.outer_bias
        return log_softmax(found)


def log_softmax(logits: Vector) -> Vector:
    """Return log-probabilities that add up to one."""
    shifted = logits - logits.max()
    chances: Vector = shifted - np.log(np.exp(shifted).sum())
    return chances


LEAST = np.float32(1e-6)
"""The least probability that is told from none, and from certainty."""


def log_odds(chances: Vector) -> Vector:
    """Return log-odds from log-probabilities: ln p/(1 - p)."""
    likely = np.clip(np.exp(chances), LEAST, 1 - LEAST)
    odds: Vector = np.log(likely / (1 - likely))
    return odds


def as_kept(numbers: NDArray[np.floating[Any]]) -> Vector:
    """Return numbers as they are read from the file, which keeps 16 bits of each."""
    return numbers.astype(np.float16).astype(np.float32)
