"""Tells people what comes about by itself, each once, at an hour that suits them."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.delivery.liveness import Heartbeat
from bot.domain.rank import LAST
from bot.inbox.courier import Courier, Posted
from bot.jobs.lease import JobLease
from bot.store.notices import DueNotice
from bot.store.store import Store, Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of
from bot.telegram_io.replies import Reply

log = structlog.get_logger(__name__)

EVERY_SECONDS = 5.0
"""The wait before looking again what is due."""

Fates = Mapping[Posted, list[int]]
"""What became of the messages, and whose they were."""


class Telling(Protocol):
    """What comes about by itself, and is told. `name`: of the job."""

    name: str

    async def is_due(self, tx: Transaction, *, now: datetime) -> bool:
        """Return whether there is anything to do."""

    async def come_about(self, store: Store, *, now: datetime) -> None:
        """Let come about what is due, in transactions of its own."""

    async def begin(self, tx: Transaction, *, worker: str, now: datetime) -> list[DueNotice]:
        """Return who is to be told now: they are this process's from the commit on."""

    def message(self, notice: DueNotice, *, now: datetime) -> Reply:
        """Return what is said."""

    async def told(self, tx: Transaction, fates: Fates, *, now: datetime) -> None:
        """Note what became of each message. `now`: as of these."""


class Teller:
    """Of all processes that could, one tells people of something, for as long as it is alive."""

    def __init__(
        self, what: Telling, *, store: Store, courier: Courier, clock: Clock, heartbeat: Heartbeat
    ) -> None:
        self._what = what
        self._store = store
        self._courier = courier
        self._clock = clock
        self._worker = heartbeat.worker
        self._lease = JobLease(what.name, store=store, heartbeat=heartbeat)

    async def run(self) -> None:
        """Do it until cancelled."""
        while True:
            try:
                await self.turn()
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("telling_delayed", what=self._what.name, error=name_of(error))
            await asyncio.sleep(EVERY_SECONDS)

    async def turn(self) -> None:
        """Do what is to be done now, unless another process is at it."""
        async with self._store.reading() as tx:
            is_due = await self._what.is_due(tx, now=self._clock())
        if not is_due:
            await self._lease.release()
            return
        if not await self._lease.take():
            return
        await self._what.come_about(self._store, now=self._clock())
        while await self._tell(now=self._clock()):
            pass

    async def _tell(self, *, now: datetime) -> bool:
        """Tell some. Returns whether there may be more: what provably did not arrive is tried at the next turn."""
        async with self._store.transaction() as tx:
            telling = await self._what.begin(tx, worker=self._worker, now=now)
        if not telling:
            return False
        posting = {
            notice.subscriber_id: asyncio.create_task(
                self._courier.post_once(self._what.message(notice, now=now), rank=LAST)
            )
            for notice in telling
        }
        try:
            await asyncio.wait(posting.values())
        finally:
            # Where this process is asked to stop, what has been settled by now is noted all the same.
            for task in posting.values():
                task.cancel()
            await asyncio.gather(*posting.values(), return_exceptions=True)
            fates: dict[Posted, list[int]] = {fate: [] for fate in Posted}
            for who, task in posting.items():
                if not task.cancelled():
                    fates[task.result()].append(who)
            async with self._store.transaction() as tx:
                await self._what.told(tx, fates, now=now)
        return not fates[Posted.AGAIN]
