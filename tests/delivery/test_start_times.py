"""When sends start: expected by the commits seen so far, corrected in the budget once it is known."""

import pytest

from bot.delivery.start_times import (
    EXPECTED_AT_LEAST,
    EXPECTED_AT_MOST,
    EXPECTED_OF_SLOWEST,
    STALE_SECONDS,
    Grant,
    StartTimes,
)
from bot.domain.budget import Budget
from bot.domain.pacing import RateState

EPOCH = 1_795_000_000.0
EMPTY = Budget(state=RateState(tokens=0.0, filled_at=EPOCH))


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    """Return the process's own clock."""
    return HandClock()


def granted(starts: StartTimes, clock: HandClock) -> Grant:
    """Return one send that is granted now."""
    latest_at = clock.now + starts.latest
    return Grant(allowed=1, pause=0.0, asked_at=clock.now, latest_at=latest_at, counted_at=EPOCH + 0.3)


def test_expected_by_the_commits(clock: HandClock) -> None:
    """A send is expected no sooner than the quickest of the last commits, and well after the slowest."""
    starts = StartTimes(clock)
    assert (starts.soonest, starts.latest) == (0.0, EXPECTED_AT_LEAST)
    for took in (0.01, 0.2, 0.03):
        grant = granted(starts, clock)
        clock.now += took
        assert starts.note_committed(grant)
    assert [starts.soonest, starts.latest] == pytest.approx([0.01, EXPECTED_OF_SLOWEST * 0.2])


def test_a_commit_that_took_too_long(clock: HandClock) -> None:
    """Nothing starts on a grant later than it counts, and it is given back."""
    starts = StartTimes(clock)
    starts.correct(EMPTY, now=EPOCH, local=clock.now)
    grant = granted(starts, clock)
    clock.now += EXPECTED_AT_LEAST + 0.01
    assert not starts.note_committed(grant)
    counted = Budget(state=EMPTY.state, starts=((EPOCH + 0.3, 3),))
    assert starts.correct(counted, now=EPOCH + 0.4, local=clock.now).starts == ((EPOCH + 0.3, 2),)


def test_a_database_that_stays_slow(clock: HandClock) -> None:
    """Where every commit takes longer than can be expected, what is granted is used all the same."""
    starts = StartTimes(clock)
    usable = []
    for took in (EXPECTED_AT_MOST + 0.2, EXPECTED_AT_MOST + 0.2 + STALE_SECONDS, EXPECTED_AT_MOST + 1.5):
        grant = granted(starts, clock)
        clock.now += took
        usable.append(starts.note_committed(grant))
    assert usable == [False, True, False]


def test_corrected_by_the_nearest_clock(clock: HandClock) -> None:
    """A start is told by the shared clock, less the delay with which that was heard."""
    starts = StartTimes(clock)
    starts.correct(EMPTY, now=EPOCH, local=clock.now)
    starts.add(Grant(allowed=2, pause=0.0, counted_at=EPOCH + 0.3), 2)
    counted = Budget(state=EMPTY.state, starts=((EPOCH + 0.3, 3),))
    # This time the answer was 40 ms on its way.
    clock.now += 0.44
    budget = starts.correct(counted, now=EPOCH + 0.4, local=clock.now)
    assert budget.starts == ((EPOCH, 2), (EPOCH + 0.3, 1))
    assert starts.correct(budget, now=EPOCH + 0.5, local=clock.now).starts == budget.starts


def test_after_a_jump_of_the_clock(clock: HandClock) -> None:
    """A shared clock that was set is believed at once."""
    starts = StartTimes(clock)
    starts.correct(EMPTY, now=EPOCH, local=clock.now)
    starts.correct(EMPTY, now=EPOCH - 3600.0, local=clock.now)
    starts.add_late(1)
    [(at, _)] = starts.correct(EMPTY, now=EPOCH - 3600.0, local=clock.now).starts
    assert at == pytest.approx(EPOCH - 3600.0)
