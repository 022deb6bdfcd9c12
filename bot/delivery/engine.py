"""The engine: a loop that records results, asks for budget, claims deliveries and sends them.

Each cycle is one transaction: it records the answers that came back, asks the governor how many sends may start now
and claims exactly that many; they are sent when it has committed. So what is in flight in the database is what is on
the wire, and a crash leaves no more unknown than that.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.delivery.governor import Governor
from bot.delivery.in_flight import InFlight, Returned
from bot.delivery.liveness import Liveness
from bot.delivery.outage import Outage
from bot.delivery.sender import Prepared, Sender, read_attempt
from bot.domain.alert import Alert
from bot.domain.attempt import AttemptResult
from bot.domain.broadcast import (
    RECEIVES,
    RUNNABLE,
    Broadcast,
    BroadcastKind,
    BroadcastStatus,
    StopReason,
    is_failing,
)
from bot.domain.delivery import DeliveryState
from bot.domain.plan import plan_of
from bot.store.deliveries import Claimed
from bot.store.store import Store, Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.store.transitions import Recorded
from bot.telegram_io.connections import Response

log = structlog.get_logger(__name__)

IN_FLIGHT = 256
"""Sends on the wire at the most: enough for 1000/s at a round trip of 250 ms, and the bound of *unknown*."""

HEARTBEAT_SECONDS = 0.5
"""How often a worker says that it is alive; see `bot.delivery.liveness` for when it is taken for dead."""

IDLE_SECONDS = 0.5
"""How long to wait before looking for work that another process may have queued."""

SOON_SECONDS = 0.1
"""How long to wait for what must come back before a broadcast can start."""

SLICE_SECONDS = 5.0
"""How long one broadcast goes on while others wait for their share."""

Body = Callable[[Broadcast, Alert, str], Prepared]
"""Renders what a broadcast sends, for a locale."""


class Engine:
    """Sends the broadcasts that are due, in turns, and survives being killed at any point."""

    def __init__(
        self,
        *,
        store: Store,
        sender: Sender,
        governor: Governor,
        body: Body,
        clock: Clock,
        paid: bool = False,
    ) -> None:
        self._store = store
        self._sender = sender
        self._governor = governor
        self._body = body
        self._clock = clock
        self._paid = paid
        self.worker = secrets.token_hex(8)
        self._woken = asyncio.Event()
        self._stopping = False
        self._known = False
        self._sending = False
        self._beat = asyncio.Event()
        self._last = 0
        self._liveness = Liveness()
        self._outage = Outage()

    def wake(self) -> None:
        """Look for work now: something was queued, or changed."""
        self._woken.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is on the wire is recorded."""
        self._stopping = True
        self._woken.set()

    async def run(self, *, until_idle: bool = False) -> None:
        """Work until stopped or, with `until_idle`, until nothing is queued, due or in flight."""
        beating = asyncio.create_task(self._keep_alive())
        try:
            while not self._stopping:
                try:
                    runnable, due = await self._next_due()
                    if due is not None:
                        self._sending = True
                        self._beat.set()
                        try:
                            await self._send(due)
                        finally:
                            self._sending = self._known = False
                    elif until_idle and not runnable:
                        self._outage.close()
                        break
                    else:
                        self._outage.note_success()
                        await self._sleep_until_woken(IDLE_SECONDS)
                except TRANSIENT_DATABASE_ERRORS as error:
                    await self._wait_out(error)
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
        with contextlib.suppress(*TRANSIENT_DATABASE_ERRORS):
            async with self._store.transaction() as tx:
                await tx.workers.gone(self.worker)

    async def _next_due(self) -> tuple[list[Broadcast], Broadcast | None]:
        """Return the broadcasts there are to work on, and the one whose turn it is, if one is due."""
        async with self._store.reading() as tx:
            runnable = await tx.broadcasts.in_status(RUNNABLE)
        now = self._clock()
        due = [broadcast for broadcast in runnable if broadcast.is_due(now=now)]
        after = (broadcast for broadcast in due if broadcast.id > self._last)
        chosen = next(after, due[0] if due else None)
        self._last = chosen.id if chosen else 0
        return runnable, chosen

    async def _send(self, broadcast: Broadcast) -> None:
        """Run cycles until the broadcast ends, stops being runnable or has used its slice, and nothing is in flight."""
        async with self._store.transaction() as tx:
            started = await self._start(tx, broadcast.id)
        if started is None:
            await self._sleep_until_woken(SOON_SECONDS)
            return
        in_flight = InFlight(*started, until=asyncio.get_running_loop().time() + SLICE_SECONDS)
        more = True
        while more:
            try:
                if asyncio.get_running_loop().time() > in_flight.until and not in_flight.yielding:
                    await self._yield_if_others_due(in_flight)
                more = await self._cycle(in_flight)
            except TRANSIENT_DATABASE_ERRORS as error:
                in_flight.claim_uncertain = True
                await self._wait_out(error)

    async def _yield_if_others_due(self, in_flight: InFlight) -> None:
        """Make room for another broadcast, if one is due."""
        async with self._store.reading() as tx:
            runnable = await tx.broadcasts.in_status(RUNNABLE)
        now = self._clock()
        in_flight.yielding = any(b.id != in_flight.broadcast.id and b.is_due(now=now) for b in runnable)
        in_flight.until = asyncio.get_running_loop().time() + SLICE_SECONDS

    async def _start(self, tx: Transaction, broadcast_id: int) -> tuple[Broadcast, Alert] | None:
        """Freeze the audience of a queued broadcast; halt what was not approved as it stands."""
        broadcast = await tx.broadcasts.get(broadcast_id)
        alert = await tx.alerts.get(broadcast.alert_id)
        if broadcast.status not in RUNNABLE:
            return None
        if not await self._is_approved(tx, broadcast, alert):
            await self._stop(tx, broadcast_id, BroadcastStatus.HALTED, StopReason.NOT_APPROVED)
            return None
        if broadcast.follows is not None and await tx.deliveries.has_open(broadcast.follows):
            # What it follows up on is still coming back; who of those got it is known only then.
            return None
        if broadcast.status is BroadcastStatus.QUEUED:
            audience = await self._freeze(tx, broadcast, alert)
            await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=self._clock())
            log.info("broadcast_started", broadcast=broadcast_id, audience=audience)
        return broadcast, alert

    async def _is_approved(self, tx: Transaction, broadcast: Broadcast, alert: Alert) -> bool:
        """Whether exactly what this broadcast does was approved. A recall takes away; it needs no approval."""
        if broadcast.kind is BroadcastKind.RECALL:
            return True
        # What may cost Stars may also go out without.
        plans = [plan_of(alert, paid=paid) for paid in sorted({self._paid, True})]
        return any([plan.covers(broadcast) and await tx.plans.is_approved(alert.id, plan) for plan in plans])

    async def _freeze(self, tx: Transaction, broadcast: Broadcast, alert: Alert) -> int:
        if broadcast.kind is BroadcastKind.SEND:
            audience = await tx.freezing.freeze(broadcast.id, audience=alert.audience)
        else:
            audience = await tx.freezing.freeze_follow_up(broadcast)
        last_id = None
        if broadcast.canary is not None:
            last_id = await tx.freezing.last_of_first(broadcast.id, broadcast.canary)
        await tx.broadcasts.set_audience(broadcast.id, audience, canary_last_id=last_id)
        return audience

    async def _cycle(self, in_flight: InFlight) -> bool:
        """Record, claim, commit, send, wait. Returns whether there is more to do."""
        self._woken.clear()
        back = in_flight.drain()
        try:
            async with self._store.transaction() as tx:
                # Before the budget, as whoever steers a broadcast does: no two wait for each other.
                await tx.broadcasts.lock(in_flight.broadcast.id)
                await self._record(tx, in_flight, back)
                broadcast = await tx.broadcasts.get_unlocked(in_flight.broadcast.id)
                wanted = self._wanted(in_flight) if broadcast.status in RUNNABLE else 0
                grant = await self._governor.ask_bulk(tx, wanted)
                claimed = await self._claim(tx, in_flight, grant.allowed, up_to=broadcast.canary_last_id)
                await self._governor.settle_bulk(tx, grant, len(claimed))
                ended = not claimed and in_flight.empty and await self._end(tx, in_flight, broadcast)
        except BaseException:
            # Nothing was committed, or we cannot know: what came back is still to be recorded.
            in_flight.requeue(back)
            raise
        # A 429 that came during the commit stops these too: nothing of them goes out, the next turn gives them back.
        in_flight.claim_uncertain = any(self._governor.forbids(one.chat_id) for one in claimed)
        if in_flight.claim_uncertain:
            claimed = []
        self._outage.note_success()
        for delivery in claimed:
            self._send_one(delivery, in_flight)
        if claimed:
            self._governor.record_starts(len(claimed))
        if not ended and (not grant.allowed or len(claimed) < grant.allowed):
            await self._sleep_until_woken(min(grant.pause or IDLE_SECONDS, IDLE_SECONDS))
        return not ended

    def _wanted(self, in_flight: InFlight) -> int:
        # Who is not known to live claims nothing: nobody would notice that it died.
        if self._stopping or in_flight.yielding or not self._known:
            return 0
        if asyncio.get_running_loop().time() < in_flight.nothing_due_until:
            return 0
        return IN_FLIGHT - len(in_flight.sends)

    async def _claim(
        self, tx: Transaction, in_flight: InFlight, allowed: int, *, up_to: int | None
    ) -> list[Claimed]:
        if not allowed:
            return []
        claimed = await tx.deliveries.claim(
            in_flight.broadcast.id,
            worker=self.worker,
            limit=allowed,
            now=self._clock(),
            receives=RECEIVES[in_flight.broadcast.kind],
            up_to=up_to,
        )
        if not claimed:
            # Without this, each of the last answers would look again for what is not there.
            in_flight.nothing_due_until = asyncio.get_running_loop().time() + IDLE_SECONDS
        return await self._defer_stopped_chats(tx, in_flight, claimed)

    async def _defer_stopped_chats(
        self, tx: Transaction, in_flight: InFlight, claimed: list[Claimed]
    ) -> list[Claimed]:
        """Defer deliveries to chats that are under a 429, over another alert or a reply."""
        now = self._clock()
        waits = {one.subscriber_id: self._governor.stopped(one.chat_id) for one in claimed}
        deferred = [
            Recorded(
                subscriber_id=subscriber_id,
                state=DeliveryState.PENDING,
                due_at=now + timedelta(seconds=seconds),
                counts=False,
            )
            for subscriber_id, seconds in waits.items()
            if seconds > 0
        ]
        await tx.deliveries.record(in_flight.broadcast.id, deferred, worker=self.worker)
        return [one for one in claimed if waits[one.subscriber_id] <= 0]

    async def _end(self, tx: Transaction, in_flight: InFlight, broadcast: Broadcast) -> bool:
        """Finish or pause the broadcast if it is time. Returns whether there is nothing left to do here now."""
        if broadcast.status not in RUNNABLE or self._stopping or in_flight.yielding:
            return True
        if await tx.deliveries.has_open(broadcast.id, up_to=broadcast.canary_last_id):
            await tx.deliveries.skip_nobodies(broadcast.id)
            return False
        if await tx.broadcasts.get(broadcast.id) != broadcast:
            # Somebody has decided otherwise meanwhile: look again.
            return False
        if broadcast.canary is not None and await tx.deliveries.has_open(broadcast.id):
            await self._stop(tx, broadcast.id, BroadcastStatus.PAUSED, StopReason.CANARY)
            return True
        await tx.broadcasts.set_status(broadcast.id, BroadcastStatus.FINISHED, now=self._clock())
        log.info("broadcast_finished", broadcast=broadcast.id)
        return True

    def _send_one(self, delivery: Claimed, in_flight: InFlight) -> None:
        """Send one delivery; its answer is kept for the next cycle."""
        body = in_flight.bodies.get(delivery.locale)
        if body is None:
            body = in_flight.bodies[delivery.locale] = self._body(
                in_flight.broadcast, in_flight.alert, delivery.locale
            )

        def complete(answer: asyncio.Future[Response]) -> None:
            attempt = read_attempt(answer)
            if attempt.result is AttemptResult.TOO_MANY:
                self._governor.add_refusal(delivery.chat_id, attempt.retry_after)
            in_flight.complete(delivery, attempt)
            self._woken.set()

        in_flight.add(delivery)
        self._sender.send(delivery.chat_id, delivery.message_id, body).add_done_callback(complete)

    async def _record(self, tx: Transaction, in_flight: InFlight, back: list[Returned]) -> None:
        broadcast_id = in_flight.broadcast.id
        if back:
            results = in_flight.results(back, now=self._clock())
            if any(result.state is DeliveryState.PENDING for result in results):
                in_flight.nothing_due_until = 0.0
            await tx.deliveries.record(broadcast_id, results, worker=self.worker)
            blocked = [r.subscriber_id for r in results if r.state is DeliveryState.BLOCKED]
            await tx.deliveries.stop_blocked(blocked)
            await self._apply_stop_rules(tx, in_flight, back)
        if in_flight.claim_uncertain:
            in_flight.nothing_due_until = 0.0
            await tx.deliveries.release(
                broadcast_id, worker=self.worker, but=[*in_flight.sends, *in_flight.returned()]
            )

    async def _apply_stop_rules(self, tx: Transaction, in_flight: InFlight, back: list[Returned]) -> None:
        """Halt on a refused token; pause where too many of the last deliveries failed (`is_failing`)."""
        refused = any(attempt.result is AttemptResult.UNAUTHORIZED for _, attempt in back)
        if not refused and not is_failing(in_flight.recent()):
            return
        if (await tx.broadcasts.get(in_flight.broadcast.id)).status not in RUNNABLE:
            return
        if refused:
            await self._stop(tx, in_flight.broadcast.id, BroadcastStatus.HALTED, StopReason.TOKEN_REFUSED)
        else:
            await self._stop(tx, in_flight.broadcast.id, BroadcastStatus.PAUSED, StopReason.FAILURES)

    async def _stop(
        self, tx: Transaction, broadcast_id: int, status: BroadcastStatus, reason: StopReason
    ) -> None:
        await tx.broadcasts.set_status(broadcast_id, status, now=self._clock(), stop_reason=reason)
        log.warning("broadcast_stopped", broadcast=broadcast_id, status=status.value, reason=reason.value)

    async def _keep_alive(self) -> None:
        """Say that we live, again and again; find those who do not, and settle what they had on the wire."""
        while True:
            writes = self._sending
            try:
                lost = await self._heartbeat(writes=writes)
            except TRANSIENT_DATABASE_ERRORS as error:
                self._outage.note_failure(error)
            else:
                if lost:
                    log.warning("deliveries_unknown", count=lost)
                # Known by a heartbeat that was written, not by one that began before there was anything to send.
                if lost or (writes and self._sending and not self._known):
                    self._known = writes and self._sending
                    self._woken.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._beat.wait(), HEARTBEAT_SECONDS)
            self._beat.clear()

    async def _heartbeat(self, *, writes: bool) -> int:
        """Write a heartbeat, where there is something to send. Returns how many deliveries are unknown now.

        Who has nothing to send writes nothing, and looks after the others by reading alone.
        """
        if not writes:
            async with self._store.reading() as tx:
                if not await self._dead(tx):
                    return 0
        async with self._store.transaction() as tx:
            if writes:
                await tx.workers.seen(self.worker, now=self._clock())
            return await tx.deliveries.settle_lost(await self._dead(tx))

    async def _dead(self, tx: Transaction) -> list[str]:
        """Return the dead who have something on the wire. Claims are read first: a heartbeat comes before one."""
        claimants = await tx.deliveries.claimants()
        signs = await tx.workers.last_seen()
        dead = set(self._liveness.dead(signs))
        # Without a row: taken for dead, let go on, and dead before it was seen again.
        return [worker for worker in claimants if worker in dead or worker not in signs]

    async def _wait_out(self, error: Exception) -> None:
        """Note the failure, and wait before the next attempt."""
        self._outage.note_failure(error)
        await asyncio.sleep(IDLE_SECONDS)

    async def _sleep_until_woken(self, seconds: float) -> None:
        """Wait until `_woken` is set, this many seconds at the most."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()
