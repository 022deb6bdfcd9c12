"""How fast may the bot speak: a token bucket and its stops, as pure arithmetic.

Times are seconds of one clock.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace


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


def record_starts(starts: Starts, *, now: float, count: int, at: float | None = None) -> Starts:
    """Count sends that start now, or are expected at another time; what no limit looks at any more is forgotten."""
    at = now if at is None else at
    kept = tuple(start for start in starts if start[0] > now - SECOND) or starts[-1:]
    later = sum(start[0] > at for start in reversed(kept)) if kept and kept[-1][0] > at else 0
    before, after = kept[: len(kept) - later], kept[len(kept) - later :]
    if before and _mark(before[-1][0]) == _mark(at):
        return (*before[:-1], (at, before[-1][1] + count), *after)
    return (*before, (at, count), *after)


def remove_starts(starts: Starts, *, at: float, count: int) -> tuple[Starts, int]:
    """Take back up to `count` sends that were counted at this time. Returns how many there were to take back."""
    for number in range(len(starts) - 1, -1, -1):
        found, there = starts[number]
        if _mark(found) == _mark(at):
            taken = min(count, there)
            left = ((found, there - taken),) if there > taken else ()
            return (*starts[:number], *left, *starts[number + 1 :]), taken
    return starts, 0


def _mark(at: float) -> int:
    """Return the millisecond in which starts are counted together."""
    return int(at * 1000)


STORM_WINDOW, STORM_CHATS, LONG_WAIT = 5.0, 2, 30.0
"""429s from this many chats within so many seconds, or one this long, stop everything."""


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


def seconds_to_send(people: int, *, rate: float) -> float:
    """Return how long a broadcast takes at the whole rate; answers to people may take up to four fifths of it."""
    return people / rate


PAID_STARS = 0.1
"""Telegram Stars for one message of a paid broadcast (Bot API, allow_paid_broadcast)."""


def paid_stars(people: int) -> int:
    """Return the Stars that a paid broadcast costs at the most, rounded up."""
    return math.ceil(people * PAID_STARS)
