"""The engine: takes the broadcasts that are due in turns, and each through its cycle (`bot.delivery.cycle`)."""

import asyncio
import contextlib

from bot.clock import Clock
from bot.delivery.cycle import Body, Cycle, DigestBody
from bot.delivery.ending import IDLE_SECONDS
from bot.delivery.governor import Governor
from bot.delivery.in_flight import InFlight
from bot.delivery.liveness import Heartbeat
from bot.delivery.lost_sends import LostSends
from bot.delivery.outage import Outage
from bot.delivery.sender import Sender
from bot.delivery.starting import locales_left_out, start, words_of
from bot.domain.alert import Alert
from bot.domain.broadcast import RUNNABLE, Broadcast
from bot.domain.preferences import CampaignHours
from bot.store.store import Store, Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS

SOON_SECONDS = 0.1
"""How long to wait for what must come back before a broadcast can start."""

SLICE_SECONDS = 5.0
"""How long one broadcast goes on while others wait for their share."""


NOT_AT_NIGHT = CampaignHours()


class Engine:
    """Sends the broadcasts that are due, in turns, and survives being killed at any point.

    While it sends, somebody must run the `heartbeat`, without which others take this process for dead.
    """

    def __init__(
        self,
        *,
        store: Store,
        sender: Sender,
        governor: Governor,
        body: Body,
        digest: DigestBody,
        clock: Clock,
        heartbeat: Heartbeat,
        paid: bool = False,
        hours: CampaignHours = NOT_AT_NIGHT,
    ) -> None:
        self._store = store
        self._clock = clock
        self._paid = paid
        self._heartbeat = heartbeat
        self._woken = asyncio.Event()
        self._sending = False
        self._last = 0
        self._resting: dict[int, float] = {}
        self._outage = Outage()
        self._cycle = Cycle(
            store=store,
            sender=sender,
            governor=governor,
            body=body,
            digest=digest,
            hours=hours,
            clock=clock,
            heartbeat=heartbeat,
            woken=self._woken,
        )
        heartbeat.while_held(lambda: self._sending)

    def wake(self) -> None:
        """Look for work now: something was queued, or changed."""
        self._woken.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is on the wire is recorded."""
        self._cycle.stopping = True
        self._woken.set()

    async def run(self, *, until_idle: bool = False) -> None:
        """Work until stopped or, with `until_idle`, until nothing is queued, due or in flight."""
        lost = LostSends(
            store=self._store, heartbeat=self._heartbeat, outage=self._outage, found=self._woken.set
        )
        looking = asyncio.create_task(lost.run())
        try:
            while not self._cycle.stopping:
                try:
                    runnable, due = await self._next_due()
                    if due is not None:
                        await self._send(due)
                    elif until_idle and not runnable:
                        self._outage.close()
                        break
                    else:
                        self._outage.note_success()
                        await self._sleep_until_woken(IDLE_SECONDS)
                except TRANSIENT_DATABASE_ERRORS as error:
                    await self._wait_out(error)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _next_due(self) -> tuple[list[Broadcast], Broadcast | None]:
        """Return the broadcasts there are to work on, and the one whose turn it is, if one is due."""
        async with self._store.reading() as tx:
            runnable = await tx.broadcasts.in_status(RUNNABLE)
        now = self._clock()
        due = [each for each in runnable if each.is_due(now=now) and not self._rests(each)]
        after = (broadcast for broadcast in due if broadcast.id > self._last)
        chosen = next(after, due[0] if due else None)
        self._last = chosen.id if chosen else 0
        return runnable, chosen

    async def _send(self, broadcast: Broadcast) -> None:
        """Take turns until the broadcast ends, stops being runnable or has used its slice, and nothing is in flight."""
        self._sending = True
        try:
            began_at = _now()
            async with self._store.transaction() as tx:
                started = await self._start(tx, broadcast.id)
                if started is not None:
                    words = await tx.alerts.get(await words_of(tx, broadcast))
                    # Nothing is claimed by who is not known to live: nobody would notice that it died.
                    await self._heartbeat.write(tx)
            if started is None:
                await self._sleep_until_woken(SOON_SECONDS)
            else:
                self._heartbeat.note(began_at)
                without = locales_left_out(*started) | locales_left_out(broadcast, words)
                in_flight = InFlight(*started, until=_now() + SLICE_SECONDS, words=words, left_out=without)
                await self._take_turns(in_flight)
                if in_flight.rests:
                    self._resting[broadcast.id] = _now() + in_flight.rests
        finally:
            self._sending = False

    def _rests(self, broadcast: Broadcast) -> bool:
        """Whether all that is left of a broadcast waits for the end of quiet hours."""
        if self._resting.get(broadcast.id, 0.0) > _now():
            return True
        self._resting.pop(broadcast.id, None)
        return False

    async def _start(self, tx: Transaction, broadcast_id: int) -> tuple[Broadcast, Alert] | None:
        return await start(tx, broadcast_id, clock=self._clock, paid=self._paid)

    async def _take_turns(self, in_flight: InFlight) -> None:
        while True:
            try:
                if _now() > in_flight.until and not in_flight.yielding:
                    await self._yield_if_others_due(in_flight)
                self._woken.clear()
                pause = await self._cycle.turn(in_flight)
            except TRANSIENT_DATABASE_ERRORS as error:
                in_flight.claim_uncertain = True
                await self._wait_out(error)
                continue
            self._outage.note_success()
            if pause is None:
                return
            if pause:
                await self._sleep_until_woken(pause)

    async def _yield_if_others_due(self, in_flight: InFlight) -> None:
        """Make room for another broadcast, if one is due."""
        async with self._store.reading() as tx:
            runnable = await tx.broadcasts.in_status(RUNNABLE)
        now = self._clock()
        in_flight.yielding = any(
            each.id != in_flight.broadcast.id and each.is_due(now=now) and not self._rests(each)
            for each in runnable
        )
        in_flight.until = _now() + SLICE_SECONDS

    async def _wait_out(self, error: Exception) -> None:
        """Note the failure, and wait before the next attempt."""
        self._outage.note_failure(error)
        await asyncio.sleep(IDLE_SECONDS)

    async def _sleep_until_woken(self, seconds: float) -> None:
        """Wait until `_woken` is set, this many seconds at the most."""
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: before Python 3.12 it swallows a cancellation that comes together with the event.
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
