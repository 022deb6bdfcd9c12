"""The tour's parts: who does what."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rehearsal.tour.tour import Parts


@given(st.integers(min_value=5, max_value=3000), st.integers())
def test_everybody_has_one_way_out_at_most(people: int, seed: int) -> None:
    """Nobody both leaves and vanishes, and only those who join play on."""
    parts = Parts.draw(range(people), seed=seed)
    leaving = parts.leaving_before + parts.leaving_meanwhile + parts.vanishing + parts.blocking
    assert len(set(leaving)) == len(leaving)
    assert set(leaving) | set(parts.asking) <= set(parts.joining) <= set(range(people))


def test_the_same_seed_gives_the_same_parts() -> None:
    """A tour that went wrong can be played again."""
    assert Parts.draw(range(500), seed=7) == Parts.draw(range(500), seed=7)
    assert Parts.draw(range(500), seed=7) != Parts.draw(range(500), seed=8)


def test_a_large_cast_keeps_its_shares() -> None:
    """Of 2,000 people 95 % join; 2 % of them vanish before the alert, whose messages are refused."""
    parts = Parts.draw(range(2000), seed=1)
    assert (len(parts.joining), len(parts.vanishing), len(parts.blocking)) == (1900, 38, 19)
