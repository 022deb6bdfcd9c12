"""The governor: one budget for every call of the bot; replies go before bulk, and a 429 is obeyed."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.domain.pacing import RateState, fill, grant, stop, wait

CHAT_RATE, CHAT_BURST = 1.0, 4.0
"""Messages per second into one chat, and how many may come at once (Bot FAQ: about one a second)."""

MARGIN = 0.99
"""Of the rate, so that jitter on the way does not bunch calls beyond the limit at the other end."""

SLACK = 0.007
"""Seconds by which a late wake-up is made good: less than the margin leaves, so no window holds too many."""

STORM_WINDOW, STORM_CHATS, LONG_WAIT = 5.0, 2, 30.0
"""429s from this many chats within so many seconds, or one this long, stop everything."""

ATTEMPTS = 6
"""Tries of one reply against 429s."""

UNMETERED = frozenset({"getUpdates", "getMe", "setWebhook", "deleteWebhook", "getWebhookInfo"})
"""They send nothing to anybody, and getUpdates waits on purpose."""


class Governor:
    """Decides when the bot may speak. `rate` in calls per second, times in monotonic seconds."""

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate = rate * MARGIN
        self._burst = 1.0 + rate * SLACK
        self._clock = clock
        self._sleep = sleep
        self._state = RateState(tokens=self._burst, filled_at=clock())
        self._chats: dict[int, RateState] = {}
        self._hits: deque[tuple[float, int | None]] = deque()
        self._replies_waiting = 0

    def grant_bulk(self, wanted: int) -> tuple[int, float]:
        """Return how many bulk sends may start now and, if none may, the seconds until one could."""
        now = self._clock()
        if wanted <= 0:
            return 0, math.inf
        if self._replies_waiting:
            return 0, 1 / self._rate
        self._state, granted = grant(self._state, now=now, rate=self._rate, burst=self._burst, wanted=wanted)
        return granted, 0.0 if granted else wait(self._state, now=now, rate=self._rate)

    def give_back(self, unused: int) -> None:
        """Return granted sends that did not start."""
        tokens = min(self._burst, self._state.tokens + unused)
        self._state = RateState(
            tokens=tokens, filled_at=self._state.filled_at, stopped_until=self._state.stopped_until
        )

    async def reply_turn(self, chat_id: int | None) -> None:
        """Wait until one reply may be posted to this chat."""
        self._replies_waiting += 1
        try:
            while (seconds := self._take_reply(chat_id)) > 0:
                await self._sleep(seconds)
        finally:
            self._replies_waiting -= 1

    def refused(self, chat_id: int | None, retry_after: float) -> None:
        """Obey a 429: stop this chat, or everything when several are hit or the wait is long."""
        now = self._clock()
        if chat_id is not None:
            chat = self._chats.get(chat_id, RateState(tokens=0.0, filled_at=now))
            self._chats[chat_id] = stop(chat, now=now, retry_after=retry_after)
        self._hits.append((now, chat_id))
        while self._hits and self._hits[0][0] < now - STORM_WINDOW:
            self._hits.popleft()
        several = len({chat for _, chat in self._hits}) >= STORM_CHATS
        if chat_id is None or several or retry_after >= LONG_WAIT:
            self._state = stop(self._state, now=now, retry_after=retry_after)

    def _take_reply(self, chat_id: int | None) -> float:
        """Spend one reply, or return the seconds to wait first."""
        now = self._clock()
        self._state = fill(self._state, now=now, rate=self._rate, burst=self._burst)
        seconds = wait(self._state, now=now, rate=self._rate)
        chat = None
        if chat_id is not None:
            known = self._chats.get(chat_id, RateState(tokens=CHAT_BURST, filled_at=now))
            chat = fill(known, now=now, rate=CHAT_RATE, burst=CHAT_BURST)
            seconds = max(seconds, wait(chat, now=now, rate=CHAT_RATE))
        if seconds > 0:
            return seconds
        self._state, _ = grant(self._state, now=now, rate=self._rate, burst=self._burst, wanted=1)
        if chat is not None and chat_id is not None:
            self._chats[chat_id], _ = grant(chat, now=now, rate=CHAT_RATE, burst=CHAT_BURST, wanted=1)
            self._forget_rested(now)
        return 0.0

    def _forget_rested(self, now: float) -> None:
        """Let go of chats that have their full burst again; there may be a million of them."""
        if len(self._chats) < 1024:  # noqa: PLR2004  # few enough to keep
            return
        rested = now - CHAT_BURST / CHAT_RATE
        self._chats = {
            chat_id: state
            for chat_id, state in self._chats.items()
            if max(state.filled_at, state.stopped_until) > rested
        }


class ReplyLane(BaseRateLimiter[Any]):
    """python-telegram-bot's calls under our governor, in the reply lane."""

    def __init__(self, governor: Governor) -> None:
        self._governor = governor

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(  # noqa: PLR0917  # the library's signature
        self,
        callback: Callable[..., Awaitable[Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Any,  # noqa: ARG002  # none are defined
    ) -> Any:
        """Make the call when its turn has come; after a 429, when its wait is over."""
        if endpoint in UNMETERED:
            return await callback(*args, **kwargs)
        chat_id = data.get("chat_id") if isinstance(data.get("chat_id"), int) else None
        for attempt in range(1, ATTEMPTS + 1):
            await self._governor.reply_turn(chat_id)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._governor.refused(chat_id, _seconds(error))
                if attempt == ATTEMPTS:
                    raise
        return None


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()
