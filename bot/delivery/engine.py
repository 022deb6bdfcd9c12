"""The engine: it turns.

Each turn records what came back, asks the governor how many may go now, claims exactly that many and lets
them go. So what is in flight in the database is what is on the wire, and a crash leaves no more unknown
than that.
"""

import asyncio
import contextlib
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.delivery.governor import Governor
from bot.delivery.sender import Sender, read_attempt
from bot.domain.alert import Alert
from bot.domain.broadcast import RUNNABLE, Broadcast, BroadcastStatus
from bot.domain.delivery import Attempt, DeliveryState, Outcome, back_off, next_state
from bot.store.deliveries import Claimed, Recorded
from bot.store.store import Store, Transaction
from bot.telegram_io.pool import Answer

log = structlog.get_logger(__name__)

IN_FLIGHT = 256
"""Sends on the wire at the most: enough for 1000/s at a round trip of 100 ms, and the bound of *unknown*."""

BEAT_SECONDS, LOST_AFTER = 0.5, timedelta(seconds=3)
"""How often a worker says it is alive, and after how long without that it is taken for dead."""

IDLE_SECONDS = 0.5
"""How long to wait before looking for work that another process may have queued."""

DATABASE_TROUBLE = (DBAPIError, OSError)
"""What a database that is busy, full or away raises. The engine waits it out."""

Body = Callable[[Alert, str], bytes]
"""Renders an alert for a locale."""


@dataclass(slots=True)
class _Wire:
    """What is on the wire for one broadcast, and what came back but is not recorded."""

    sends: set[int] = field(default_factory=set)
    back: list[tuple[Claimed, Attempt]] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    doubtful: bool = False
    """Whether a claim may have been committed without our knowing."""

    @property
    def empty(self) -> bool:
        """Whether nothing is under way or waits to be recorded."""
        return not self.sends and not self.back

    def known(self) -> list[int]:
        """Return the subscribers whose delivery is ours, and under way."""
        return [*self.sends, *(delivery.subscriber_id for delivery, _ in self.back)]


class Engine:
    """Sends the broadcasts that are queued, one after the other, and survives being killed at any point."""

    def __init__(self, *, store: Store, sender: Sender, governor: Governor, body: Body, clock: Clock) -> None:
        self._store = store
        self._sender = sender
        self._governor = governor
        self._body = body
        self._clock = clock
        self.worker = secrets.token_hex(8)
        self._stir = asyncio.Event()
        self._stopping = False

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
                    broadcast = await self._oldest()
                    if broadcast is not None:
                        await self._send(broadcast)
                    elif until_idle:
                        break
                    else:
                        await self._rest(IDLE_SECONDS)
                except DATABASE_TROUBLE as error:
                    await self._wait_out(error)
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
        with contextlib.suppress(*DATABASE_TROUBLE):
            async with self._store.transaction() as tx:
                await tx.workers.gone(self.worker)

    async def _oldest(self) -> Broadcast | None:
        async with self._store.reading() as tx:
            runnable = await tx.broadcasts.in_status(RUNNABLE)
        return runnable[0] if runnable else None

    async def _send(self, broadcast: Broadcast) -> None:
        """Turn until the broadcast ends or stops being runnable, and the wire is empty."""
        async with self._store.transaction() as tx:
            alert = await self._start(tx, broadcast.id)
        if alert is None:
            return
        wire = _Wire()
        more = True
        while more:
            try:
                more = await self._turn(broadcast.id, alert, wire)
            except DATABASE_TROUBLE as error:
                wire.doubtful = True
                await self._wait_out(error)

    async def _start(self, tx: Transaction, broadcast_id: int) -> Alert | None:
        """Freeze the audience of a queued broadcast; halt what was not approved as it stands."""
        broadcast = await tx.broadcasts.get(broadcast_id)
        alert = await tx.alerts.get(broadcast.alert_id)
        if broadcast.status is not BroadcastStatus.QUEUED:
            return alert if broadcast.status in RUNNABLE else None
        now = self._clock()
        if not await tx.alerts.is_approved(alert.id, alert.content_hash()):
            await tx.broadcasts.set_status(
                broadcast_id, BroadcastStatus.HALTED, now=now, because="not approved"
            )
            log.error("broadcast_halted", broadcast=broadcast_id, because="not approved")
            return None
        audience = await tx.deliveries.freeze(broadcast_id, topic=alert.topic)
        await tx.broadcasts.set_audience(broadcast_id, audience)
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=now)
        log.info("broadcast_started", broadcast=broadcast_id, audience=audience)
        return alert

    async def _turn(self, broadcast_id: int, alert: Alert, wire: _Wire) -> bool:
        """Record, claim, let go, wait. Returns whether there is more to do."""
        self._stir.clear()
        wanted = 0 if self._stopping else IN_FLIGHT - len(wire.sends)
        granted, pause = self._governor.grant_bulk(wanted)
        back, wire.back = wire.back, []
        try:
            async with self._store.transaction() as tx:
                await self._record(tx, broadcast_id, back)
                if wire.doubtful:
                    await tx.deliveries.release(broadcast_id, worker=self.worker, but=wire.known())
                status = await tx.broadcasts.status(broadcast_id)
                claimed = await self._claim(tx, broadcast_id, granted) if status in RUNNABLE else []
                wire_empty = not claimed and wire.empty
                ended = wire_empty and (self._stopping or await self._finish(tx, broadcast_id, status))
        except BaseException:
            # Nothing was committed, or we cannot know: what came back is still to be recorded.
            wire.back = back + wire.back
            self._governor.give_back(granted)
            raise
        wire.doubtful = False
        self._governor.give_back(granted - len(claimed))
        for delivery in claimed:
            self._let_go(delivery, alert, wire)
        if not ended and (not granted or len(claimed) < granted):
            await self._rest(min(pause or IDLE_SECONDS, IDLE_SECONDS))
        return not ended

    async def _claim(self, tx: Transaction, broadcast_id: int, granted: int) -> list[Claimed]:
        if not granted:
            return []
        return await tx.deliveries.claim(broadcast_id, worker=self.worker, limit=granted, now=self._clock())

    async def _finish(self, tx: Transaction, broadcast_id: int, status: BroadcastStatus) -> bool:
        """Finish the broadcast if every delivery has ended. Returns whether there is nothing left to do here."""
        if status not in RUNNABLE:
            return True
        if await tx.deliveries.has_open(broadcast_id):
            return False
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.FINISHED, now=self._clock())
        log.info("broadcast_finished", broadcast=broadcast_id)
        return True

    def _let_go(self, delivery: Claimed, alert: Alert, wire: _Wire) -> None:
        """Put one delivery on the wire."""
        body = wire.bodies.get(delivery.locale)
        if body is None:
            body = wire.bodies[delivery.locale] = self._body(alert, delivery.locale)

        def came_back(answer: asyncio.Future[Answer]) -> None:
            attempt = read_attempt(answer)
            if attempt.outcome is Outcome.TOO_MANY:
                self._governor.refused(delivery.chat_id, attempt.retry_after)
            wire.sends.discard(delivery.subscriber_id)
            wire.back.append((delivery, attempt))
            self._stir.set()

        wire.sends.add(delivery.subscriber_id)
        self._sender.send(delivery.chat_id, body).add_done_callback(came_back)

    async def _record(self, tx: Transaction, broadcast_id: int, back: list[tuple[Claimed, Attempt]]) -> None:
        if not back:
            return
        results = [self._result(delivery, attempt) for delivery, attempt in back]
        await tx.deliveries.record(broadcast_id, results, worker=self.worker)
        await tx.deliveries.stop_blocked(
            [result.subscriber_id for result in results if result.state is DeliveryState.BLOCKED]
        )
        refused = any(attempt.outcome is Outcome.UNAUTHORIZED for _, attempt in back)
        if refused and (await tx.broadcasts.get(broadcast_id)).status in RUNNABLE:
            await tx.broadcasts.set_status(
                broadcast_id, BroadcastStatus.HALTED, now=self._clock(), because="token refused"
            )
            log.error("broadcast_halted", broadcast=broadcast_id, because="token refused")

    def _result(self, delivery: Claimed, attempt: Attempt) -> Recorded:
        state = next_state(attempt.outcome, attempts=delivery.attempts)
        due_at = None
        if state is DeliveryState.PENDING:
            seconds = back_off(attempt, attempts=delivery.attempts, jitter=random.random())  # noqa: S311  # jitter
            due_at = self._clock() + timedelta(seconds=seconds)
        return Recorded(
            subscriber_id=delivery.subscriber_id,
            state=state,
            message_id=attempt.message_id,
            error=attempt.error,
            due_at=due_at,
        )

    async def _beat(self) -> None:
        """Say that we live; find those who do not, and settle what they had on the wire."""
        while True:
            now = self._clock()
            try:
                async with self._store.transaction() as tx:
                    await tx.workers.seen(self.worker, now=now)
                    dead = await tx.workers.dead(before=now - LOST_AFTER)
                    lost = await tx.deliveries.settle_lost(dead)
                if lost:
                    log.warning("deliveries_unknown", count=lost)
                    self._stir.set()
            except DATABASE_TROUBLE as error:
                log.warning("beat_missed", error=type(error).__name__)
            await asyncio.sleep(BEAT_SECONDS)

    async def _wait_out(self, error: Exception) -> None:
        """Say that the database is in trouble, and give it a moment."""
        log.warning("engine_interrupted", error=type(error).__name__)
        await asyncio.sleep(IDLE_SECONDS)

    async def _rest(self, seconds: float) -> None:
        """Wait for something to happen, this long at the most."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stir.wait(), seconds)
        self._stir.clear()
