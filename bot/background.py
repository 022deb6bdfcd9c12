"""What goes on beside the sending where people can be told of it: one table of jobs, by role.

Loaded by the roles that have a line to people, and by a sender that has an end to tell.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any, TypedDict

from bot.app import App
from bot.chat import Line
from bot.clock import Clock
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Courier
from bot.jobs.broadcast_reports import BroadcastReports
from bot.jobs.pauses import PauseEnds
from bot.jobs.progress_messages import Reporter
from bot.jobs.watch import Watch
from bot.roles import Role
from bot.store.store import Store

Run = Callable[[], Coroutine[Any, Any, None]]
"""Does a job until cancelled."""

TELLING = frozenset({Role.ALL, Role.WEB, Role.SCHEDULER})
"""Roles that have a line to people."""

SCHEDULING = frozenset({Role.ALL, Role.SCHEDULER})
"""Roles that do what is due; each of these jobs has a lease, so that one process of them does it."""


class _Parts(TypedDict):
    """What every job takes."""

    store: Store
    courier: Courier
    catalogs: Catalogs
    clock: Clock


def _parts(app: App, line: Line) -> _Parts:
    return _Parts(store=app.store, courier=line.courier, catalogs=app.catalogs, clock=app.clock)


def reporter_of(app: App, line: Line) -> Reporter:
    """Return what keeps the progress messages; it reports once more before its process ends."""
    return Reporter(**_parts(app, line), heartbeat=app.heartbeat)


def jobs_of(
    app: App, line: Line, role: Role, *, reporter: Reporter, at_most: timedelta | None = None
) -> list[Run]:
    """Return the jobs of a role. `at_most`: no chore waits longer for its turn."""
    parts, heartbeat = _parts(app, line), app.heartbeat
    hearing = None if app.conversation is None else app.conversation.hearing
    watch = Watch(
        **parts,
        zone=app.hours.zone,
        heard_ago=lambda: hearing.silent_seconds if hearing is not None and hearing.has_heard else None,
        refused_ago=lambda: app.api.refused_seconds,
    )
    table: tuple[tuple[frozenset[Role], Run], ...] = (
        (TELLING, watch.run),
        (SCHEDULING, reporter.run),
        (SCHEDULING, BroadcastReports(**parts, heartbeat=heartbeat).run),
        (SCHEDULING, PauseEnds(**parts, heartbeat=heartbeat, campaign=app.hours).run),
        (SCHEDULING, partial(_tick, app, line, at_most)),
    )
    return [run for roles, run in table if role in roles]


async def _tick(app: App, line: Line, at_most: timedelta | None) -> None:
    """Do the chores, each when it is due."""
    from bot.jobs import backups, by_itself, checkpoints, moments
    from bot.jobs.scheduler import make_scheduler
    from bot.jobs.schedules import Schedules

    schedules = Schedules(**_parts(app, line), paid=app.settings.paid_broadcast)
    more = [
        checkpoints.chore(line.courier, app.catalogs),
        schedules.chore(),
        by_itself.chore(),
        moments.chore(app.engine.wake),
        *backups.chores(app.settings),
    ]
    scheduler = make_scheduler(app.store, app.clock, more=more, at_most=at_most)
    await schedules.begin_due()
    await by_itself.queue_due(app.store, app.clock)
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)
