"""The engine: it turns.

Each turn records what came back, asks the governor how many may go now, claims exactly that many and lets
them go. So what is in flight in the database is what is on the wire, and a crash leaves no more unknown
than that.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.delivery.governor import Governor
from bot.delivery.message import Prepared
from bot.delivery.outage import Outage
from bot.delivery.sender import Sender, read_attempt
from bot.delivery.watch import Watch
from bot.delivery.wire import Returned, Wire
from bot.domain.alert import Alert
from bot.domain.broadcast import (
    RECEIVES,
    RUNNABLE,
    Because,
    Broadcast,
    BroadcastKind,
    BroadcastStatus,
    goes_wrong,
)
from bot.domain.delivery import DeliveryState, Outcome
from bot.store.deliveries import Claimed, Recorded
from bot.store.store import Store, Transaction
from bot.store.trouble import DATABASE_TROUBLE
from bot.telegram_io.pool import Answer

log = structlog.get_logger(__name__)

IN_FLIGHT = 256
"""Sends on the wire at the most: enough for 1000/s at a round trip of 250 ms, and the bound of *unknown*."""

BEAT_SECONDS = 0.5
"""How often a worker says that it is alive; see `bot.delivery.watch` for when it is taken for dead."""

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

    def __init__(self, *, store: Store, sender: Sender, governor: Governor, body: Body, clock: Clock) -> None:
        self._store = store
        self._sender = sender
        self._governor = governor
        self._body = body
        self._clock = clock
        self.worker = secrets.token_hex(8)
        self._stir = asyncio.Event()
        self._stopping = False
        self._known = False
        self._last = 0
        self._watch = Watch()
        self._outage = Outage()

    def wake(self) -> None:
        """Look for work now: something was queued, or changed."""
        self._stir.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is on the wire is recorded."""
        self._stopping = True
        self._stir.set()

    async def run(self, *, until_idle: bool = False) -> None:
        """Work until stopped or, with `until_idle`, until nothing is queued, due or in flight."""
        beating = asyncio.create_task(self._beat())
        try:
            while not self._stopping:
                try:
                    runnable, due = await self._look()
                    if due is not None:
                        await self._send(due)
                    elif until_idle and not runnable:
                        self._outage.ends()
                        break
                    else:
                        self._outage.goes_well()
                        await self._rest(IDLE_SECONDS)
                except DATABASE_TROUBLE as error:
                    await self._wait_out(error)
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
        with contextlib.suppress(*DATABASE_TROUBLE):
            async with self._store.transaction() as tx:
                await tx.workers.gone(self.worker)

    async def _look(self) -> tuple[list[Broadcast], Broadcast | None]:
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
        """Turn until the broadcast ends, stops being runnable, or has had its share; and the wire is empty."""
        async with self._store.transaction() as tx:
            started = await self._start(tx, broadcast.id)
        if started is None:
            await self._rest(SOON_SECONDS)
            return
        wire = Wire(*started, until=asyncio.get_running_loop().time() + SLICE_SECONDS)
        more = True
        while more:
            try:
                if asyncio.get_running_loop().time() > wire.until and not wire.closing:
                    await self._share(wire)
                more = await self._turn(wire)
            except DATABASE_TROUBLE as error:
                wire.doubtful = True
                await self._wait_out(error)

    async def _share(self, wire: Wire) -> None:
        """Make room for another broadcast, if one is due."""
        async with self._store.reading() as tx:
            runnable = await tx.broadcasts.in_status(RUNNABLE)
        now = self._clock()
        wire.closing = any(b.id != wire.broadcast.id and b.is_due(now=now) for b in runnable)
        wire.until = asyncio.get_running_loop().time() + SLICE_SECONDS

    async def _start(self, tx: Transaction, broadcast_id: int) -> tuple[Broadcast, Alert, int] | None:
        """Freeze the audience of a queued broadcast; halt what was not approved as it stands.

        Returns the broadcast with its alert and the number of deliveries already begun.
        """
        broadcast = await tx.broadcasts.get(broadcast_id)
        alert = await tx.alerts.get(broadcast.alert_id)
        if broadcast.status not in RUNNABLE:
            return None
        approved = broadcast.kind is BroadcastKind.RECALL or await tx.alerts.is_approved(
            alert.id, alert.content_hash()
        )
        if not approved:
            await self._stop_it(tx, broadcast_id, BroadcastStatus.HALTED, Because.NOT_APPROVED)
            return None
        if broadcast.of is not None and await tx.deliveries.has_open(broadcast.of):
            # What it follows up on is still coming back; who of those got it is known only then.
            return None
        if broadcast.status is BroadcastStatus.QUEUED:
            audience = await self._freeze(tx, broadcast, alert)
            await tx.broadcasts.set_audience(broadcast_id, audience)
            await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=self._clock())
            log.info("broadcast_started", broadcast=broadcast_id, audience=audience)
            return broadcast, alert, 0
        tally = await tx.deliveries.tally(broadcast_id)
        return broadcast, alert, tally.audience - tally[DeliveryState.PENDING]

    async def _freeze(self, tx: Transaction, broadcast: Broadcast, alert: Alert) -> int:
        if broadcast.kind is BroadcastKind.SEND:
            return await tx.deliveries.freeze(broadcast.id, topic=alert.topic)
        return await tx.deliveries.freeze_again(broadcast)

    async def _turn(self, wire: Wire) -> bool:
        """Record, claim, let go, wait. Returns whether there is more to do."""
        self._stir.clear()
        back = wire.take_back()
        try:
            async with self._store.transaction() as tx:
                await self._record(tx, wire, back)
                status = await tx.broadcasts.status(wire.broadcast.id)
                wanted = self._wanted(wire) if status in RUNNABLE else 0
                grant = await self._governor.ask_bulk(tx, wanted)
                claimed = await self._claim(tx, wire, grant.allowed)
                await self._governor.settle_bulk(tx, grant, len(claimed))
                ended = not claimed and wire.empty and await self._end(tx, wire, status)
        except BaseException:
            # Nothing was committed, or we cannot know: what came back is still to be recorded.
            wire.put_back(back)
            raise
        # A 429 that came during the commit stops these too: nothing of them goes out, the next turn gives them back.
        wire.doubtful = bool(claimed) and self._governor.silenced
        if wire.doubtful:
            claimed = []
        self._outage.goes_well()
        for delivery in claimed:
            self._let_go(delivery, wire)
        if claimed:
            self._governor.began(len(claimed))
        if not ended and (not grant.allowed or len(claimed) < grant.allowed):
            await self._rest(min(grant.pause or IDLE_SECONDS, IDLE_SECONDS))
        return not ended

    def _wanted(self, wire: Wire) -> int:
        # Who is not known to live claims nothing: nobody would notice that it died.
        if self._stopping or wire.closing or not self._known:
            return 0
        return min(IN_FLIGHT - len(wire.sends), wire.before_canary)

    async def _claim(self, tx: Transaction, wire: Wire, allowed: int) -> list[Claimed]:
        if not allowed:
            return []
        claimed = await tx.deliveries.claim(
            wire.broadcast.id,
            worker=self.worker,
            limit=allowed,
            now=self._clock(),
            receives=RECEIVES[wire.broadcast.kind],
        )
        return await self._but_stopped_chats(tx, wire, claimed)

    async def _but_stopped_chats(self, tx: Transaction, wire: Wire, claimed: list[Claimed]) -> list[Claimed]:
        """Put off what is for chats that Telegram told us to leave alone, over another alert or a reply."""
        now = self._clock()
        waits = {one.subscriber_id: self._governor.stopped(one.chat_id) for one in claimed}
        put_off = [
            Recorded(
                subscriber_id=subscriber_id,
                state=DeliveryState.PENDING,
                due_at=now + timedelta(seconds=seconds),
                counts=False,
            )
            for subscriber_id, seconds in waits.items()
            if seconds > 0
        ]
        await tx.deliveries.record(wire.broadcast.id, put_off, worker=self.worker)
        return [one for one in claimed if waits[one.subscriber_id] <= 0]

    async def _end(self, tx: Transaction, wire: Wire, status: BroadcastStatus) -> bool:
        """Finish or pause the broadcast if it is time. Returns whether there is nothing left to do here now."""
        if status not in RUNNABLE or self._stopping or wire.closing:
            return True
        broadcast_id = wire.broadcast.id
        if await tx.deliveries.has_open(broadcast_id):
            if wire.before_canary > 0:
                return False
            await self._stop_it(tx, broadcast_id, BroadcastStatus.PAUSED, Because.CANARY)
            return True
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.FINISHED, now=self._clock())
        log.info("broadcast_finished", broadcast=broadcast_id)
        return True

    def _let_go(self, delivery: Claimed, wire: Wire) -> None:
        """Put one delivery on the wire."""
        body = wire.bodies.get(delivery.locale)
        if body is None:
            body = wire.bodies[delivery.locale] = self._body(wire.broadcast, wire.alert, delivery.locale)

        def came_back(answer: asyncio.Future[Answer]) -> None:
            attempt = read_attempt(answer)
            if attempt.outcome is Outcome.TOO_MANY:
                self._governor.refused(delivery.chat_id, attempt.retry_after)
            wire.came_back(delivery, attempt)
            self._stir.set()

        wire.went(delivery)
        self._sender.send(delivery.chat_id, delivery.message_id, body).add_done_callback(came_back)

    async def _record(self, tx: Transaction, wire: Wire, back: list[Returned]) -> None:
        broadcast_id = wire.broadcast.id
        if back:
            results = wire.results(back, now=self._clock())
            await tx.deliveries.record(broadcast_id, results, worker=self.worker)
            blocked = [r.subscriber_id for r in results if r.state is DeliveryState.BLOCKED]
            await tx.deliveries.stop_blocked(blocked)
            await self._heed(tx, wire, back)
        if wire.doubtful:
            await tx.deliveries.release(broadcast_id, worker=self.worker, but=[*wire.sends, *wire.returned()])

    async def _heed(self, tx: Transaction, wire: Wire, back: list[Returned]) -> None:
        """Stop on a refused token, and where too much goes wrong."""
        refused = any(attempt.outcome is Outcome.UNAUTHORIZED for _, attempt in back)
        wrong = goes_wrong(wire.recent())
        if not refused and not wrong:
            return
        if await tx.broadcasts.status(wire.broadcast.id) not in RUNNABLE:
            return
        if refused:
            await self._stop_it(tx, wire.broadcast.id, BroadcastStatus.HALTED, Because.TOKEN_REFUSED)
        else:
            await self._stop_it(tx, wire.broadcast.id, BroadcastStatus.PAUSED, Because.FAILURES)

    async def _stop_it(
        self, tx: Transaction, broadcast_id: int, status: BroadcastStatus, because: Because
    ) -> None:
        await tx.broadcasts.set_status(broadcast_id, status, now=self._clock(), because=because)
        log.warning("broadcast_stopped", broadcast=broadcast_id, status=status.value, because=because.value)

    async def _beat(self) -> None:
        """Say that we live, again and again; find those who do not, and settle what they had on the wire."""
        while True:
            try:
                lost = await self._say_alive()
            except DATABASE_TROUBLE as error:
                self._outage.begins(error)
            else:
                if lost:
                    log.warning("deliveries_unknown", count=lost)
                if lost or not self._known:
                    self._known = True
                    self._stir.set()
            await asyncio.sleep(BEAT_SECONDS)

    async def _say_alive(self) -> int:
        """Note that this worker lives. Returns how many deliveries of dead ones are unknown now."""
        async with self._store.transaction() as tx:
            await tx.workers.seen(self.worker, now=self._clock())
            signs = await tx.workers.last_seen()
            # Taken for dead, let go on, and dead before it was seen again.
            unseen = await tx.deliveries.claimants() - signs.keys()
            return await tx.deliveries.settle_lost([*self._watch.dead(signs), *unseen])

    async def _wait_out(self, error: Exception) -> None:
        """Give the database a moment."""
        self._outage.begins(error)
        await asyncio.sleep(IDLE_SECONDS)

    async def _rest(self, seconds: float) -> None:
        """Wait for something to happen, this long at the most."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stir.wait(), seconds)
        self._stir.clear()
