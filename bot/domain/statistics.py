"""Shares and how sure they are: a share is never shown without what it is of."""

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054
"""The standard normal's 97.5 % point: 95 % lie within it on both sides."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true share may lie, from `low` to `high`, each from 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """So many of `of`."""

    n: int
    of: int

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 <= self.n <= self.of or not self.of:
            raise ValueError(f"{self.n} of {self.of} is no share")

    @property
    def value(self) -> float:
        """The share itself, from 0 to 1."""
        return self.n / self.of

    @property
    def interval(self) -> Interval:
        """Its 95 % interval."""
        return wilson(self.n, self.of)


def wilson(n: int, of: int, *, z: float = Z95) -> Interval:
    """Return the score interval of a share, which holds for small counts and for shares near 0 or 1 as well.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22 (1927), 209–212. `z`: how many standard deviations it reaches.
    """
    share = n / of
    shrunk = 1 + z * z / of
    middle = (share + z * z / (2 * of)) / shrunk
    reach = z / shrunk * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    # At the ends the formula is exact; the machine's rounding is not.
    low = 0.0 if n == 0 else max(middle - reach, 0.0)
    high = 1.0 if n == of else min(middle + reach, 1.0)
    return Interval(low, high)
