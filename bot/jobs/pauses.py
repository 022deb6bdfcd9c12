"""Ends the pauses that are over, and tells each person once."""

import asyncio

import structlog

from bot.clock import Clock
from bot.delivery.liveness import Heartbeat
from bot.domain.preferences import CampaignHours
from bot.domain.rank import LAST
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Courier
from bot.jobs.lease import JobLease
from bot.services import pauses
from bot.store.notices import DueNotice
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.replies import Reply
from bot.wording.chat import new_message
from bot.wording.preferences import pause_over_screen

log = structlog.get_logger(__name__)

EVERY_SECONDS = 5.0
"""The wait before looking again whose pause is over."""

JOB = "pauses"


class PauseEnds:
    """Of all processes that could, one ends pauses and tells of it, for as long as it is alive."""

    def __init__(
        self,
        *,
        store: Store,
        courier: Courier,
        catalogs: Catalogs,
        clock: Clock,
        heartbeat: Heartbeat,
        campaign: CampaignHours,
    ) -> None:
        self._store = store
        self._courier = courier
        self._catalogs = catalogs
        self._clock = clock
        self._worker = heartbeat.worker
        self._campaign = campaign
        self._lease = JobLease(JOB, store=store, heartbeat=heartbeat)

    async def run(self) -> None:
        """End pauses and tell of it until cancelled."""
        while True:
            try:
                await self.turn()
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("pauses_delayed", error=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def turn(self) -> None:
        """Do what is to be done now, unless another process is at it."""
        async with self._store.reading() as tx:
            is_due = await pauses.is_due(tx, now=self._clock())
        if not is_due:
            await self._lease.release()
            return
        if not await self._lease.take():
            return
        while True:
            async with self._store.transaction() as tx:
                ended = await pauses.end_pauses(tx, now=self._clock())
            if not ended:
                break
            log.info("pauses_ended", people=ended)
        while telling := await self._begin():
            if not await self._tell(telling):
                return

    async def _begin(self) -> list[DueNotice]:
        async with self._store.transaction() as tx:
            return await pauses.begin_telling(
                tx, worker=self._worker, campaign=self._campaign, now=self._clock()
            )

    async def _tell(self, telling: list[DueNotice]) -> bool:
        """Post these. Returns whether all of it is settled; what provably did not arrive is tried at the next turn."""
        done: list[int] = []
        again: list[int] = []
        for notice in telling:
            is_settled = await self._courier.post_one(self._message(notice), rank=LAST)
            (done if is_settled else again).append(notice.subscriber_id)
        async with self._store.transaction() as tx:
            await pauses.told(tx, done=done, again=again)
        return not again

    def _message(self, notice: DueNotice) -> Reply:
        return new_message(notice.chat_id, pause_over_screen(self._catalogs.words(notice.locale)))
