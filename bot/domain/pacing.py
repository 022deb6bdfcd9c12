"""How fast may the bot speak: a token bucket and its stops, as pure arithmetic.

Times are seconds of one clock.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, kw_only=True, slots=True)
class RateState:
    """What the governor knows of one budget."""

    tokens: float
    filled_at: float
    stopped_until: float = 0.0


def fill(state: RateState, *, now: float, rate: float, burst: float) -> RateState:
    """Add what has come in since the last look; nothing comes in twice, or before a stop has ended."""
    gained = max(0.0, now - state.filled_at) * rate
    return replace(state, tokens=min(burst, state.tokens + gained), filled_at=max(now, state.filled_at))


def seconds_until_token(state: RateState, *, now: float, rate: float) -> float:
    """Return the seconds until one send is possible; `state` is filled up to `now`."""
    stopped = max(0.0, state.stopped_until - now)
    lacking = max(0.0, 1.0 - state.tokens) / rate
    return max(stopped, lacking)


def grant(state: RateState, *, now: float, rate: float, burst: float, wanted: int) -> tuple[RateState, int]:
    """Spend up to `wanted` sends. Returns the new state and how many may start now."""
    state = fill(state, now=now, rate=rate, burst=burst)
    if now < state.stopped_until:
        return state, 0
    granted = min(wanted, int(state.tokens + 1e-9))
    return replace(state, tokens=state.tokens - granted), granted


def stop(state: RateState, *, now: float, retry_after: float) -> RateState:
    """Stop until `retry_after` has passed; a longer stop already in force stays. What was saved up is void."""
    until = max(state.stopped_until, now + retry_after)
    return RateState(tokens=min(state.tokens, 0.0), filled_at=until, stopped_until=until)


SECOND = 1.004
"""What counts as a second: a little more, as the other side's may begin a moment earlier or later than ours."""

Starts = tuple[tuple[float, int], ...]
"""When sends started, and how many at each time; oldest first. All that a limit of the last second may count."""


def capacity(starts: Starts, *, now: float, rate: float) -> tuple[int, float]:
    """Return how many may start so that no second has more than the rate, and how long until one may.

    Below one per second it is one in as many seconds as it takes.
    """
    most, span = (int(rate + 1e-9), SECOND) if rate >= 1 else (1, SECOND / rate)
    counted = [start for start in starts if start[0] > now - span]
    left = most - sum(count for _, count in counted)
    if left > 0:
        return left, 0.0
    for at, count in counted:
        left += count
        if left > 0:
            return 0, at + span - now
    return 0, span


def record_starts(starts: Starts, *, now: float, count: int) -> Starts:
    """Count sends that start now; what no limit looks at any more is forgotten."""
    kept = tuple(start for start in starts if start[0] > now - SECOND) or starts[-1:]
    if kept and int(kept[-1][0] * 1000) == int(now * 1000):
        return (*kept[:-1], (now, kept[-1][1] + count))
    return (*kept, (now, count))


SLOWER, SLOWEST = 0.7, 0.2
"""What a stop leaves of the rate, and the least that is left of it however many stops come."""

RECOVERY_SECONDS, RECOVERY = 5.0, 0.05
"""After so many seconds without a stop, this share of the full rate comes back."""

WAITING_SECONDS = 0.25
"""For how long a reply that had to wait keeps bulk away, in every process."""

CLOCK_STEP = 1.0
"""Seconds that a clock must have gone back to be believed. A smaller step gives nothing twice: it is waited out."""

STORM_WINDOW, STORM_CHATS, LONG_WAIT = 5.0, 2, 30.0
"""429s from this many chats within so many seconds, or one this long, stop everything."""

KNOWN_WITHIN = 0.1
"""Seconds by which two processes may tell the end of one stop differently."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A 429, to be obeyed for so many seconds. `chat`: its mark; None where the call concerned no chat."""

    chat: int | None
    at: float
    seconds: float

    @property
    def until(self) -> float:
        """When it is over."""
        return self.at + self.seconds

    def matters(self, now: float) -> bool:
        """Whether it is in force, or may be part of a storm."""
        return max(self.until, self.at + STORM_WINDOW) > now


Refusals = Mapping[int | None, Refusal]
"""The refusals that still matter, one for each chat."""


def add_refusal(refusals: Refusals, refusal: Refusal, *, now: float) -> Refusals:
    """Add a refusal; of two for one chat the longer counts. What matters no more is forgotten."""
    kept = {one.chat: one for one in refusals.values() if one.matters(now)}
    known = kept.get(refusal.chat)
    if known is None or known.until < refusal.until:
        kept[refusal.chat] = refusal
    return kept


def silent_until(refusals: Refusals) -> float:
    """Return until when everything is stopped: after a storm, a long wait or a call that concerned no chat."""
    known = refusals.values()
    since = max((one.at for one in known), default=0.0) - STORM_WINDOW
    recent = [one for one in known if one.at > since]
    storm = len(recent) >= STORM_CHATS
    alone = [one for one in known if one.chat is None or one.seconds >= LONG_WAIT]
    return max((one.until for one in alone + recent * storm), default=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """The one budget that all processes share. Times are epoch seconds of one clock.

    `state` spreads the sends evenly; `starts` holds them to the rate whatever happens. `refusals`: the chats to be
    left alone. `stopped_for` bounds the stop, should that clock go back; `slowdown` is the share of the rate in use.
    """

    state: RateState
    starts: Starts = ()
    refusals: Refusals = field(default_factory=dict)
    stopped_for: float = 0.0
    slowdown: float = 1.0
    slowed_at: float = 0.0
    replies_until: float = 0.0


def take(
    budget: Budget, *, now: float, rate: float, burst: float, wanted: int, reply: bool
) -> tuple[Budget, int, float]:
    """Spend up to `wanted` sends. Returns the new budget, how many may start, and how long to wait for the next.

    While replies wait, bulk gets nothing.
    """
    budget = _recovered(clamp_to_clock(budget, now=now), now=now)
    pace = rate * budget.slowdown
    waits_for_replies = budget.replies_until - now
    if not reply and 0 < waits_for_replies <= WAITING_SECONDS:
        return budget, 0, waits_for_replies
    left, _ = capacity(budget.starts, now=now, rate=pace)
    state, granted = grant(budget.state, now=now, rate=pace, burst=burst, wanted=min(wanted, left))
    starts = record_starts(budget.starts, now=now, count=granted) if granted else budget.starts
    lacking = granted < wanted
    until = now + WAITING_SECONDS if reply and lacking else budget.replies_until
    _, full = capacity(starts, now=now, rate=pace)
    pause = max(seconds_until_token(state, now=now, rate=pace), full) if lacking else 0.0
    return replace(budget, state=state, starts=starts, replies_until=until), granted, pause


def refund(budget: Budget, *, burst: float, unused: int) -> Budget:
    """Return sends that did not start."""
    tokens = min(burst, budget.state.tokens + unused)
    starts = tuple((at, count - unused) for at, count in budget.starts[-1:])
    return replace(budget, state=replace(budget.state, tokens=tokens), starts=budget.starts[:-1] + starts)


def merge_refusals(budget: Budget, refusals: Refusals, *, now: float) -> Budget:
    """Add what one process was refused to what all were, and stop everything if that together calls for it."""
    budget = clamp_to_clock(budget, now=now)
    together = budget.refusals
    for refusal in refusals.values():
        together = add_refusal(together, refusal, now=now)
    budget = replace(budget, refusals=together)
    until = silent_until(together)
    if until <= max(now, budget.state.stopped_until + KNOWN_WITHIN):
        return budget
    return halt(budget, now=now, retry_after=until - now)


def halt(budget: Budget, *, now: float, retry_after: float) -> Budget:
    """Stop everything until `retry_after` has passed, and go on more slowly."""
    return replace(
        budget,
        state=stop(budget.state, now=now, retry_after=retry_after),
        stopped_for=max(retry_after, min(budget.stopped_for, budget.state.stopped_until - now)),
        slowdown=max(SLOWEST, budget.slowdown * SLOWER),
        slowed_at=now + retry_after,
    )


def clamp_to_clock(budget: Budget, *, now: float) -> Budget:
    """Believe a clock that went back: no stop and no income waits until it has caught up."""
    latest = now + budget.stopped_for
    stopped_until = min(budget.state.stopped_until, latest)
    filled_at, due = budget.state.filled_at, max(now, stopped_until)
    if filled_at > due + CLOCK_STEP:
        filled_at = due
    return replace(
        budget,
        state=replace(budget.state, stopped_until=stopped_until, filled_at=filled_at),
        starts=tuple((_past(at, now), count) for at, count in budget.starts),
        refusals={
            chat: replace(one, at=_past(one.at, now))
            for chat, one in budget.refusals.items()
            if one.matters(now)
        },
        slowed_at=min(budget.slowed_at, latest),
    )


def _past(at: float, now: float) -> float:
    return at if at <= now + CLOCK_STEP else now


def _recovered(budget: Budget, *, now: float) -> Budget:
    """Give back some of the rate for each while without a stop."""
    steps = int((now - budget.slowed_at) / RECOVERY_SECONDS)
    if budget.slowdown >= 1.0 or steps <= 0:
        return budget
    slowdown = min(1.0, budget.slowdown + steps * RECOVERY)
    return replace(budget, slowdown=slowdown, slowed_at=budget.slowed_at + steps * RECOVERY_SECONDS)


PAID_STARS = 0.1
"""Telegram Stars for one message of a paid broadcast (Bot API, allow_paid_broadcast)."""


def paid_stars(people: int) -> int:
    """Return the Stars that a paid broadcast costs at the most, rounded up."""
    return math.ceil(people * PAID_STARS)
