"""The budget that all processes share: replies first, slower after a stop, and no trust in a clock's jumps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pacing import (
    CLOCK_STEP,
    LONG_WAIT,
    RECOVERY_SECONDS,
    SLOWER,
    SLOWEST,
    STORM_WINDOW,
    WAITING_SECONDS,
    Budget,
    RateState,
    Refusal,
    halt,
    merge_refusals,
    refund,
    take,
)

NOW = 1_795_000_000.0
RATE, BURST = 30.0, 2.0
FULL = Budget(state=RateState(tokens=BURST, filled_at=NOW), slowed_at=NOW)

STEPS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.booleans()), min_size=1, max_size=25)
STOPS = st.lists(st.floats(0, 20), min_size=1, max_size=6)


def ask(budget: Budget, *, now: float, wanted: int = 1, reply: bool = False) -> tuple[Budget, int, float]:
    """Ask at the rate of these tests."""
    return take(budget, now=now, rate=RATE, burst=BURST, wanted=wanted, reply=reply)


@given(STEPS)
def test_shared_rate_is_kept(steps: list[tuple[float, int, bool]]) -> None:
    """Replies and bulk together never exceed the rate and one burst (I7)."""
    budget, now, total = FULL, NOW, 0
    for pause, wanted, reply in steps:
        now += pause
        budget, granted, _ = ask(budget, now=now, wanted=wanted, reply=reply)
        assert 0 <= granted <= wanted
        total += granted
    assert total <= RATE * (now - NOW) + BURST + 1e-6


@given(STEPS, st.floats(0.1, 10))
def test_nothing_during_a_stop(steps: list[tuple[float, int, bool]], retry_after: float) -> None:
    """While Telegram says to wait, nobody gets anything, a reply neither (I7)."""
    budget, now = halt(FULL, now=NOW, retry_after=retry_after), NOW
    for pause, wanted, reply in steps:
        now += pause
        budget, granted, _ = ask(budget, now=now, wanted=wanted, reply=reply)
        assert granted == 0 or now >= NOW + retry_after


def test_replies_go_first() -> None:
    """While a reply waits, bulk gets nothing, and not for longer than replies are heard of."""
    empty, _, _ = ask(FULL, now=NOW, wanted=100)
    waits, granted, pause = ask(empty, now=NOW, reply=True)
    assert granted == 0
    assert 0 < pause <= 1 / RATE
    in_time = NOW + WAITING_SECONDS / 2
    _, bulk, pause = ask(waits, now=in_time)
    assert (bulk, 0 < pause <= WAITING_SECONDS) == (0, True)
    _, reply, _ = ask(waits, now=in_time, reply=True)
    assert reply == 1
    _, bulk, _ = ask(waits, now=NOW + WAITING_SECONDS)
    assert bulk == 1


@given(STOPS)
def test_slower_after_stops(stops: list[float]) -> None:
    """Every stop slows it down, never below the least, and time without one brings it all back."""
    budget = FULL
    for retry_after in stops:
        slower = halt(budget, now=NOW, retry_after=retry_after)
        assert SLOWEST <= slower.slowdown <= max(SLOWEST, budget.slowdown)
        budget = slower
    assert budget.slowdown < 1.0
    later = NOW + max(stops) + 100 * RECOVERY_SECONDS
    budget, _, _ = ask(budget, now=later)
    assert budget.slowdown == 1.0


@given(STOPS)
def test_the_longest_stop_counts(stops: list[float]) -> None:
    """Of several stops the one that ends last holds."""
    budget = FULL
    for retry_after in stops:
        budget = halt(budget, now=NOW, retry_after=retry_after)
    assert budget.state.stopped_until == NOW + max(stops)
    assert budget.stopped_for == pytest.approx(max(stops), abs=1e-6)


def told(budget: Budget, *refusals: Refusal, now: float = NOW) -> Budget:
    """Let one process after another tell what it was refused."""
    for refusal in refusals:
        budget = merge_refusals(budget, {refusal.chat: refusal}, now=now)
    return budget


def refusal(chat: int | None, *, at: float = NOW, seconds: float = 3.0) -> Refusal:
    """Return a refusal."""
    return Refusal(chat=chat, at=at, seconds=seconds)


@pytest.mark.parametrize(
    ("refusals", "seconds"),
    [
        ([refusal(1)], 0.0),
        ([refusal(1), refusal(1)], 0.0),
        ([refusal(1), refusal(2)], 3.0),
        ([refusal(1, at=NOW - 4.0, seconds=9.0), refusal(2)], 5.0),
        ([refusal(1, at=NOW - STORM_WINDOW, seconds=9.0), refusal(2)], 0.0),
        ([refusal(1, seconds=LONG_WAIT)], LONG_WAIT),
        ([refusal(None)], 3.0),
    ],
)
def test_what_stops_everything(refusals: list[Refusal], seconds: float) -> None:
    """Several chats at about one time, a long wait or a call without a chat, whichever processes met them (I7)."""
    assert max(0.0, told(FULL, *refusals).state.stopped_until - NOW) == pytest.approx(seconds)


def test_told_again() -> None:
    """A stop that is told twice is one stop; its chats are forgotten when they matter no more."""
    storm = [refusal(1), refusal(2)]
    budget = told(told(FULL, *storm), *storm)
    assert budget.slowdown == SLOWER
    assert budget.refusals.keys() == {1, 2}
    assert not ask(budget, now=NOW + STORM_WINDOW)[0].refusals


def test_refusals_after_the_clock_was_set_back() -> None:
    """They last their time again, and no more."""
    budget, _, _ = ask(told(FULL, refusal(1)), now=NOW - 1e6)
    assert budget.refusals[1].until == NOW - 1e6 + 3.0


@given(st.floats(CLOCK_STEP * 2, 1e6), st.floats(0, 20))
def test_clock_set_back(step: float, retry_after: float) -> None:
    """A clock that is set back keeps nobody silent: a stop lasts its time again, and no more."""
    for begun in (FULL, halt(FULL, now=NOW, retry_after=retry_after)):
        now = NOW - step
        budget, _, _ = ask(begun, now=now, wanted=0)
        now += budget.stopped_for + CLOCK_STEP
        budget, _, _ = ask(budget, now=now, wanted=0)
        _, granted, _ = ask(budget, now=now + 1 / (RATE * SLOWEST))
        assert granted == 1


@given(st.floats(0, CLOCK_STEP))
def test_clock_that_trembles(step: float) -> None:
    """A small step back gives nothing twice."""
    budget, granted, _ = ask(FULL, now=NOW, wanted=100)
    for moment in (NOW - step, NOW, NOW - step, NOW):
        budget, more, _ = ask(budget, now=moment, wanted=100)
        granted += more
    assert granted <= BURST


def test_returned_sends() -> None:
    """What was granted and not used is there again, up to the burst."""
    budget, granted, _ = ask(FULL, now=NOW, wanted=2)
    assert granted == 2
    assert refund(budget, burst=BURST, unused=1).state.tokens == 1.0
    assert refund(budget, burst=BURST, unused=50).state.tokens == BURST
    assert refund(budget, burst=BURST, unused=0) == replace(budget)
