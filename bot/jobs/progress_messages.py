"""Keeps each organizer's progress message true while a broadcast goes out, and says when it has ended."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.delivery.liveness import Heartbeat
from bot.domain.alert import Alert
from bot.domain.broadcast import ENDED, Broadcast, BroadcastStatus, StopReason
from bot.domain.organizer import Right, Role
from bot.i18n.catalogs import Catalogs
from bot.i18n.localizer import Localizer
from bot.inbox.courier import Courier
from bot.jobs.lease import JobLease
from bot.services import broadcast_progress
from bot.services.team import everybody
from bot.store.progress_messages import ProgressNote
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.replies import delete
from bot.wording.chat import changed_message, new_message
from bot.wording.progress import Pace, is_far_ahead, progress_screen
from bot.wording.screen import Screen
from bot.wording.titles import title_of

log = structlog.get_logger(__name__)

EVERY_SECONDS = 3.0
"""One edit in this time at the most."""


PACE_OVER = timedelta(seconds=10)
"""The rate is of the last so many seconds, or of those since it last began or was resumed."""

Sample = tuple[datetime, int]
"""When somebody looked, and how many deliveries had ended by then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shown:
    """What was last shown of a broadcast, and to whom."""

    progress: broadcast_progress.Progress
    organizer_id: int | None


JOB = "progress messages"


class Reporter:
    """Posts and edits the progress messages. Of all processes that could, one does, for as long as it is alive."""

    def __init__(
        self, *, store: Store, courier: Courier, catalogs: Catalogs, clock: Clock, heartbeat: Heartbeat
    ) -> None:
        self._lease = JobLease(JOB, store=store, heartbeat=heartbeat)
        self._store = store
        self._courier = courier
        self._catalogs = catalogs
        self._clock = clock
        self._shown: dict[int, _Shown] = {}
        self._samples: dict[int, tuple[Sample, ...]] = {}

    async def run(self) -> None:
        """Report until cancelled."""
        while True:
            try:
                await self.report()
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("report_delayed", error=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def report(self) -> bool:
        """Bring every progress message up to date, once. Returns False where another process is to do it."""
        async with self._store.reading() as tx:
            pending = await tx.progress_messages.due()
        if not pending:
            await self.release()
            return True
        if not await self._take():
            return False
        for broadcast, note in pending:
            await self._tell(broadcast, note)
        return True

    async def _take(self) -> bool:
        """Take the job, or keep it; what was shown before is told by nobody but who told it."""
        taken = await self._lease.take()
        if self._lease.is_new:
            self._shown.clear()
            self._samples.clear()
        return taken

    async def release(self) -> None:
        """Leave the job to whoever comes first; there is nothing to report, or this process ends."""
        await self._lease.release()

    async def _tell(self, broadcast: Broadcast, note: ProgressNote) -> None:
        is_news = note.organizer_id is None
        note = await self._watched(broadcast.id, note)
        async with self._store.reading() as tx:
            progress = await broadcast_progress.report(tx, broadcast.id)
            alert = await tx.alerts.find(broadcast.alert_id)
            chat_id = None if note.organizer_id is None else await tx.organizers.chat_id(note.organizer_id)
            reader = None if note.organizer_id is None else await tx.organizers.get(note.organizer_id)
            chosen = None if chat_id is None else await tx.languages.chosen(chat_id)
        if alert is None:
            # Its sending was undone, and then the draft was deleted: nobody asks about it any more.
            await self._save(broadcast.id, message_id=note.message_id, final=True)
            return
        now = self._clock()
        before = self._shown.get(broadcast.id)
        self._samples[broadcast.id] = samples = sampled(
            self._samples.get(broadcast.id, ()), progress, now=now
        )
        waits = progress.broadcast.started_at is None and progress.broadcast.starts_at > now
        waits = waits and not is_far_ahead(progress.broadcast, now=now)
        final = progress.broadcast.status in ENDED and not progress.tally.remaining
        shown_now = _Shown(progress=progress, organizer_id=note.organizer_id)
        unchanged = before == shown_now
        if unchanged and not waits and not final:
            return
        self._shown[broadcast.id] = shown_now
        message_id = note.message_id
        if chat_id is not None:
            words = self._catalogs.words(chosen or alert.base)
            shown = progress_screen(
                words,
                progress,
                title=title_of(alert),
                now=now,
                pace=pace_of(samples),
                steers=reader is not None and reader.may(Right.SEND),
            )
            anew = before is not None and _stopped_by_itself(before.progress, progress)
            message_id = await self._post(chat_id, note.message_id, shown, words, anew=anew)
            if is_news:
                await self._tell_others(progress, alert, but=note.organizer_id)
        # The end is told twice: an answer to a tap of just before may have overtaken the first time.
        told = final and unchanged
        if told:
            del self._shown[broadcast.id], self._samples[broadcast.id]
        if told or message_id != note.message_id:
            await self._save(broadcast.id, message_id=message_id, final=told)

    async def _tell_others(
        self, progress: broadcast_progress.Progress, alert: Alert, *, but: int | None
    ) -> None:
        """Tell whoever else may send that something that nobody watched stopped by itself, once."""
        async with self._store.reading() as tx:
            team = [each for each in await everybody(tx) if each.organizer.may(Right.SEND)]
        for each in team:
            if each.organizer.id != but:
                words = self._catalogs.words(each.locale or alert.base)
                shown = progress_screen(words, progress, title=title_of(alert), now=self._clock())
                await self._courier.post_message(new_message(each.chat_id, shown, words))

    async def _watched(self, broadcast_id: int, note: ProgressNote) -> ProgressNote:
        """Return the note of somebody who may steer the broadcast: who began it, else an owner, who gets a message.

        The one they had who left the team, or may not send any more, is taken away: it would stand still.
        """
        async with self._store.reading() as tx:
            team = await tx.organizers.all()
            if any(each.id == note.organizer_id and each.may(Right.SEND) for each in team):
                return note
            owners = [each.id for each in team if each.role is Role.OWNER]
            heirs = owners or [each.id for each in team if each.may(Right.SEND)]
            before = None
            if note.organizer_id is not None:
                before = await tx.organizers.chat_id(note.organizer_id, former=True)
        if not heirs:
            return note
        async with self._store.transaction() as tx:
            await tx.progress_messages.hand_over(broadcast_id, heirs[0])
        if before is not None and note.message_id is not None:
            await self._courier.post_message(delete(before, note.message_id))
        return ProgressNote(organizer_id=heirs[0], message_id=None, final=False)

    async def _save(self, broadcast_id: int, *, message_id: int | None, final: bool) -> None:
        async with self._store.transaction() as tx:
            await tx.progress_messages.save(broadcast_id, message_id=message_id, final=final)

    async def _post(
        self, chat_id: int, message_id: int | None, shown: Screen, words: Localizer, *, anew: bool
    ) -> int | None:
        """Post or change the message; `anew`: a new one takes its place, since phones tell of new ones only."""
        if message_id is None:
            return await self._courier.post_message(new_message(chat_id, shown, words))
        posted = await self._courier.post_message(new_message(chat_id, shown, words)) if anew else None
        if posted is None:
            return (
                await self._courier.post_message(changed_message(chat_id, message_id, shown, words))
                or message_id
            )
        await self._courier.post_message(delete(chat_id, message_id))
        return posted


def _stopped_by_itself(before: broadcast_progress.Progress, progress: broadcast_progress.Progress) -> bool:
    """Tell whether it waits for an organizer who does not know it yet."""
    was, now = before.broadcast, progress.broadcast
    stopped = now.status in (BroadcastStatus.PAUSED, BroadcastStatus.HALTED)
    return stopped and now.stop_reason is not StopReason.ORGANIZER and was.status is not now.status


def sampled(
    samples: Sequence[Sample], progress: broadcast_progress.Progress, *, now: datetime
) -> tuple[Sample, ...]:
    """Return the samples with this one: of the last seconds while it goes out, and none of before a pause."""
    if progress.broadcast.status is not BroadcastStatus.SENDING:
        return ()
    # The newest that is old enough stays, so that they span the whole time.
    since = [at for at, _ in samples if at <= now - PACE_OVER]
    kept = [each for each in samples if not since or each[0] >= since[-1]]
    return (*kept, (now, progress.tally.final))


def pace_of(samples: Sequence[Sample]) -> Pace | None:
    """Return how fast it went from the first to the last sample."""
    if not samples or samples[-1][0] <= samples[0][0]:
        return None
    (began, before), (until, after) = samples[0], samples[-1]
    return Pace(per_second=(after - before) / (until - began).total_seconds())
