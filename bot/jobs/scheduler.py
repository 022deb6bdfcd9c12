"""The clock of the campaign's chores. Due times live in the database; this only ticks."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.domain.health import Sign
from bot.domain.review import NOTES_KEPT
from bot.domain.sighting import KEPT_AFTER_DECISION
from bot.services import health
from bot.services.threads import forget as forget_threads
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of

log = structlog.get_logger(__name__)

UPDATES_KEPT = timedelta(days=2)
"""Telegram repeats an update for 24 hours at the most; after that its id has no use."""

CONVERSATIONS_KEPT = timedelta(days=14)
"""An organizer's half-finished work survives a week of silence, and then some."""

UNFINISHED_KEPT = timedelta(days=1)
"""What a supporter began to write: after a day nobody knows what they were asked. By the day, so it may be two."""

WORKERS_KEPT = timedelta(days=1)
"""Who holds something writes a heartbeat twice a second; the others' rows are only left over."""

HOUSEKEEPING_MINUTES = 10

LOG_MINUTES = 1
"""For so long at the most SQLite's log shows what was written together; see docs/threat-model.md."""

TICK_SLACK = timedelta(seconds=30)
"""A tick may come a little early: it is due then all the same."""


HOUSEKEEPING = "housekeeping"

REWRITING = "rewriting"

REWRITING_MINUTES = 10
"""How often to look whether the day is over since the last time, or whether what was in use is not any more."""


async def run_housekeeping(store: Store, clock: Clock) -> None:
    """Let go of what has no use any more: done updates, expired invitations, conversations gone quiet.

    Of all processes that tick one does it, the first that finds it due.
    """
    now, every = clock(), timedelta(minutes=HOUSEKEEPING_MINUTES)
    async with store.reading() as tx:
        if not await tx.jobs.is_due(HOUSEKEEPING, now=now, every=every):
            return
    async with store.transaction() as tx:
        if not await tx.jobs.claim(HOUSEKEEPING, now=now, every=every - TICK_SLACK):
            return
        await tx.workers.forget(before=now - WORKERS_KEPT)
        updates = await tx.updates.forget(after=UPDATES_KEPT, now=now)
        invitations = await tx.invitations.forget(now=now)
        conversations = await tx.conversations.forget(before=now - CONVERSATIONS_KEPT)
        team = await tx.organizers.chat_ids()
        conversations += await tx.conversations.forget(before=now - UNFINISHED_KEPT, but=team)
        sightings = await tx.sightings.forget(decided_before=now.date() - KEPT_AFTER_DECISION)
        notes = await tx.reviews.forget_notes(before=now - NOTES_KEPT)
        threads = await forget_threads(tx, now=now)
    compacted = await store.compact()
    log.info(
        "housekeeping_done",
        updates=updates,
        invitations=invitations,
        conversations=conversations,
        notes=notes,
        threads=threads,
        sightings=sightings,
        compacted=compacted,
    )


async def run_rewriting(store: Store, clock: Clock) -> None:
    """Once a day, leave nothing in the files that tells in which order people came that day.

    What is in use meanwhile is tried again at the next tick; the rest does not wait for it.
    """
    for what in store.rewritten():
        await _rewrite(store, what, clock())


async def _rewrite(store: Store, what: str, now: datetime) -> None:
    name, every = f"{REWRITING} {what}", timedelta(days=1)
    async with store.reading() as tx:
        if not await tx.jobs.is_due(name, now=now, every=every):
            return
    async with store.transaction() as tx:
        if not await tx.jobs.claim(name, now=now, every=every - TICK_SLACK):
            return
    try:
        log.info("rewriting_done", what=what, complete=await store.rewrite(what))
    except TRANSIENT_DATABASE_ERRORS as error:
        log.warning("rewriting_delayed", what=what, error=name_of(error))
        async with store.transaction() as tx:
            await tx.jobs.defer(name, until=now + timedelta(minutes=REWRITING_MINUTES) - TICK_SLACK)


async def cut_log(store: Store, _clock: Clock) -> None:
    """Leave no commit in SQLite's log: who steals it would see which rows were written together.

    Each process that ticks does it; where nothing was written since, there is nothing to do.
    """
    if store.leaves_nothing:
        await store.compact()


async def note_tick(store: Store, clock: Clock) -> None:
    """Leave the sign of life by which others see that a scheduler runs."""
    async with store.transaction() as tx:
        await health.note(tx, Sign.SCHEDULER, now=clock())


@dataclass(frozen=True, kw_only=True, slots=True)
class Chore:
    """What is looked after at each tick, whether it is due or not."""

    name: str
    run: Callable[[Store, Clock], Awaitable[None]]
    every: timedelta


CHORES = (
    Chore(name="run_housekeeping", run=run_housekeeping, every=timedelta(minutes=HOUSEKEEPING_MINUTES)),
    Chore(name="run_rewriting", run=run_rewriting, every=timedelta(minutes=REWRITING_MINUTES)),
    Chore(name="cut_log", run=cut_log, every=timedelta(minutes=LOG_MINUTES)),
    Chore(name="note_tick", run=note_tick, every=timedelta(minutes=1)),
)
"""What needs the database alone."""


def make_scheduler(
    store: Store, clock: Clock, *, more: Iterable[Chore] = (), at_most: timedelta | None = None
) -> AsyncIOScheduler:
    """Return the scheduler with its chores, and those that need more than the database; not started.

    `at_most`: no chore waits longer for its turn.
    """
    # Without a grace time, a tick that comes a second late would be dropped silently.
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True})
    for chore in (*CHORES, *more):
        tick = _surviving(chore, store, clock)
        every = chore.every if at_most is None else min(chore.every, at_most)
        scheduler.add_job(tick, "interval", seconds=every.total_seconds(), id=chore.name, max_instances=1)
    return scheduler


def _surviving(chore: Chore, store: Store, clock: Clock) -> Callable[[], Awaitable[None]]:
    async def tick() -> None:
        try:
            await chore.run(store, clock)
        except TRANSIENT_DATABASE_ERRORS as error:
            log.warning("chore_delayed", chore=chore.name, error=type(error).__name__)

    return tick
