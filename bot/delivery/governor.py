"""The governor: one budget for every call of the bot; replies go before bulk, and a 429 is obeyed."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.delivery.chat_pace import ChatPace
from bot.delivery.start_times import Grant, StartTimes
from bot.delivery.waiting import Waiting
from bot.domain.budget import CLOCK_STEP, Budget, Request, clamp_to_clock, merge_refusals, refund, take
from bot.domain.pacing import Refusal, Refusals, add_refusal, silent_until
from bot.domain.rank import FIRST, LAST
from bot.store.store import Store, Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS

log = structlog.get_logger(__name__)

SLACK = 0.03
"""Seconds by which a late turn is made good. What is saved up so never bunches beyond the rate: see `capacity`."""

LEASE_SECONDS = 0.1
"""How long a reply's lease of the budget holds; it is taken with the effect, and its posting begins at once."""

SOONEST_SECONDS = 0.005
"""The shortest wait before asking the budget again."""

TROUBLE_SECONDS = 0.5
"""The wait before asking again where the database is busy, full or away."""


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
        self._chats = ChatPace()
        self._refusals: Refusals = {}
        self._unpublished = 0
        self._publishing: asyncio.Task[None] | None = None
        self._stopped_until = 0.0
        self._last_clock: tuple[float, float] | None = None
        self._starts = StartTimes(clock)
        self._waiting = Waiting()
        self._leasing: asyncio.Task[None] | None = None
        self._lease_now = Grant(allowed=0, pause=0.0)
        self._leased = 0
        self._leased_until = 0.0

    async def ask_bulk(self, tx: Transaction, wanted: int) -> Grant:
        """Ask for up to `wanted` bulk sends, to be started when this transaction has committed."""
        if wanted <= 0:
            return Grant(allowed=0, pause=math.inf)
        return await self._take(tx, wanted, reply=False)

    async def settle_bulk(self, tx: Transaction, grant: Grant, used: int) -> None:
        """Return what of a grant is not used, before the commit."""
        if grant.budget is not None and used < grant.allowed:
            unused = grant.allowed - used
            await tx.budget.save(refund(grant.budget, burst=self._burst, unused=unused, at=grant.counted_at))

    async def may_start(self, grant: Grant) -> bool:
        """Wait, when a grant has committed, until it may start. False: that was too late, nothing of it may start."""
        if not grant.allowed:
            return True
        in_time = self._starts.note_committed(grant)
        await self._until(grant.soonest_at)
        return in_time

    def record_starts(self, grant: Grant, count: int) -> None:
        """Note that so many of the granted sends start at this moment."""
        if count:
            self._starts.add(grant, count)

    def record_late_start(self, count: int = 1) -> None:
        """Note that so many sends may have reached the other side only now, on a new connection."""
        self._starts.add_late(count)

    async def lease_replies(self, tx: Transaction, wanted: int) -> Grant:
        """Lease the budget for replies whose effects this transaction commits; a commit of their own is spared."""
        if wanted <= 0 or self._waiting:
            return Grant(allowed=0, pause=0.0)
        return await self._take(tx, wanted, reply=True)

    async def heed(self, tx: Transaction) -> None:
        """Hear what other processes were told, where this one asks for nothing of the budget."""
        budget, now = await tx.budget.look()
        self._merge_shared_state(budget, now=now, local=self._clock())

    def begin_replies(self, lease: Grant) -> None:
        """Let so many of the next replies go without asking, now that the lease has committed."""
        if lease.allowed and self._starts.note_committed(lease):
            self._lease_now = lease
            self._leased = lease.allowed
            self._leased_until = min(self._clock() + LEASE_SECONDS, lease.latest_at)

    async def _spend_lease(self) -> bool:
        if not self._leased or self._waiting or self._clock() > self._leased_until:
            return False
        lease = self._lease_now
        self._leased -= 1
        await self._until(lease.soonest_at)
        self._starts.add(lease)
        return True

    async def _until(self, second: float) -> None:
        """Wait for a second of our clock, if it is still to come."""
        if (early := second - self._clock()) > 0:
            await self._sleep(early)

    async def reply_turn(self, chat_id: int | None, *, rank: int = FIRST) -> None:
        """Wait until one reply may be posted to this chat; among those that wait, a lower rank goes first."""
        while True:
            if chat_id is not None:
                while (seconds := self._chats.take(chat_id, now=self._clock())) > 0:
                    await self._sleep(seconds)
            # What nobody waits for takes nobody's lease.
            if rank < LAST and await self._spend_lease() and not self.forbids(chat_id):
                return
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn, rank)
            if self._leasing is None or self._leasing.done():
                self._leasing = asyncio.create_task(self._lease())
            try:
                await turn
            except asyncio.CancelledError:
                # Whoever gave up waiting keeps nobody else waiting.
                self._waiting.discard(turn)
                raise
            # A 429 may have come while it waited, to us or to another process.
            if not self.forbids(chat_id):
                return

    async def free_turn(self) -> None:
        """Wait until something that spends nothing may be posted: at once, unless everything is stopped."""
        while (seconds := self._stopped_until - self._clock()) > 0:
            await self._sleep(seconds)

    def add_refusal(self, chat_id: int | None, retry_after: float) -> None:
        """Obey a 429: stop this chat, or everything when several are hit or the wait is long; and tell the others."""
        now = self._clock()
        mark = None
        if chat_id is not None:
            mark = self._store.chat_tags(chat_id)[0]
            self._chats.stop(chat_id, now=now, retry_after=retry_after)
        refusal = Refusal(chat=mark, at=now, seconds=retry_after)
        self._refusals = add_refusal(self._refusals, refusal, now=now)
        self._stopped_until = max(self._stopped_until, silent_until(self._refusals))
        self._unpublished += 1
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.create_task(self._publish_refusals())

    def forbids(self, chat_id: int | None) -> bool:
        """Whether nothing may be sent to this chat at this moment."""
        return self.silenced or (chat_id is not None and self.stopped(chat_id) > 0)

    @property
    def silenced(self) -> bool:
        """Whether everything is stopped at this moment, as far as this process knows."""
        return self._clock() < self._stopped_until

    def stopped(self, chat_id: int) -> float:
        """Return for how many seconds more nothing may be sent to this chat, whichever process was told so."""
        if not self._refusals:
            return 0.0
        noted = map(self._refusals.get, self._store.chat_tags(chat_id))
        return max([refusal.until - self._clock() for refusal in noted if refusal is not None], default=0.0)

    async def _lease(self) -> None:
        """Let the replies that wait go, as many at a time as the budget has."""
        while self._waiting:
            try:
                async with self._store.transaction() as tx:
                    grant = await self._take(tx, len(self._waiting), reply=True)
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("budget_unreachable", error=type(error).__name__)
                await self._sleep(TROUBLE_SECONDS)
                continue
            usable = await self.may_start(grant)
            for _ in range(min(grant.allowed, len(self._waiting)) if usable else 0):
                turn = self._waiting.popleft()
                if not turn.done():
                    self._starts.add(grant)
                    turn.set_result(None)
            if self._waiting:
                await self._sleep(grant.pause)

    async def _take(self, tx: Transaction, wanted: int, *, reply: bool) -> Grant:
        """Spend from the shared budget, unless it says that there is a stop."""
        if (stopped := self._stopped_until - self._clock()) > 0:
            return Grant(allowed=0, pause=stopped)
        budget, now = await tx.budget.load()
        local = self._clock()
        budget = clamp_to_clock(budget, now=now)
        self._merge_shared_state(budget, now=now, local=local)
        stopped = self._stopped_until - local
        budget = self._starts.correct(budget, now=now, local=local)
        soonest, latest = self._starts.soonest, self._starts.latest
        # What is heard of its clock has been on its way; ours says how long.
        late = max(0.0, local + self._starts.ahead - now)
        request = Request(
            wanted=0 if stopped > 0 else wanted,
            reply=reply,
            replies_wait=bool(self._waiting),
            soonest=soonest,
            latest=late + latest,
        )
        budget, allowed, pause = take(budget, request, now=now, rate=self._rate, burst=self._burst)
        await tx.budget.save(budget)
        return Grant(
            allowed=allowed,
            pause=max(pause, stopped, SOONEST_SECONDS if allowed < wanted else 0.0),
            budget=budget,
            asked_at=local,
            soonest_at=local + soonest,
            latest_at=local + latest,
            counted_at=now + request.latest,
        )

    async def _publish_refusals(self) -> None:
        """Write what we were told into the budget, for the others, until a commit has held."""
        while told := self._unpublished:
            try:
                async with self._store.transaction() as tx:
                    budget, now = await tx.budget.load()
                    local = self._clock()
                    known = {
                        chat: replace(one, at=one.at + now - local) for chat, one in self._refusals.items()
                    }
                    budget = merge_refusals(budget, known, now=now)
                    await tx.budget.save(budget)
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("budget_unreachable", error=type(error).__name__)
                await self._sleep(TROUBLE_SECONDS)
                continue
            self._unpublished -= told
            self._merge_shared_state(budget, now=now, local=local)

    def _merge_shared_state(self, budget: Budget, *, now: float, local: float) -> None:
        """Heed what any process was told, by this process's own clock: the shared one may be set, and is at times."""
        ahead, stopped_until = now - local, budget.state.stopped_until
        known_ahead, known_stop = self._last_clock or (ahead, stopped_until)
        self._last_clock = ahead, stopped_until
        # Set forward since we looked: what came meanwhile looks as if it were over, and may have begun just now.
        set_forward = ahead > known_ahead + CLOCK_STEP
        if set_forward and stopped_until != known_stop:
            stopped_until = now + budget.stopped_for
        self._stopped_until = max(self._stopped_until, stopped_until - ahead)
        if not self._refusals and not budget.refusals:
            return
        self._refusals = {chat: one for chat, one in self._refusals.items() if one.matters(local)}
        for one in budget.refusals.values():
            heard = replace(one, at=local if set_forward else one.at - ahead)
            self._refusals = add_refusal(self._refusals, heard, now=local)
