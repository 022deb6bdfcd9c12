"""What goes on beside the sending where people can be told of it: one table of jobs, by role.

Loaded by the roles that have a line to people, and by a sender that has an end to tell.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any, TypedDict

import structlog

from bot.app import App
from bot.chat import Line
from bot.clock import Clock
from bot.content import Consents
from bot.content.files import Unreadable
from bot.content.loading import read_consents
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Courier
from bot.jobs.broadcast_reports import BroadcastReports
from bot.jobs.pauses import PauseEnds
from bot.jobs.progress_messages import Reporter
from bot.jobs.renewals import ConsentRenewals
from bot.jobs.telling import Teller, Telling
from bot.jobs.watch import Watch
from bot.roles import Role
from bot.store.store import Store

log = structlog.get_logger(__name__)

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
    consents = _consents(app)
    told: list[Telling] = [PauseEnds(catalogs=app.catalogs, campaign=app.hours)]
    if consents is not None:
        told.append(ConsentRenewals(consents=consents, catalogs=app.catalogs, campaign=app.hours))
    tellers = [
        Teller(what, store=app.store, courier=line.courier, clock=app.clock, heartbeat=heartbeat)
        for what in told
    ]
    table: tuple[tuple[frozenset[Role], Run], ...] = (
        (TELLING, watch.run),
        (SCHEDULING, reporter.run),
        (SCHEDULING, BroadcastReports(**parts, heartbeat=heartbeat).run),
        *((SCHEDULING, teller.run) for teller in tellers),
        (SCHEDULING, partial(_tick, app, line, consents, at_most)),
    )
    return [run for roles, run in table if role in roles]


def _consents(app: App) -> Consents | None:
    """Return what people agree to; None where it cannot be read: whoever talks with people has said so."""
    if app.conversation is not None:
        return app.conversation.resources.content.consents
    try:
        return read_consents(app.settings.content_folder)
    except Unreadable:
        log.warning("consents_unreadable")
        return None


async def _tick(app: App, line: Line, consents: Consents | None, at_most: timedelta | None) -> None:
    """Do the chores, each when it is due."""
    from bot.jobs import backups, by_itself, checkpoints, moments, renewals
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
    if consents is not None:
        more.append(renewals.chore(consents, app.hours))
    scheduler = make_scheduler(app.store, app.clock, more=more, at_most=at_most)
    await schedules.begin_due()
    await by_itself.queue_due(app.store, app.clock)
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)
