"""The governor: one budget for every call of the bot; replies go before bulk, and a 429 is obeyed."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.domain.pacing import (
    Budget,
    RateState,
    Starts,
    grant,
    halt,
    room,
    spend,
    started,
    stop,
    unspend,
    wait,
)
from bot.store.store import Store, Transaction
from bot.store.trouble import DATABASE_TROUBLE

log = structlog.get_logger(__name__)

CHAT_RATE, CHAT_BURST = 1.0, 4.0
"""Messages per second into one chat, and how many may come at once (Bot FAQ: about one a second)."""

SLACK = 0.03
"""Seconds by which a late turn is made good. What is saved up so never bunches beyond the rate: see `room`."""

COMMITS_SEEN = 32
"""Of so many bulk turns the quickest tells how soon after it is granted a send starts at the earliest."""

STORM_WINDOW, STORM_CHATS, LONG_WAIT = 5.0, 2, 30.0
"""429s from this many chats within so many seconds, or one this long, stop everything."""

CHATS_KEPT = 1024
"""Chats whose pace is remembered before those that have rested are forgotten."""

KNOWN_WITHIN = 0.1
"""Seconds by which two clocks may tell the end of a stop differently."""

TROUBLE_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What bulk may do in the open transaction: `allowed` sends, or none for `pause` seconds."""

    allowed: int
    pause: float
    budget: Budget | None = None


class Governor:
    """Decides when the bot may speak, with all its processes. `rate` in calls per second."""

    def __init__(
        self,
        rate: float,
        *,
        store: Store,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate = rate
        self._burst = 1.0 + rate * SLACK
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._chats: dict[int, RateState] = {}
        self._crowded = CHATS_KEPT
        self._hits: deque[tuple[float, int | None]] = deque()
        self._stopped_until = 0.0
        self._untold: float | None = None
        self._starts: Starts = ()
        self._asked_at = 0.0
        self._commits: deque[float] = deque(maxlen=COMMITS_SEEN)
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._leasing: asyncio.Task[None] | None = None

    async def ask_bulk(self, tx: Transaction, wanted: int) -> Grant:
        """Ask for up to `wanted` bulk sends, to be started when this transaction has committed."""
        if wanted <= 0 and self._untold is None:
            return Grant(allowed=0, pause=math.inf)
        if self._waiting:
            return Grant(allowed=0, pause=1 / self._rate)
        return await self._take(tx, wanted, reply=False)

    async def settle_bulk(self, tx: Transaction, grant: Grant, used: int) -> None:
        """Return what of a grant is not used, before the commit."""
        if grant.budget is not None and used < grant.allowed:
            unused = grant.allowed - used
            await tx.budget.save(unspend(grant.budget, burst=self._burst, unused=unused))

    def began(self, count: int) -> None:
        """Note that so many granted sends started at this moment.

        A commit takes now longer, now shorter. Sends granted evenly would reach the other side in bunches if
        only the time of the grant counted.
        """
        self._commits.append(self._clock() - self._asked_at)
        self.delayed(count)

    def delayed(self, count: int = 1) -> None:
        """Note that so many sends may have reached the other side only now, on a new connection."""
        self._starts = started(self._starts, now=self._clock(), count=count)

    async def reply_turn(self, chat_id: int | None) -> None:
        """Wait until one reply may be posted to this chat."""
        if chat_id is not None:
            while (seconds := self._take_chat(chat_id)) > 0:
                await self._sleep(seconds)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        if self._leasing is None or self._leasing.done():
            self._leasing = asyncio.create_task(self._lease())
        await turn

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
        if (
            chat_id is None or several or retry_after >= LONG_WAIT
        ) and now + retry_after > self._stopped_until:
            self._stopped_until = self._untold = now + retry_after

    @property
    def silenced(self) -> bool:
        """Whether everything is stopped at this moment, as far as this process was told."""
        return self._clock() < self._stopped_until

    def stopped(self, chat_id: int) -> float:
        """Return for how many seconds more nothing may be sent to this chat."""
        chat = self._chats.get(chat_id)
        return 0.0 if chat is None else max(0.0, chat.stopped_until - self._clock())

    async def _lease(self) -> None:
        """Let the replies that wait go, as many at a time as the budget has."""
        while self._waiting:
            try:
                async with self._store.transaction() as tx:
                    grant = await self._take(tx, len(self._waiting), reply=True)
            except DATABASE_TROUBLE as error:
                log.warning("budget_unreachable", error=type(error).__name__)
                await self._sleep(TROUBLE_SECONDS)
                continue
            if grant.allowed:
                self.began(grant.allowed)
            for _ in range(min(grant.allowed, len(self._waiting))):
                turn = self._waiting.popleft()
                if not turn.done():
                    turn.set_result(None)
            if self._waiting:
                await self._sleep(grant.pause)

    async def _take(self, tx: Transaction, wanted: int, *, reply: bool) -> Grant:
        """Spend from the shared budget; tell it first of a stop it does not know."""
        local = self._clock()
        stopped = self._stopped_until - local
        if stopped > 0 and self._untold is None:
            return Grant(allowed=0, pause=stopped)
        budget, now = await tx.budget.load()
        local = self._asked_at = self._clock()
        if self._untold is not None:
            budget = self._tell(budget, self._untold - local, now=now)
        left, full = room(self._starts, now=local + min(self._commits, default=0.0), rate=self._rate)
        budget, allowed, pause = spend(
            budget, now=now, rate=self._rate, burst=self._burst, wanted=min(wanted, left), reply=reply
        )
        await tx.budget.save(budget)
        # What another process was told holds here by this process's own clock: the shared one may be set forward.
        self._stopped_until = max(self._stopped_until, local + budget.state.stopped_until - now)
        return Grant(allowed=allowed, pause=max(pause, stopped, full), budget=budget)

    def _tell(self, budget: Budget, remaining: float, *, now: float) -> Budget:
        """Write a stop into the budget until it is seen there: what wrote it may have been undone."""
        known = budget.state.stopped_until - now
        if remaining <= 0 or known >= remaining - KNOWN_WITHIN:
            self._untold = None
            return budget
        return halt(budget, now=now, retry_after=remaining)

    def _take_chat(self, chat_id: int) -> float:
        """Spend one message of the chat's own pace, or return the seconds to wait first."""
        now = self._clock()
        known = self._chats.get(chat_id, RateState(tokens=CHAT_BURST, filled_at=now))
        chat, granted = grant(known, now=now, rate=CHAT_RATE, burst=CHAT_BURST, wanted=1)
        self._chats[chat_id] = chat
        if not granted:
            return wait(chat, now=now, rate=CHAT_RATE)
        self._forget_rested(now)
        return 0.0

    def _forget_rested(self, now: float) -> None:
        """Let go of chats that have their full burst again; there may be a million of them."""
        if len(self._chats) < self._crowded:
            return
        rested = now - CHAT_BURST / CHAT_RATE
        self._chats = {
            chat_id: state
            for chat_id, state in self._chats.items()
            if max(state.filled_at, state.stopped_until) > rested
        }
        self._crowded = max(CHATS_KEPT, 2 * len(self._chats))
