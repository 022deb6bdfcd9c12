"""The sums of a broadcast, and whom an alert reaches."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.broadcast import ENDED, RUNNABLE, BroadcastStatus, Tally
from bot.domain.delivery import FINAL, DeliveryState
from bot.domain.reach import reach

COUNTS = st.dictionaries(st.sampled_from(DeliveryState), st.integers(0, 10_000))


@given(COUNTS)
def test_sums_match(counts: dict[DeliveryState, int]) -> None:
    """What ended and what is open make up the whole audience (I3)."""
    tally = Tally(audience=sum(counts.values()), counts=counts)
    open_ones = sum(tally[state] for state in set(DeliveryState) - FINAL)
    assert tally.final + open_ones == tally.audience


def test_statuses() -> None:
    """A broadcast is worked on, or stopped, or over."""
    stopped = {BroadcastStatus.PAUSED, BroadcastStatus.HALTED}
    assert RUNNABLE | ENDED | stopped == set(BroadcastStatus)
    assert not RUNNABLE & ENDED


@given(
    st.dictionaries(st.sampled_from(["en", "ar", "es"]), st.integers(1, 100)),
    st.sets(st.sampled_from(["en", "ar"])),
)
def test_reach(by_locale: dict[str, int], written: set[str]) -> None:
    """Everybody is counted once; who reads another language than theirs is named."""
    reached = reach(by_locale, base="en", written=written)
    assert reached.total == sum(by_locale.values())
    assert set(reached.missing) == set(by_locale) - written
