"""The one budget of requests that all processes share, as pure arithmetic: who may speak next, and when.

Replies to people go before bulk. While bulk waits it keeps a fifth of the rate all the same: each reply puts a
quarter of a send on its account, and what stands there goes before the next reply. Times are epoch seconds of one
clock.
"""

import math
from dataclasses import dataclass, field, replace

from bot.domain.pacing import (
    RateState,
    Refusals,
    Starts,
    add_refusal,
    capacity,
    grant,
    record_starts,
    remove_starts,
    seconds_until_token,
    silent_until,
    stop,
)

SLOWER, SLOWEST = 0.7, 0.2
"""What a stop leaves of the rate, and the least that is left of it however many stops come."""

RECOVERY_SECONDS, RECOVERY = 5.0, 0.05
"""After so many seconds without a stop, this share of the full rate comes back."""

WAITING_SECONDS = 0.25
"""For how long a reply that had to wait goes before bulk, in every process."""

BULK_SHARE = 0.2
"""The share of the rate that bulk keeps while it waits, whatever the replies ask."""

OWED_PER_REPLY = BULK_SHARE / (1 - BULK_SHARE)
"""What each reply puts on the account of bulk that waits, in sends."""

BULK_WAITING_SECONDS = 1.0
"""For how long bulk that had to wait is known to wait. It asks more often; a process that died does not."""

LOAD_SECONDS, HOLDING_UP = 5.0, 0.5
"""Over how long the replies' share of the rate is averaged, and from which share on they hold bulk up."""

CLOCK_STEP = 1.0
"""Seconds that a clock must have gone back to be believed. A smaller step gives nothing twice: it is waited out."""

KNOWN_WITHIN = 0.1
"""Seconds by which two processes may tell the end of one stop differently."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """The one budget that all processes share.

    `state` spreads the sends evenly; `starts` holds them to the rate whatever happens. `refusals`: the chats to be
    left alone. `stopped_for` bounds the stop, should that clock go back; `slowdown` is the share of the rate in use.
    `replies_until`, `bulk_until`: replies, or bulk, had to wait and are taken to wait still. `owed`: sends that bulk
    has before the next reply. `reply_load`: the replies' share of the rate, averaged, as it was at `reply_load_at`.
    """

    state: RateState
    starts: Starts = ()
    refusals: Refusals = field(default_factory=dict)
    stopped_for: float = 0.0
    slowdown: float = 1.0
    slowed_at: float = 0.0
    replies_until: float = 0.0
    bulk_until: float = 0.0
    owed: float = 0.0
    reply_load: float = 0.0
    reply_load_at: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What one process asks for: up to `wanted` sends.

    `replies_wait`: bulk asks, and knows of replies that wait in its own process. `soonest`, `latest`: in how many
    seconds a send that is granted now starts.
    """

    wanted: int
    reply: bool
    replies_wait: bool = False
    soonest: float = 0.0
    latest: float = 0.0


def take(
    budget: Budget, request: Request, *, now: float, rate: float, burst: float
) -> tuple[Budget, int, float]:
    """Spend sends. Returns the new budget, how many may start, and how long to wait for the next.

    What is granted is counted at the latest time it may start, until `correct_starts` tells when it did.
    """
    budget = _recovered(clamp_to_clock(budget, now=now), now=now)
    pace, wanted = rate * budget.slowdown, request.wanted
    left, _ = capacity(budget.starts, now=now + request.soonest, rate=pace)
    if request.reply:
        allowed, turn = _replies_may(budget, request, now=now, pace=pace, burst=burst)
    else:
        allowed, turn = _bulk_may(budget, request, now=now, pace=pace)
    state, granted = grant(budget.state, now=now, rate=pace, burst=burst, wanted=min(wanted, left, allowed))
    starts = budget.starts
    if granted:
        starts = record_starts(starts, now=now, count=granted, at=now + request.latest)
    lacking = granted < wanted
    budget = replace(budget, state=state, starts=starts)
    if request.reply:
        budget = _note_replies(budget, granted, now=now, pace=pace, lacking=lacking)
    else:
        budget = _note_bulk(budget, granted, now=now, lacking=lacking)
    if not lacking:
        return budget, granted, 0.0
    _, full = capacity(starts, now=now, rate=pace)
    token = seconds_until_token(state, now=now, rate=pace)
    return budget, granted, max(token, full, turn if granted == allowed else 0.0)


def _replies_may(
    budget: Budget, request: Request, *, now: float, pace: float, burst: float
) -> tuple[int, float]:
    """Return how many replies may go before it is bulk's turn, and how long that turn takes."""
    if budget.bulk_until <= now:
        return request.wanted, 0.0
    most = max(1.0, BULK_SHARE * burst)
    return max(0, math.ceil((most - budget.owed) / OWED_PER_REPLY)), 1 / pace


def _bulk_may(budget: Budget, request: Request, *, now: float, pace: float) -> tuple[int, float]:
    """Return how many bulk sends may go, and how long it takes until replies leave it another."""
    waits = budget.replies_until - now
    if not request.replies_wait and not 0 < waits <= WAITING_SECONDS:
        return request.wanted, 0.0
    allowed = int(budget.owed + 1e-9)
    lacking = max(1.0, (1 + allowed - budget.owed) / OWED_PER_REPLY) / pace
    return allowed, lacking if request.replies_wait else min(lacking, waits)


def _note_replies(budget: Budget, granted: int, *, now: float, pace: float, lacking: bool) -> Budget:
    owed = budget.owed + granted * OWED_PER_REPLY if budget.bulk_until > now else 0.0
    return replace(
        budget,
        owed=owed,
        replies_until=now + WAITING_SECONDS if lacking else min(budget.replies_until, now),
        reply_load=reply_load(budget, now=now) + granted / (pace * LOAD_SECONDS),
        reply_load_at=now,
    )


def _note_bulk(budget: Budget, granted: int, *, now: float, lacking: bool) -> Budget:
    until = now + BULK_WAITING_SECONDS if lacking else min(budget.bulk_until, now)
    return replace(budget, owed=max(0.0, budget.owed - granted), bulk_until=until)


def reply_load(budget: Budget, *, now: float) -> float:
    """Return the share of the rate that replies took lately, 0 to 1."""
    return budget.reply_load * math.exp(min(0.0, (budget.reply_load_at - now) / LOAD_SECONDS))


def held_up_by_replies(budget: Budget, *, now: float) -> bool:
    """Tell whether bulk waits, and replies to people take most of the rate."""
    return budget.bulk_until > now and reply_load(budget, now=now) >= HOLDING_UP


def refund(budget: Budget, *, burst: float, unused: int, at: float) -> Budget:
    """Return bulk sends that do not start, and were counted at this time: nobody is left whom bulk waits to send to."""
    starts, _ = remove_starts(budget.starts, at=at, count=unused)
    tokens = min(burst, budget.state.tokens + unused)
    state = replace(budget.state, tokens=tokens)
    return replace(budget, state=state, starts=starts, bulk_until=0.0, owed=0.0)


def correct_starts(
    budget: Budget, *, counted_at: float | None, started_at: float, count: int, now: float
) -> Budget:
    """Count sends when they did start, in the place of when they might have; None: they were not counted there."""
    starts = budget.starts
    if counted_at is not None:
        starts, _ = remove_starts(starts, at=counted_at, count=count)
    return replace(budget, starts=record_starts(starts, now=now, count=count, at=started_at))


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
        bulk_until=min(budget.bulk_until, now + BULK_WAITING_SECONDS),
        reply_load_at=min(budget.reply_load_at, now),
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
