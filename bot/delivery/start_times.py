"""When granted sends start: expected while they are asked for, known when they do.

Between the moment when the budget grants a send and the send itself lies a commit, which takes now longer, now
shorter. Several processes that count only their grants would together be too many in some second. So a grant is
counted at the latest time it may start, and in the next turn at the time it did; it starts no sooner than the
budget looked for room, and no later than it counts.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.budget import CLOCK_STEP, Budget, correct_starts
from bot.domain.pacing import remove_starts

COMMITS_SEEN = 32
"""Of so many turns the quickest and the slowest commit tell when a send starts that is granted now."""

EXPECTED_AT_LEAST, EXPECTED_AT_MOST = 0.25, 0.9
"""Seconds after which a send is expected to start at the latest, at the least and at the most.

It costs nothing to expect too much: the next turn tells when it did start. More than a second is not counted.
"""

EXPECTED_OF_SLOWEST = 2.0
"""How much longer than the slowest commit seen of late the next one may take."""

STALE_SECONDS = 0.5
"""Where commits take longer than can be expected, a grant is used if its commit took no more than this longer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What may be sent when the open transaction has committed: `allowed` sends, or none for `pause` seconds.

    `asked_at`: the monotonic second in which it was granted. `soonest_at`, `latest_at`: those between which it may
    start. `counted_at`: the latter in the budget's seconds, at which it counts.
    """

    allowed: int
    pause: float
    budget: Budget | None = None
    asked_at: float = 0.0
    soonest_at: float = 0.0
    latest_at: float = 0.0
    counted_at: float = 0.0


class StartTimes:
    """The starts of this process that the budget is still to hear of. `clock`: monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._commits: deque[float] = deque(maxlen=COMMITS_SEEN)
        self._ahead: deque[float] = deque(maxlen=COMMITS_SEEN)
        self._started: list[tuple[float | None, float, int]] = []
        self._unused: list[tuple[float, int]] = []

    @property
    def soonest(self) -> float:
        """The seconds after which a send that is granted now starts at the earliest."""
        return min(self._commits, default=0.0)

    @property
    def latest(self) -> float:
        """The seconds after which a send that is granted now starts at the latest."""
        slowest = EXPECTED_OF_SLOWEST * max(self._commits, default=0.0)
        return min(EXPECTED_AT_MOST, max(EXPECTED_AT_LEAST, slowest))

    @property
    def ahead(self) -> float:
        """How far the budget's seconds are ahead of ours, as far as was heard."""
        return max(self._ahead)

    def note_committed(self, grant: Grant) -> bool:
        """Note that a grant has committed. Returns whether it may still be used; where not, it is given back."""
        took = self._clock() - grant.asked_at
        slowest = max(self._commits, default=0.0)
        self._commits.append(took)
        in_time = self._clock() <= grant.latest_at
        if in_time or (slowest > EXPECTED_AT_MOST and took - slowest <= STALE_SECONDS):
            return True
        self._unused.append((grant.counted_at, grant.allowed))
        return False

    def add(self, grant: Grant, count: int = 1) -> None:
        """Note that so many of the granted sends start now."""
        self._started.append((grant.counted_at, self._clock(), count))

    def add_late(self, count: int) -> None:
        """Note that so many sends reach the other side only now, and not when they were counted."""
        self._started.append((None, self._clock(), count))

    def correct(self, budget: Budget, *, now: float, local: float) -> Budget:
        """Count in the budget what has started since the last time, or did not. `now`: its second, `local`: ours."""
        # The answer with the budget's second took its time; the quickest of late came nearest.
        if self._ahead and abs(now - local - self._ahead[-1]) > CLOCK_STEP / 2:
            self._ahead.clear()
        self._ahead.append(now - local)
        unused, self._unused = self._unused, []
        for at, count in unused:
            budget = replace(budget, starts=remove_starts(budget.starts, at=at, count=count)[0])
        started, self._started = self._started, []
        for counted_at, at, count in started:
            budget = correct_starts(
                budget, counted_at=counted_at, started_at=at + self.ahead, count=count, now=now
            )
        return budget
