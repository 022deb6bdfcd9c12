"""When a call that is no bulk send is tried again. The rule is that of `attempt`, with patience added."""

import math
from dataclasses import dataclass

from bot.domain.attempt import Attempt, AttemptResult, back_off


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryPolicy:
    """How long a call is worth trying.

    `max_refusals`: tries that may end with a 429. `max_age`: seconds since the first try. `max_wait`: seconds
    between two tries, where Telegram names none. `idempotent`: doing it twice does no more than once, so an
    unclear outcome may be tried again.
    """

    max_refusals: int = 6
    max_age: float = math.inf
    max_wait: float = 8.0
    idempotent: bool = False


REPLY = RetryPolicy(max_age=900.0)
"""An answer to a person: still worth something after a break of some minutes."""

ONCE = RetryPolicy(max_refusals=1, max_age=0.0)
"""An answer that the outbox keeps, and tries again itself."""

PROGRESS = RetryPolicy(max_refusals=2, max_age=3.0)
"""What the next message says anew in a moment."""

SETUP = RetryPolicy(max_refusals=1_000_000, max_wait=30.0, idempotent=True)
"""Without it the bot is deaf: tried until it is answered."""


LONGEST_AT = 10
"""Tries after which the wait grows no more."""


def seconds_before_retry(
    attempt: Attempt, policy: RetryPolicy, *, tries: int, refusals: int, age: float, jitter: float
) -> float | None:
    """Return how long to wait before the next try, or None: this was the last.

    `tries` and `refusals` count this one; `age`: seconds since the first; `jitter`: a random share, 0 to 1.
    """
    wait = back_off(attempt, attempts=min(tries, LONGEST_AT), jitter=jitter)
    match attempt.result:
        case AttemptResult.TOO_MANY:
            again = refusals < policy.max_refusals
        case AttemptResult.NOT_CONNECTED:
            wait, again = min(policy.max_wait, wait), True
        case AttemptResult.UNCLEAR:
            wait, again = min(policy.max_wait, wait), policy.idempotent
        case _:
            return None
    return wait if again and age + wait <= policy.max_age else None
