"""Counts what came of each broadcast once it has ended, and sends its report a day later, once.

A report is noted as sent after it was posted: where its process dies in between it comes again, and never not at all.
"""

import asyncio

import structlog

from bot.clock import Clock
from bot.delivery.liveness import Heartbeat
from bot.domain.broadcast import Broadcast
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Courier
from bot.jobs.lease import JobLease
from bot.services import reports
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.replies import Reply
from bot.wording.chat import with_file
from bot.wording.report_picture import report_picture_screen, report_upload

log = structlog.get_logger(__name__)

EVERY_SECONDS = 5.0
"""The wait before looking again what has ended, and whose day is over."""

JOB = "reports"


class BroadcastReports:
    """Of all processes that could, one counts and sends, for as long as it is alive."""

    def __init__(
        self, *, store: Store, courier: Courier, catalogs: Catalogs, clock: Clock, heartbeat: Heartbeat
    ) -> None:
        self._store = store
        self._courier = courier
        self._catalogs = catalogs
        self._clock = clock
        self._lease = JobLease(JOB, store=store, heartbeat=heartbeat)

    async def run(self) -> None:
        """Count and send until cancelled."""
        while True:
            try:
                await self.turn()
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("reports_delayed", error=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def turn(self) -> None:
        """Do what is to be done now, unless another process is at it."""
        now = self._clock()
        async with self._store.reading() as tx:
            uncounted, due = await reports.uncounted(tx), await reports.due(tx, now=now)
        if not uncounted and not due:
            await self._lease.release()
            return
        if not await self._lease.take():
            return
        for broadcast_id in uncounted:
            await self._count(broadcast_id)
        for broadcast in due:
            # Once more: what came back late, and who was erased since, is counted as it is now.
            await self._count(broadcast.id)
            await self._send(broadcast)

    async def _count(self, broadcast_id: int) -> None:
        async with self._store.reading() as tx:
            counts = await reports.count(tx, broadcast_id)
        async with self._store.transaction() as tx:
            await reports.keep(tx, broadcast_id, counts, now=self._clock())

    async def _send(self, broadcast: Broadcast) -> None:
        for reply in await self._replies(broadcast):
            if not await self._courier.post_one(reply):
                # It provably did not reach Telegram: as long as it is news, it is tried again.
                log.warning("report_delayed", broadcast=broadcast.id)
                return
        async with self._store.transaction() as tx:
            await reports.told(tx, broadcast.id, now=self._clock())

    async def _replies(self, broadcast: Broadcast) -> list[Reply]:
        """Return the report for who is to read it; nothing where there is nobody."""
        async with self._store.reading() as tx:
            reader = await reports.reader(tx, broadcast)
            report, alert, names = await reports.report_of(tx, broadcast.id)
        if reader is None:
            return []
        words = self._catalogs.words(reader.locale or alert.base)
        shown = report_picture_screen(words, report, alert, names)
        return with_file(reader.chat_id, shown, report_upload(words, report, alert, names), words)
