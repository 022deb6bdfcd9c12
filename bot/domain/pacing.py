"""How fast may the bot speak: a token bucket and its stops, as pure arithmetic.

Times are seconds of a monotonic clock.
"""

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


def wait(state: RateState, *, now: float, rate: float) -> float:
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
