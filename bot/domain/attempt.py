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
    """403: blocked or deactivated. They are taken off the list at once."""
    GONE = "gone"
    """No such chat, or one that never started this bot: deleted, or it knows another bot. See `GONE_ERRORS`."""
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

GONE_ERRORS = frozenset({"chat not found", "never started"})
"""What is written down of a delivery whose chat is gone.

It says as much about the bot as about the chat: a bot with the token of another one knows nobody on the list.
"""

PERSONAL = frozenset({AttemptResult.GONE, AttemptResult.TOO_MANY})
"""A delivery that failed with these says something about its chat, and nothing about the alert or the bot."""

MAX_ATTEMPTS = 8
"""Attempts that provably were not accepted, before a delivery is `failed`."""

MAX_WAITED = 1800
"""Seconds for which 429s may put off one delivery in all, before it is `failed`. See `seconds_waited`."""

LEAST_WAITED, MOST_WAITED = 5, 300
"""Seconds that one 429 counts, whatever it says: a chat is tried 6 times at the least, and 360 at the most."""

BACK_OFF_BASE, BACK_OFF_CAP = 0.5, 30.0
"""Seconds: the first wait after a failed connection, doubled each time, up to the cap."""

LONGEST_WAIT = timedelta(seconds=2 * BACK_OFF_CAP)
"""A delivery that is due later than this was put off by a clock that has been set back since: it is due.

Longer waits that Telegram asks for are stops of everything, which the governor keeps.
"""


def seconds_waited(attempt: Attempt) -> int:
    """Return the seconds that an attempt adds to what a delivery has waited for Telegram."""
    if attempt.result is not AttemptResult.TOO_MANY:
        return 0
    return int(min(MOST_WAITED, max(LEAST_WAITED, attempt.retry_after)))


def next_state(
    result: AttemptResult, *, attempts: int, repeatable: bool = False, waited: int = 0
) -> DeliveryState:
    """Return what an attempt makes of a delivery; `attempts` and `waited` count this one.

    `repeatable`: doing it twice does no more than once, so an unclear result may be tried again.
    """
    match result:
        case AttemptResult.ACCEPTED:
            return DeliveryState.SENT
        case AttemptResult.UNAUTHORIZED:
            return DeliveryState.PENDING
        case AttemptResult.TOO_MANY:
            return DeliveryState.PENDING if waited < MAX_WAITED else DeliveryState.FAILED
        case AttemptResult.NOT_CONNECTED:
            return DeliveryState.PENDING if attempts < MAX_ATTEMPTS else DeliveryState.FAILED
        case AttemptResult.BLOCKED:
            return DeliveryState.BLOCKED
        case AttemptResult.REFUSED | AttemptResult.GONE:
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
