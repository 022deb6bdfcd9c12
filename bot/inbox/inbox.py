"""The inbox of one process: two pumps on the same table, and an eye on the other processes."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

import structlog

from bot.clock import Clock
from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.inbox.apply import Applier
from bot.inbox.inline import InlineQueries, InlineResponder
from bot.inbox.intake import Intake
from bot.inbox.outbox import Outbox
from bot.inbox.outgoing import Poster
from bot.inbox.responder import Responder
from bot.store.posting import UpdateState
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.inline import InlineQuery
from bot.telegram_io.updates import Incoming

log = structlog.get_logger(__name__)

WATCH_SECONDS = 0.5
"""How often to look for what other processes left."""

IDLE_LOOK_SECONDS = 0.02
"""How often to look whether everything is done, for who waits for that."""


class Inbox:
    """Takes updates from their intake to their posted replies, together with any number of other processes."""

    def __init__(
        self,
        *,
        store: Store,
        responder: Responder,
        poster: Poster,
        heartbeat: Heartbeat,
        governor: Governor,
        clock: Clock,
        broadcast_changed: Callable[[], None] = lambda: None,
        inline: InlineResponder | None = None,
    ) -> None:
        self._store = store
        self._heartbeat = heartbeat
        self._outbox = Outbox(store=store, poster=poster, heartbeat=heartbeat, clock=clock)
        self._queries: InlineQueries | None = None
        if inline is not None:
            self._queries = InlineQueries(store=store, responder=inline, poster=poster, clock=clock)
        self.intake = Intake(store=store, accept=self._accept, clock=clock, ask=self._ask)
        self._applier = Applier(
            store=store,
            responder=responder,
            outbox=self._outbox,
            heartbeat=heartbeat,
            governor=governor,
            clock=clock,
            broadcast_changed=broadcast_changed,
            last_rank=lambda: self.intake.last_rank,
        )

    def _accept(self, arrived: Mapping[int, Incoming]) -> None:
        self._applier.accept(arrived)

    def _ask(self, query: InlineQuery) -> None:
        if self._queries is not None:
            self._queries.accept(query)

    async def run(self) -> None:
        """Work until cancelled; then `stop`."""
        async with asyncio.TaskGroup() as pumps:
            pumps.create_task(self._applier.run())
            pumps.create_task(self._outbox.run())
            pumps.create_task(self._watch())
            if self._queries is not None:
                pumps.create_task(self._queries.run())

    async def stop(self, *, seconds: float) -> None:
        """Finish what is under way, this long at the most; what is left is done by the others, or at the next start."""
        with suppress(*TRANSIENT_DATABASE_ERRORS):
            await self._outbox.finish(seconds=seconds)

    async def idle(self) -> None:
        """Wait until every update is done, whoever does it."""
        while True:
            if self._outbox.is_posted:
                with suppress(*TRANSIENT_DATABASE_ERRORS):
                    await self._outbox.settle()
                    async with self._store.reading() as tx:
                        if not await tx.updates.count_open():
                            return
            await asyncio.sleep(IDLE_LOOK_SECONDS)

    async def _watch(self) -> None:
        """Look for what other processes left, and for what the dead held, until cancelled. Looking writes nothing."""
        while True:
            try:
                await self.look()
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("watch_delayed", error=type(error).__name__)
            await asyncio.sleep(WATCH_SECONDS)

    async def look(self) -> None:
        """Look once: wake the pumps where there is work, end the leases of the dead."""
        async with self._store.reading() as tx:
            work = await tx.updates.work()
            lost = await self._heartbeat.lost(tx, {worker for _, worker in work if worker is not None})
        if lost:
            await self._take_over()
        self._outbox.note_left_behind(bool(lost) or (UpdateState.APPLIED, None) in work)
        if (UpdateState.RECEIVED, None) in work:
            self._applier.wake()

    async def _take_over(self) -> None:
        """End the leases of the dead. They may have come back since we looked: look again, in the transaction."""
        async with self._store.transaction() as tx:
            lost = await self._heartbeat.lost(tx, await tx.updates.holders())
            released = await tx.updates.release(lost)
        log.warning("updates_taken_over", updates=released)
