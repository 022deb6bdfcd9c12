"""One turn of a broadcast: record what came back, ask for budget, claim, commit, send.

A turn is one transaction. It claims exactly as many deliveries as may start now, and they are sent when it has
committed. So what is in flight in the database is what is on the wire, and a crash leaves no more unknown than that.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from bot import figures
from bot.clock import Clock
from bot.delivery import ending, judging, starting
from bot.delivery.ending import IDLE_SECONDS
from bot.delivery.governor import Governor
from bot.delivery.in_flight import InFlight, Returned
from bot.delivery.liveness import Heartbeat
from bot.delivery.sender import Prepared, Sender, read_attempt
from bot.delivery.start_times import Grant
from bot.domain.alert import Alert
from bot.domain.attempt import AttemptResult
from bot.domain.broadcast import (
    NOTIFIES,
    RECEIVES,
    RUNNABLE,
    Broadcast,
    BroadcastKind,
    BroadcastStatus,
)
from bot.domain.delivery import DeliveryState
from bot.domain.digest import Digest
from bot.domain.preferences import CampaignHours
from bot.store.claims import Claimed
from bot.store.store import Store, Transaction
from bot.store.transitions import Recorded
from bot.telegram_io.connections import Response

IN_FLIGHT = 256
"""Sends on the wire at the most: enough for 1000/s at a round trip of 250 ms, and the bound of *unknown*."""

Body = Callable[[Broadcast, Alert, str], Prepared]
"""Renders what a broadcast sends, for a locale."""

DigestBody = Callable[[Digest, str], Prepared]
"""Renders a digest for a locale."""

BODIES = 1000
"""Bodies that are kept: each locale has few, but digests have one for each set of alerts."""


class Cycle:
    """Takes the turns of one broadcast at a time. `woken` is set when an answer came."""

    def __init__(
        self,
        *,
        store: Store,
        sender: Sender,
        governor: Governor,
        body: Body,
        digest: DigestBody,
        hours: CampaignHours,
        clock: Clock,
        heartbeat: Heartbeat,
        woken: asyncio.Event,
    ) -> None:
        self._store = store
        self._sender = sender
        self._governor = governor
        self._body = body
        self._digest = digest
        self._hours = hours
        self._clock = clock
        self._worker = heartbeat.worker
        self._heartbeat = heartbeat
        self._woken = woken
        self.stopping = False
        """Whether nothing more is to be claimed."""

    async def turn(self, in_flight: InFlight) -> float | None:
        """Take one turn. Returns the seconds until the next is worth taking, or None: there is nothing more to do."""
        back = in_flight.drain()
        began_at = asyncio.get_running_loop().time()
        try:
            async with self._store.transaction() as tx:
                # Before the budget, as whoever steers a broadcast does: no two wait for each other.
                await tx.broadcasts.lock(in_flight.broadcast.id)
                recorded = await self._record(tx, in_flight, back)
                broadcast = await tx.broadcasts.get_unlocked(in_flight.broadcast.id)
                if broadcast.kind is BroadcastKind.DIGEST and broadcast.status is BroadcastStatus.CANCELLED:
                    await tx.carrying.put_off(broadcast.id, now=self._clock())
                if await starting.begin_next(tx, broadcast, in_flight.alert, now=self._clock()):
                    broadcast = await tx.broadcasts.get_unlocked(broadcast.id)
                    in_flight.nothing_due_until = 0.0
                # A correction begins only while nothing is in flight.
                if in_flight.empty and await starting.words_of(tx, broadcast) != in_flight.words.id:
                    in_flight.yielding = True
                wanted = self._wanted(in_flight) if broadcast.status in RUNNABLE else 0
                grant = await self._governor.ask_bulk(tx, wanted)
                claimed = await self._claim(tx, in_flight, grant.allowed, up_to=broadcast.canary_last_id)
                await self._governor.settle_bulk(tx, grant, len(claimed))
                ended = (
                    not claimed
                    and in_flight.empty
                    and await ending.end(tx, in_flight, broadcast, stopping=self.stopping, clock=self._clock)
                )
        except BaseException:
            # Nothing was committed, or we cannot know: what came back is still to be recorded.
            in_flight.requeue(back)
            raise
        self._count(back, recorded)
        await self._send_all(in_flight, claimed, grant, lambda: self._heartbeat.holds_since(began_at))
        if ended:
            return None
        is_all = grant.allowed and len(claimed) == grant.allowed
        return 0.0 if is_all else min(grant.pause or IDLE_SECONDS, IDLE_SECONDS)

    def _wanted(self, in_flight: InFlight) -> int:
        if self.stopping or in_flight.yielding:
            return 0
        if asyncio.get_running_loop().time() < in_flight.nothing_due_until:
            return 0
        return IN_FLIGHT - len(in_flight.sends)

    async def _claim(
        self, tx: Transaction, in_flight: InFlight, allowed: int, *, up_to: int | None
    ) -> list[Claimed]:
        if not allowed:
            return []
        claimed = await tx.claims.claim(
            in_flight.broadcast.id,
            worker=self._worker,
            limit=allowed,
            now=self._clock(),
            receives=RECEIVES[in_flight.broadcast.kind],
            without=in_flight.left_out,
            up_to=up_to,
            urgent=in_flight.alert.urgent if in_flight.broadcast.kind in NOTIFIES else None,
            judge=judging.judge_of(
                tx, in_flight.broadcast, in_flight.alerts, hours=self._hours, now=self._clock()
            ),
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
        await tx.deliveries.record(in_flight.broadcast.id, deferred, worker=self._worker)
        return [one for one in claimed if waits[one.subscriber_id] <= 0]

    async def _send_all(
        self, in_flight: InFlight, claimed: list[Claimed], grant: Grant, is_ours: Callable[[], bool]
    ) -> None:
        """Send what was claimed, now that it is committed, unless it must not go out any more, or is not ours."""
        # After a 429 that came during the commit nothing of it goes out, nor where the commit took so long that the
        # budget no longer counts it: the next turn gives it back.
        in_flight.claim_uncertain = bool(claimed)
        usable = await self._governor.may_start(grant)
        stopped = any(self._governor.forbids(one.chat_id) for one in claimed)
        if stopped or not usable or not is_ours():
            return
        in_flight.claim_uncertain = False
        for delivery in claimed:
            self._send(delivery, in_flight, is_ours)
        self._governor.record_starts(grant, len(claimed))

    def _send(self, delivery: Claimed, in_flight: InFlight, is_ours: Callable[[], bool]) -> None:
        """Send one delivery; its answer is kept for the next turn."""
        body = self._body_of(delivery, in_flight)

        def complete(answer: asyncio.Future[Response]) -> None:
            attempt = read_attempt(answer)
            if attempt.result is AttemptResult.TOO_MANY:
                self._governor.add_refusal(delivery.chat_id, attempt.retry_after)
            in_flight.complete(delivery, attempt)
            self._woken.set()

        in_flight.add(delivery)
        sent = self._sender.send(delivery.chat_id, delivery.message_id, body, if_still=is_ours)
        sent.add_done_callback(complete)

    def _body_of(self, delivery: Claimed, in_flight: InFlight) -> Prepared:
        """Return what is sent: rendered once for each locale and, of a digest, each set of alerts."""
        key = (delivery.locale, delivery.alerts, delivery.more, delivery.struck)
        body = in_flight.bodies.get(key)
        if body is None:
            if delivery.alerts:
                digest = Digest(
                    alerts=[in_flight.alerts[alert_id] for alert_id in delivery.alerts],
                    more=delivery.more,
                    struck=frozenset(delivery.struck),
                    is_change=in_flight.broadcast.kind is not BroadcastKind.DIGEST,
                )
                body = self._digest(digest, delivery.locale)
            else:
                body = self._body(in_flight.broadcast, in_flight.words, delivery.locale)
            if len(in_flight.bodies) >= BODIES:
                in_flight.bodies.clear()
            in_flight.bodies[key] = body
        return body

    async def _record(self, tx: Transaction, in_flight: InFlight, back: list[Returned]) -> list[Recorded]:
        broadcast_id, results = in_flight.broadcast.id, list[Recorded]()
        if back:
            results = in_flight.results(back, now=self._clock())
            if any(result.state is DeliveryState.PENDING for result in results):
                in_flight.nothing_due_until = 0.0
            is_digest = in_flight.broadcast.kind is BroadcastKind.DIGEST
            await tx.deliveries.record(broadcast_id, results, worker=self._worker, is_digest=is_digest)
            blocked = [one.subscriber_id for one, attempt in back if attempt.result is AttemptResult.BLOCKED]
            await tx.deliveries.stop_unreachable(blocked, today=self._clock().date())
            await ending.apply_stop_rules(tx, in_flight, back, clock=self._clock)
        if in_flight.claim_uncertain:
            in_flight.nothing_due_until = 0.0
            await tx.deliveries.release(
                broadcast_id, worker=self._worker, but=[*in_flight.sends, *in_flight.returned()]
            )
        return results

    @staticmethod
    def _count(back: list[Returned], recorded: list[Recorded]) -> None:
        """Count what is committed, once for many: each is no more than an addition."""
        for result, n in Counter(attempt.result for _, attempt in back).items():
            figures.count(figures.CALLS, figures.BULK, result, n=n)
            figures.count(figures.TOO_MANY, figures.BULK, n=n * (result is AttemptResult.TOO_MANY))
        for state, n in Counter(one.state for one in recorded).items():
            figures.count(figures.DELIVERED, state, n=n)
