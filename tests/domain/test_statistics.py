"""Shares and their intervals."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.statistics import Share, wilson


@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    [
        # R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998),
        # table I, method 3: the score method without continuity correction.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(n: int, of: int, low: float, high: float) -> None:
    """The intervals are those of a published table."""
    found = wilson(n, of)
    assert isclose(found.low, low, abs_tol=5e-5)
    assert isclose(found.high, high, abs_tol=5e-5)


@given(st.integers(1, 10**7).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_it_solves_the_score_equation(share: tuple[int, int]) -> None:
    """At each end the share is just z standard errors of that end away; it holds the share; it mirrors."""
    n, of = share
    found = wilson(n, of, z=2.0)
    assert 0 <= found.low <= n / of <= found.high <= 1
    for end in (found.low, found.high):
        assert isclose((n / of - end) ** 2, 4 * end * (1 - end) / of, rel_tol=1e-6, abs_tol=1e-12)
    mirrored = wilson(of - n, of, z=2.0)
    assert isclose(mirrored.low, 1 - found.high, abs_tol=1e-9)


@pytest.mark.parametrize(("n", "of"), [(0, 0), (-1, 2), (3, 2)])
def test_no_share(n: int, of: int) -> None:
    """What is no share cannot be made."""
    with pytest.raises(ValueError, match="is no share"):
        Share(n, of)
