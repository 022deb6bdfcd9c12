"""When sends start: expected by the commits seen so far, corrected in the budget once it is known."""

import pytest

from bot.delivery.start_times import EXPECTED_SECONDS, STALE_SECONDS, Grant, StartTimes
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


def test_expected_by_the_commits(clock: HandClock) -> None:
    """A send is expected between the quickest and the slowest of the last commits."""
    starts = StartTimes(clock)
    assert (starts.soonest, starts.latest) == (0.0, EXPECTED_SECONDS)
    for took in (0.01, 0.2, 0.03):
        grant = Grant(allowed=1, pause=0.0, asked_at=clock.now)
        clock.now += took
        assert starts.note_committed(grant)
    assert [starts.soonest, starts.latest] == pytest.approx([0.01, 0.2])


def test_a_commit_that_took_too_long(clock: HandClock) -> None:
    """Nothing starts on a grant whose second may be forgotten; a database that stays slow is used all the same."""
    starts = StartTimes(clock)
    usable = []
    for _ in range(2):
        grant = Grant(allowed=1, pause=0.0, asked_at=clock.now)
        clock.now += EXPECTED_SECONDS + STALE_SECONDS + 0.1
        usable.append(starts.note_committed(grant))
    assert usable == [False, True]


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
