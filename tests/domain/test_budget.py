"""The budget that all processes share: replies first, slower after a stop, and no trust in a clock's jumps."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.budget import (
    BULK_SHARE,
    BULK_WAITING_SECONDS,
    CLOCK_STEP,
    HOLDING_UP,
    LOAD_SECONDS,
    RECOVERY_SECONDS,
    SLOWER,
    SLOWEST,
    WAITING_SECONDS,
    Budget,
    Request,
    correct_starts,
    halt,
    held_up_by_replies,
    merge_refusals,
    refund,
    reply_load,
    take,
)
from bot.domain.pacing import LONG_WAIT, STORM_WINDOW, RateState, Refusal

NOW = 1_795_000_000.0
RATE, BURST = 30.0, 2.0
FULL = Budget(state=RateState(tokens=BURST, filled_at=NOW), slowed_at=NOW)

STEPS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.booleans()), min_size=1, max_size=25)
STOPS = st.lists(st.floats(0, 20), min_size=1, max_size=6)


def ask(budget: Budget, *, now: float, wanted: int = 1, reply: bool = False) -> tuple[Budget, int, float]:
    """Ask at the rate of these tests."""
    return take(budget, Request(wanted=wanted, reply=reply), now=now, rate=RATE, burst=BURST)


@given(STEPS)
def test_shared_rate_is_kept(steps: list[tuple[float, int, bool]]) -> None:
    """Replies and bulk together never exceed the rate and one burst (I7)."""
    budget, now, total = FULL, NOW, 0
    for pause, wanted, reply in steps:
        now += max(pause, 0.001)
        budget, granted, _ = ask(budget, now=now, wanted=wanted, reply=reply)
        assert 0 <= granted <= wanted
        total += granted
    assert total <= RATE * (now - NOW) + BURST + 1e-6


@given(STEPS, st.floats(0.1, 10))
def test_nothing_during_a_stop(steps: list[tuple[float, int, bool]], retry_after: float) -> None:
    """While Telegram says to wait, nobody gets anything, a reply neither (I7)."""
    budget, now = halt(FULL, now=NOW, retry_after=retry_after), NOW
    for pause, wanted, reply in steps:
        now += max(pause, 0.001)
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
    """What was granted and not used is there again, up to the burst, and counts in no second."""
    budget, granted, _ = ask(FULL, now=NOW, wanted=2)
    assert granted == 2
    assert refund(budget, burst=BURST, unused=1, at=NOW).state.tokens == 1.0
    assert refund(budget, burst=BURST, unused=1, at=NOW).starts == ((NOW, 1),)
    assert refund(budget, burst=BURST, unused=50, at=NOW).state.tokens == BURST
    assert refund(budget, burst=BURST, unused=2, at=NOW).starts == ()


def test_starts_are_corrected() -> None:
    """A send counts at the latest time it may start until it is known when it did."""
    request = Request(wanted=1, reply=False, latest=0.2)
    budget, _, _ = take(FULL, request, now=NOW, rate=RATE, burst=BURST)
    assert budget.starts == ((NOW + 0.2, 1),)
    known = correct_starts(budget, counted_at=NOW + 0.2, started_at=NOW + 0.1, count=1, now=NOW + 0.3)
    assert known.starts == ((NOW + 0.1, 1),)
    opened = correct_starts(known, counted_at=None, started_at=NOW + 0.25, count=1, now=NOW + 0.3)
    assert opened.starts == ((NOW + 0.1, 1), (NOW + 0.25, 1))


TURNS = st.lists(
    st.tuples(st.floats(0.001, 0.05), st.integers(1, 40), st.booleans()), min_size=20, max_size=80
)


@settings(deadline=None, max_examples=40)
@given(TURNS, st.sampled_from([5.0, RATE, 1000.0]))
def test_bulk_keeps_its_share(turns: list[tuple[float, int, bool]], rate: float) -> None:
    """However much replies ask, while bulk waits one of five sends is bulk's, or is kept for it."""
    burst = 1.0 + rate * 0.03
    budget = Budget(state=RateState(tokens=burst, filled_at=NOW), slowed_at=NOW)
    now, replies, bulk = NOW, 0, 0
    budget, _, _ = take(budget, Request(wanted=1000, reply=False), now=now, rate=rate, burst=burst)
    for pause, wanted, is_bulk in turns:
        now += max(pause, 0.001)
        request = Request(wanted=1000 if is_bulk else wanted, reply=not is_bulk)
        # It asks often enough to be known to wait.
        budget = replace(budget, bulk_until=now + BULK_WAITING_SECONDS)
        budget, granted, again = take(budget, request, now=now, rate=rate, burst=burst)
        assert granted == request.wanted or again > 0
        if is_bulk:
            bulk += granted
        else:
            replies += granted
        kept = max(1.0, BULK_SHARE * burst) + 1
        assert bulk + kept >= (bulk + replies) * BULK_SHARE


@pytest.mark.parametrize("wanted", [20, 64])
@pytest.mark.parametrize("rate", [5.0, RATE, 300.0, 1000.0])
def test_both_ask_without_end(rate: float, wanted: int) -> None:
    """Replies that ask for more than there is get four fifths, bulk the fifth, and nothing of the rate is lost."""
    burst = 1.0 + rate * 0.03
    budget = Budget(state=RateState(tokens=0.0, filled_at=NOW), slowed_at=NOW)
    due, counts = {True: NOW, False: NOW}, {True: 0, False: 0}
    seconds = 300.0 / rate + 5.0
    while min(due.values()) < NOW + seconds:
        reply = due[True] <= due[False]
        now = due[reply]
        request = Request(wanted=wanted if reply else 256, reply=reply)
        budget, granted, pause = take(budget, request, now=now, rate=rate, burst=burst)
        counts[reply] += granted
        due[reply] = now + min(0.5, max(pause, 0.005))
    total = sum(counts.values())
    assert counts[False] >= 0.97 * BULK_SHARE * total
    assert counts[True] >= 0.97 * (1 - BULK_SHARE) * total
    assert total >= 0.95 * rate * seconds


def test_no_bulk_no_share() -> None:
    """Where bulk does not wait, or is dead, replies have all of the rate."""
    budget, _, _ = ask(FULL, now=NOW, wanted=256)
    assert budget.bulk_until > NOW
    now, replies = NOW, 0
    while now < NOW + 5.0:
        budget, granted, pause = ask(budget, now=now, wanted=100, reply=True)
        replies += granted
        now += max(pause, 0.001)
    assert replies >= 0.95 * RATE * (5.0 - BULK_WAITING_SECONDS)
    assert budget.owed == 0.0


def test_bulk_that_finds_nobody_does_not_wait() -> None:
    """What bulk returns unused keeps no reply waiting."""
    budget, _, _ = ask(FULL, now=NOW, wanted=256)
    budget = refund(budget, burst=BURST, unused=2, at=NOW)
    assert (budget.bulk_until, budget.owed) == (0.0, 0.0)


def test_holding_up() -> None:
    """Replies hold bulk up when it waits and they take most of the rate; not for a moment, nor when it is served."""
    budget, now = FULL, NOW
    while now < NOW + 2 * LOAD_SECONDS:
        budget, _, _ = ask(budget, now=now, wanted=256)
        budget, _, pause = ask(budget, now=now, wanted=100, reply=True)
        now += max(pause, 0.001)
    assert 1 - BULK_SHARE - 0.2 <= reply_load(budget, now=now) <= 1.0
    assert held_up_by_replies(budget, now=now)
    assert not held_up_by_replies(budget, now=now + BULK_WAITING_SECONDS)
    alone, _, _ = ask(FULL, now=NOW, reply=True)
    alone, _, _ = ask(alone, now=NOW, wanted=256)
    assert alone.bulk_until > NOW
    assert reply_load(alone, now=NOW) < HOLDING_UP
    assert not held_up_by_replies(alone, now=NOW)
