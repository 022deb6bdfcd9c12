"""What dead senders had on the wire: found by those who live, and settled as unknown."""

import asyncio
from collections.abc import Callable

import structlog

from bot.delivery.liveness import HEARTBEAT_SECONDS, Heartbeat
from bot.delivery.outage import Outage
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS

log = structlog.get_logger(__name__)


class LostSends:
    """Looks after the other senders. Looking writes nothing."""

    def __init__(
        self, *, store: Store, heartbeat: Heartbeat, outage: Outage, found: Callable[[], None]
    ) -> None:
        self._store = store
        self._heartbeat = heartbeat
        self._outage = outage
        self._found = found

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look()
            except TRANSIENT_DATABASE_ERRORS as error:
                self._outage.note_failure(error)
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def look(self) -> None:
        """Look once, and settle what is found."""
        async with self._store.reading() as tx:
            # Claims are read first: a heartbeat comes before one.
            if not await self._heartbeat.lost(tx, await tx.deliveries.claimants()):
                return
        async with self._store.transaction() as tx:
            # They may have come back since.
            dead = await self._heartbeat.lost(tx, await tx.deliveries.claimants())
            settled = await tx.deliveries.settle_lost(sorted(dead))
        if settled:
            log.warning("deliveries_unknown", count=settled)
            self._found()
