"""The token bucket: never more than the rate and a burst, in any window."""

from itertools import accumulate, combinations_with_replacement

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pacing import (
    SECOND,
    RateState,
    Starts,
    capacity,
    fill,
    grant,
    record_starts,
    seconds_until_token,
    stop,
)

RATES = st.floats(0.5, 1000)
BURSTS = st.floats(1, 20)
STEPS = st.lists(st.tuples(st.floats(0, 2), st.integers(0, 50)), min_size=1, max_size=25)
CLOCKS = st.lists(st.tuples(st.floats(-2, 2), st.integers(0, 50)), min_size=1, max_size=25)


def granted_over(steps: list[tuple[float, int]], *, rate: float, burst: float) -> list[tuple[float, int]]:
    """Ask at each step. Returns when how many were granted."""
    state, got = RateState(tokens=burst, filled_at=0.0), []
    for now, wanted in zip(
        accumulate(pause for pause, _ in steps), (wanted for _, wanted in steps), strict=True
    ):
        state, granted = grant(state, now=now, rate=rate, burst=burst, wanted=wanted)
        got.append((now, granted))
    return got


@given(STEPS, RATES, BURSTS)
def test_no_window_holds_too_many(steps: list[tuple[float, int]], rate: float, burst: float) -> None:
    """In no window of t seconds do more than rate × t + burst start."""
    got = granted_over(steps, rate=rate, burst=burst)
    for first, last in combinations_with_replacement(range(len(got)), 2):
        window = got[last][0] - got[first][0]
        assert sum(granted for _, granted in got[first : last + 1]) <= rate * window + burst + 1e-6


@given(CLOCKS, RATES, BURSTS)
def test_clock_going_back(steps: list[tuple[float, int]], rate: float, burst: float) -> None:
    """However the clock jumps, no more starts than the time that ever came up allows."""
    got = granted_over(steps, rate=rate, burst=burst)
    latest = max(0.0, *(now for now, _ in got))
    assert sum(granted for _, granted in got) <= rate * latest + burst + 1e-6


@given(STEPS, RATES, BURSTS, st.floats(0, 10))
def test_nothing_during_a_stop(
    steps: list[tuple[float, int]], rate: float, burst: float, retry_after: float
) -> None:
    """Nothing starts before the stop has ended, and nothing was saved up in the meantime."""
    state = stop(RateState(tokens=burst, filled_at=0.0), now=0.0, retry_after=retry_after)
    total, now = 0, 0.0
    for pause, wanted in steps:
        now += pause
        state, granted = grant(state, now=now, rate=rate, burst=burst, wanted=wanted)
        assert not granted or now >= retry_after
        total += granted
    assert total <= max(0.0, now - retry_after) * rate + 1e-6


@given(RATES, BURSTS, st.integers(0, 100))
def test_waiting_is_enough(rate: float, burst: float, wanted: int) -> None:
    """After the wait one send is possible, and it is no longer than that of one send."""
    state, _ = grant(RateState(tokens=burst, filled_at=0.0), now=0.0, rate=rate, burst=burst, wanted=wanted)
    seconds = seconds_until_token(state, now=0.0, rate=rate)
    assert seconds <= 1 / rate + 1e-9
    _, granted = grant(state, now=seconds, rate=rate, burst=burst, wanted=1)
    assert granted == 1


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_longer_stop_stays(first: float, second: float) -> None:
    """Of two stops the one that ends later counts."""
    state = RateState(tokens=1.0, filled_at=0.0)
    for retry_after in (first, second):
        state = stop(state, now=0.0, retry_after=retry_after)
    assert state.stopped_until == max(first, second)
    assert seconds_until_token(state, now=0.0, rate=1.0) >= max(first, second)


def test_filling_ends_at_the_burst() -> None:
    """A long silence saves up the burst and no more."""
    state = fill(RateState(tokens=0.0, filled_at=0.0), now=1000.0, rate=30.0, burst=5.0)
    assert state.tokens == 5.0


@given(
    st.integers(1, 50),
    st.lists(st.tuples(st.floats(0, 0.4), st.integers(1, 60)), min_size=1, max_size=60),
)
def test_no_second_has_more_than_the_rate(rate: int, steps: list[tuple[float, int]]) -> None:
    """However turns fall, no second holds more starts than the rate: so a server that counts refuses none (I7)."""
    starts: Starts = ()
    begun: list[float] = []
    now = 1000.0
    for pause, wanted in steps:
        now += pause
        left, full = capacity(starts, now=now, rate=rate)
        granted = min(wanted, left)
        if granted:
            starts = record_starts(starts, now=now, count=granted)
            begun += [now] * granted
        else:
            assert 0 < full <= SECOND + 1e-6
            assert capacity(starts, now=now + full + 1e-6, rate=rate)[0] > 0
    for last in begun:
        assert sum(last - 1 < each <= last for each in begun) <= rate


def test_less_than_one_a_second() -> None:
    """A rate of one in four seconds lets one go every four."""
    starts = record_starts((), now=1000.0, count=1)
    assert capacity(starts, now=1003.0, rate=0.25)[0] == 0
    assert capacity(starts, now=1004.1, rate=0.25)[0] == 1
