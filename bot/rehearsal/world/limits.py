"""Telegram's limits: so many messages a second overall and in one chat, and silence when told to wait."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.rehearsal.api.refusal import too_many_requests


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Rates in messages per second; None is no limit. Telegram's are 30 (1000 paid) and about 1 per chat.

    `burst` and `chat_burst` are how many may come at once after a rest; `burst` of None is one second's worth.
    `sliding` takes the overall rate at its word: no more than that in any second, wherever it begins.
    `retry_after` is the least number of seconds a refusal asks for. What comes within `grace` seconds of a
    refusal was on the way already: it is refused like the rest, but not held against the bot.
    """

    overall_per_second: float | None = None
    paid_per_second: float | None = 1000.0
    per_chat_per_second: float | None = None
    burst: float | None = None
    sliding: bool = False
    chat_burst: float = 5.0
    retry_after: int = 1
    grace: float = 0.25


UNLIMITED = Limits()
TELEGRAM = Limits(overall_per_second=30.0, per_chat_per_second=1.0, retry_after=3)
"""As Telegram documents them (Bots FAQ, "My bot is hitting limits")."""

MOST_CHATS = 50_000
"""Chats whose recent sends are remembered before those that have rested are dropped."""

ALMOST_ONE = 1.0 - 1e-6
"""A token, for clocks that count in fractions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Closed:
    """When a refusal was given and until when it holds, in monotonic seconds."""

    since: float = 0.0
    until: float = 0.0


class Gate:
    """Counts what the bot sends and refuses what comes too fast.

    `violations` counts the requests made while the bot had been told to wait. `monotonic` is in seconds.
    """

    def __init__(self, limits: Limits, monotonic: Callable[[], float]) -> None:
        self.limits = limits
        self.violations = 0
        self.refused = 0
        self._monotonic = monotonic
        self._overall: tuple[float, float] | None = None
        self._last_second: deque[float] = deque()
        self._chats: dict[int, tuple[float, float]] = {}
        self._most_chats = MOST_CHATS
        self._closed = _Closed()
        self._closed_chats: dict[int, _Closed] = {}

    def enter(self, chat_id: int | None, *, paid: bool = False) -> None:
        """Count one message of the bot; raise a 429 when it comes too soon."""
        now = self._monotonic()
        self._refuse_the_impatient(chat_id, now)
        limits = self.limits
        rate = limits.overall_per_second
        if rate is not None and paid and limits.paid_per_second is not None:
            rate = max(rate, limits.paid_per_second)
        if rate is not None:
            wait = self._spend_overall(now, rate)
            if wait > 0:
                self.close(None, self._seconds(wait))
        if limits.per_chat_per_second is not None and chat_id is not None:
            bucket, wait = _spend(
                self._chats.get(chat_id), now, limits.per_chat_per_second, limits.chat_burst
            )
            self._chats[chat_id] = bucket
            if len(self._chats) > self._most_chats:
                self._forget_rested(now)
            if wait > 0:
                self.close(chat_id, self._seconds(wait))

    def close(self, chat_id: int | None, retry_after: int) -> None:
        """Refuse with a 429 now and until `retry_after` seconds have passed; None closes every chat."""
        now = self._monotonic()
        closed = _Closed(since=now, until=now + retry_after)
        if chat_id is None:
            self._closed = closed
        else:
            self._closed_chats[chat_id] = closed
        self.refused += 1
        raise too_many_requests(retry_after)

    def _refuse_the_impatient(self, chat_id: int | None, now: float) -> None:
        closed = self._closed
        if chat_id is not None and chat_id in self._closed_chats:
            own = self._closed_chats[chat_id]
            if own.until <= now:
                del self._closed_chats[chat_id]
            closed = max(closed, own, key=lambda each: each.until)
        if closed.until > now:
            if now - closed.since > self.limits.grace:
                self.violations += 1
            raise too_many_requests(math.ceil(closed.until - now))

    def _spend_overall(self, now: float, rate: float) -> float:
        """Count one message, or return the seconds until one may come."""
        if not self.limits.sliding:
            self._overall, wait = _spend(self._overall, now, rate, self.limits.burst or max(rate, 1.0))
            return wait
        seen = self._last_second
        while seen and seen[0] <= now - 1.0:
            seen.popleft()
        if len(seen) + 1 > rate:
            return seen[0] + 1.0 - now
        seen.append(now)
        return 0.0

    def _seconds(self, wait: float) -> int:
        return max(self.limits.retry_after, math.ceil(wait))

    def _forget_rested(self, now: float) -> None:
        rested = self.limits.chat_burst / (self.limits.per_chat_per_second or 1.0)
        self._chats = {chat: bucket for chat, bucket in self._chats.items() if now - bucket[1] < rested}
        self._most_chats = max(MOST_CHATS, 2 * len(self._chats))


def _spend(
    bucket: tuple[float, float] | None, now: float, rate: float, burst: float
) -> tuple[tuple[float, float], float]:
    """Take one token of a bucket (tokens, filled at). Returns it and the seconds until a token is there."""
    tokens, filled_at = bucket or (burst, now)
    tokens = min(burst, tokens + (now - filled_at) * rate)
    if tokens >= ALMOST_ONE:
        return (tokens - 1.0, now), 0.0
    return (tokens, now), (1.0 - tokens) / rate
