"""Each minute: what repeats begins when its day has come, and waiting times follow the zones when these change.

A broadcast that waits for its own time needs no job: the engine starts it.
"""

from datetime import timedelta

import structlog

from bot.clock import Clock, tzdata_version
from bot.domain.broadcast import BroadcastStatus
from bot.domain.organizer import Right
from bot.domain.series import Series, SeriesStatus
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Courier
from bot.jobs.scheduler import Chore
from bot.services import due, series, team
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of
from bot.wording.chat import new_message
from bot.wording.stopped_series import blocked, not_approved

log = structlog.get_logger(__name__)

WAITS = (BroadcastStatus.QUEUED, BroadcastStatus.SENDING, BroadcastStatus.PAUSED, BroadcastStatus.HALTED)


class Schedules:
    """Lets begin what is due. Any number of processes may: each occurrence begins in one transaction, once."""

    def __init__(
        self, *, store: Store, courier: Courier, catalogs: Catalogs, clock: Clock, paid: bool = False
    ) -> None:
        self._store = store
        self._courier = courier
        self._catalogs = catalogs
        self._clock = clock
        self._paid = paid

    def chore(self) -> Chore:
        """Return what the scheduler is given."""

        async def run(_store: Store, _clock: Clock) -> None:
            await self.begin_due()

        return Chore(name="begin_due", run=run, every=timedelta(minutes=1))

    async def begin_due(self) -> None:
        """Let begin what is due, once; a database that is away is asked again at the next tick."""
        try:
            await self._reckon_anew()
            for each in await self._out_of_date():
                async with self._store.transaction() as tx:
                    stopped = await series.begin_due(tx, each.id, paid=self._paid, now=self._clock())
                if stopped is not None:
                    await self._tell(stopped)
        except TRANSIENT_DATABASE_ERRORS as error:
            log.warning("chore_delayed", chore="schedules", error=name_of(error))

    async def _out_of_date(self) -> list[Series]:
        """Return the series of which something is due. Mostly none is: then nobody waits for a writer."""
        now = self._clock()
        async with self._store.reading() as tx:
            return [each for each in await tx.series.open() if await series.is_out_of_date(tx, each, now=now)]

    async def _reckon_anew(self) -> None:
        async with self._store.reading() as tx:
            waiting = await tx.broadcasts.in_status(WAITS)
        for broadcast in waiting:
            if broadcast.tzdata not in (None, tzdata_version()):
                async with self._store.transaction() as tx:
                    changed = await due.reckon_anew(tx, broadcast.id)
                log.info("start_reckoned_anew", broadcast=broadcast.id, changed=changed)

    async def _tell(self, stopped: series.Stopped) -> None:
        """Tell whoever may send, each in their language, what did not go out and what to do about it."""
        async with self._store.reading() as tx:
            alert = await tx.alerts.find(stopped.series.alert_id)
            senders = [each for each in await team.everybody(tx) if each.organizer.may(Right.SEND)]
        if alert is None:
            return
        is_last = stopped.series.status is SeriesStatus.ENDED
        for each in senders:
            words = self._catalogs.words(each.locale or alert.base)
            shown = not_approved(words, alert)
            if stopped.blocks:
                shown = blocked(words, alert, stopped.blocks, is_last=is_last)
            await self._courier.post_message(new_message(each.chat_id, shown, words))
