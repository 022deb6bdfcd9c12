"""One attempt to deliver, and what it makes of the delivery.

The rule of the project stands here: retried is only what provably was not accepted.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.delivery import DeliveryState


class AttemptResult(StrEnum):
    """What is known after one attempt."""

    ACCEPTED = "accepted"
    NOT_CONNECTED = "not_connected"
    """No connection or no DNS: nothing was written."""
    TOO_MANY = "too_many"
    """429: Telegram says it did not accept it, and how long to wait."""
    BLOCKED = "blocked"
    """403: blocked, deactivated, or never started."""
    REFUSED = "refused"
    """Another 4xx: this message will not be accepted by this chat."""
    UNAUTHORIZED = "unauthorized"
    """401: the token is revoked. Says nothing about the person."""
    UNCLEAR = "unclear"
    """Timeout after writing, reset, truncated answer, 5xx: it may have been accepted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """The answer to one send. `retry_after` in seconds, with `too_many` only."""

    result: AttemptResult
    message_id: int | None = None
    retry_after: float = 0.0
    error: str | None = None


FREE = frozenset({AttemptResult.TOO_MANY, AttemptResult.UNAUTHORIZED})
"""These say nothing about the delivery, and use up none of its attempts."""

MAX_ATTEMPTS = 8
"""Attempts that provably were not accepted, before a delivery is `failed`."""

BACK_OFF_BASE, BACK_OFF_CAP = 0.5, 30.0
"""Seconds: the first wait after a failed connection, doubled each time, up to the cap."""

LONGEST_WAIT = timedelta(seconds=2 * BACK_OFF_CAP)
"""A delivery that is due later than this was put off by a clock that has been set back since: it is due.

Longer waits that Telegram asks for are stops of everything, which the governor keeps.
"""


def next_state(result: AttemptResult, *, attempts: int, repeatable: bool = False) -> DeliveryState:
    """Return what an attempt makes of a delivery; `attempts` counts this one.

    `repeatable`: doing it twice does no more than once, so an unclear result may be tried again.
    """
    match result:
        case AttemptResult.ACCEPTED:
            return DeliveryState.SENT
        case AttemptResult.TOO_MANY | AttemptResult.UNAUTHORIZED:
            return DeliveryState.PENDING
        case AttemptResult.NOT_CONNECTED:
            return DeliveryState.PENDING if attempts < MAX_ATTEMPTS else DeliveryState.FAILED
        case AttemptResult.BLOCKED:
            return DeliveryState.BLOCKED
        case AttemptResult.REFUSED:
            return DeliveryState.FAILED
        case AttemptResult.UNCLEAR:
            again = repeatable and attempts < MAX_ATTEMPTS
            return DeliveryState.PENDING if again else DeliveryState.UNKNOWN


def back_off(attempt: Attempt, *, attempts: int, jitter: float) -> float:
    """Return the seconds before the next attempt. `jitter` is a random share, 0 to 1, of the wait to add."""
    if attempt.result is AttemptResult.TOO_MANY:
        return attempt.retry_after
    if attempt.result in (AttemptResult.NOT_CONNECTED, AttemptResult.UNCLEAR):
        return float(min(BACK_OFF_CAP, BACK_OFF_BASE * 2 ** (attempts - 1)) * (1 + jitter))
    return 0.0
