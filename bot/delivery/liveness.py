"""Heartbeats: which worker is alive is told by change, not by the time of day.

So no clock that jumps can kill a worker, or keep one. A worker that holds nothing writes no heartbeat, and
nobody cares whether it is alive.
"""

import asyncio
import math
import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

import structlog

from bot.clock import Clock
from bot.store.store import Store, Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS

log = structlog.get_logger(__name__)

DEAD_AFTER = 3.0
"""Seconds without a heartbeat after which a worker is taken for dead."""

HEARTBEAT_SECONDS = 0.5
"""How often a worker that holds something writes a heartbeat."""

SURE_SECONDS = DEAD_AFTER - HEARTBEAT_SECONDS
"""For so long after it began to write a heartbeat a worker is sure that nobody has taken it for dead."""


class Liveness:
    """Remembers the last heartbeat of each worker, and since when it has been the last, in the loop's seconds."""

    def __init__(self) -> None:
        self._heartbeats: dict[str, tuple[datetime, float]] = {}

    def dead(self, heartbeats: Mapping[str, datetime]) -> list[str]:
        """Take the workers' present heartbeats. Returns those whose heartbeat has not changed for too long."""
        now = asyncio.get_running_loop().time()
        known = self._heartbeats
        self._heartbeats = {
            worker: known[worker] if worker in known and known[worker][0] == heartbeat else (heartbeat, now)
            for worker, heartbeat in heartbeats.items()
        }
        return [worker for worker, (_, since) in self._heartbeats.items() if now - since > DEAD_AFTER]


class Heartbeat:
    """This process as the others see it, and the others as it sees them."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self.worker = secrets.token_hex(8)
        self._store = store
        self._clock = clock
        self._holds: list[Callable[[], bool]] = []
        self._noted_at = self._lapsed_at = -SURE_SECONDS
        self._liveness = Liveness()

    def while_held(self, holds: Callable[[], bool]) -> None:
        """Let heartbeats be written for as long as this says that something is held."""
        self._holds.append(holds)

    async def write(self, tx: Transaction) -> float:
        """Write a heartbeat in the transaction that takes a lease: nobody ever sees the one without the other.

        Returns at which second of the loop's clock, for `leased`.
        """
        written_at = _now()
        await tx.workers.seen(self.worker, now=self._clock())
        return written_at

    def note(self, began_at: float) -> None:
        """Note that a heartbeat has committed whose writing began at this second of the loop's clock."""
        if began_at - self._noted_at > SURE_SECONDS:
            self._lapsed_at = _now()
        self._noted_at = max(self._noted_at, began_at)

    def leased(self, written_at: float) -> float:
        """Note a heartbeat that has committed together with leases. Returns since when they are held: `holds_since`.

        Where so much time has passed that others may have ended them already, they are not held: see the database.
        """
        self.note(written_at)
        now = _now()
        return now if now - written_at <= SURE_SECONDS else -math.inf

    def holds_since(self, claimed_at: float) -> bool:
        """Whether nobody can have taken this process for dead since it began to claim something.

        False after it was stopped, slept or lost its database for too long: what it claimed before may be settled by
        others as *unknown*, so it must not go out any more.
        """
        return claimed_at >= self._lapsed_at and _now() - self._noted_at <= SURE_SECONDS

    async def lost(self, tx: Transaction, holders: Collection[str]) -> set[str]:
        """Return which of these holders are dead. `holders` were read in this transaction, before."""
        heartbeats = await tx.workers.last_seen()
        dead = set(self._liveness.dead(heartbeats))
        return {one for one in holders if one in dead or one not in heartbeats} - {self.worker}

    async def run(self) -> None:
        """Write heartbeats while something is held, until cancelled."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            if not any(holds() for holds in self._holds):
                continue
            try:
                began_at = _now()
                async with self._store.transaction() as tx:
                    await self.write(tx)
                self.note(began_at)
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("heartbeat_delayed", error=type(error).__name__)

    async def end(self) -> None:
        """Leave nothing of this worker behind; it holds nothing any more."""
        async with self._store.transaction() as tx:
            await tx.workers.gone(self.worker)


def _now() -> float:
    return asyncio.get_running_loop().time()
