"""Running the parts of an app, by its role, until it is told to stop."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from bot.app import App
from bot.delivery.key_watch import KeyWatch
from bot.delivery.liveness import DEAD_AFTER, HEARTBEAT_SECONDS
from bot.domain.broadcast import BroadcastStatus, StopReason
from bot.errors import TokenRefused
from bot.roles import Role
from bot.services.installation import require_alone, until_moved
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, required

if TYPE_CHECKING:
    from bot.chat import Line
    from bot.content import Consents
    from bot.jobs.broadcast_reports import BroadcastReports
    from bot.jobs.progress_messages import Reporter
    from bot.jobs.telling import Teller, Telling
    from bot.jobs.watch import Watch

log = structlog.get_logger(__name__)

CLOSING_SECONDS = 4.0
"""What is under way gets this long to end, twice (updates, then sends): a stop takes under 10 s in all."""


async def run(
    app: App, role: Role, *, until_idle: bool, stop: asyncio.Event, at_most: timedelta | None = None
) -> None:
    """Do what the role does until told to stop or, with `until_idle`, until nothing is left to do.

    `at_most`: no chore waits longer for its turn; by a clock that is put forward what is due is due all at once.

    Raises TokenRefused, RunsElsewhere, DatabaseMoved, DatabaseUnreachable where it is away while this begins, and
    whatever else stops a part for good.
    """
    with required():
        await require_alone(app.store, app.api, public_url=app.settings.public_url)
    reporter = None if app.line is None else _reporter(app, app.line)
    background = await _background(app, role, reporter, at_most)
    sends = role in (Role.ALL, Role.SENDER)
    working = asyncio.create_task(app.engine.run(until_idle=until_idle)) if sends else None
    waiting = asyncio.create_task(stop.wait())
    tasks = [asyncio.create_task(part) for part in background]
    beating = asyncio.create_task(app.heartbeat.run())
    log.info("bot_started", role=role.value)
    try:
        await _until_over(waiting, working, tasks, until_idle=until_idle)
        if until_idle and not stop.is_set():
            if app.conversation is not None:
                await app.conversation.inbox.idle()
            await (_report(app) if reporter is None else _report_at_last(reporter))
            await _require_token_accepted(app)
    finally:
        await _end(app, working, [*tasks, waiting], beating)
        log.info("bot_stopped", role=role.value)


async def _background(
    app: App, role: Role, reporter: "Reporter | None", at_most: timedelta | None
) -> list[Coroutine[Any, Any, None]]:
    """Begin to hear, and return what goes on beside the sending, by the role."""
    from bot.jobs import figures

    key_watch = KeyWatch(store=app.store, heartbeat=app.heartbeat)
    if app.conversation is not None:
        key_watch.on_change(app.conversation.follow_keys)
        with required():
            await app.conversation.begin()
    parts: list[Coroutine[Any, Any, None]] = [key_watch.run(), until_moved(app.store), figures.run(app.store)]
    if app.conversation is not None:
        parts += app.conversation.parts()
    if app.line is None or reporter is None:
        return parts
    parts.append(_watch(app, app.line).run())
    if role in (Role.ALL, Role.SCHEDULER):
        parts += [reporter.run(), _reports(app, app.line).run()]
        consents = _consents(app)
        parts += [teller.run() for teller in _tellers(app, app.line, consents)]
        parts.append(_tick(app, app.line, consents, at_most))
    return parts


def _reporter(app: App, line: "Line") -> "Reporter":
    from bot.jobs.progress_messages import Reporter

    return Reporter(
        store=app.store,
        courier=line.courier,
        catalogs=app.catalogs,
        clock=app.clock,
        heartbeat=app.heartbeat,
    )


def _reports(app: App, line: "Line") -> "BroadcastReports":
    from bot.jobs.broadcast_reports import BroadcastReports

    return BroadcastReports(
        store=app.store,
        courier=line.courier,
        catalogs=app.catalogs,
        clock=app.clock,
        heartbeat=app.heartbeat,
    )


def _consents(app: App) -> "Consents | None":
    """Return what people agree to; None where it cannot be read: whoever talks with people has said so."""
    from bot.content.files import Unreadable
    from bot.content.loading import read_consents

    if app.conversation is not None:
        return app.conversation.resources.content.consents
    try:
        return read_consents(app.settings.content_folder)
    except Unreadable:
        log.warning("consents_unreadable")
        return None


def _tellers(app: App, line: "Line", consents: "Consents | None") -> "list[Teller]":
    from bot.jobs.pauses import PauseEnds
    from bot.jobs.renewals import ConsentRenewals
    from bot.jobs.telling import Teller

    told: list[Telling] = [PauseEnds(catalogs=app.catalogs, campaign=app.hours)]
    if consents is not None:
        told.append(ConsentRenewals(consents=consents, catalogs=app.catalogs, campaign=app.hours))
    return [
        Teller(what, store=app.store, courier=line.courier, clock=app.clock, heartbeat=app.heartbeat)
        for what in told
    ]


def _watch(app: App, line: "Line") -> "Watch":
    from bot.jobs.watch import Watch

    hearing = None if app.conversation is None else app.conversation.hearing
    return Watch(
        store=app.store,
        courier=line.courier,
        catalogs=app.catalogs,
        clock=app.clock,
        zone=app.hours.zone,
        heard_ago=lambda: hearing.silent_seconds if hearing is not None and hearing.has_heard else None,
        refused_ago=lambda: app.api.refused_seconds,
    )


async def _report(app: App) -> None:
    """Open a line for what is still to be told, if anything is."""
    async with app.store.reading() as tx:
        if not await tx.broadcasts.progress_messages_due():
            return
    from bot.chat import connected

    await _report_at_last(_reporter(app, connected(app.settings, app.api, app.governor)))


async def _report_at_last(reporter: "Reporter") -> None:
    """Report before this process ends, unless a living one does."""
    until = asyncio.get_running_loop().time() + DEAD_AFTER + 1
    while not await reporter.report():
        if asyncio.get_running_loop().time() > until:
            break
        await asyncio.sleep(HEARTBEAT_SECONDS)
    await reporter.release()


async def _require_token_accepted(app: App) -> None:
    """Say that nothing is left to do only where that is not for the token's sake.

    Raises TokenRefused.
    """
    async with app.store.reading() as tx:
        halted = await tx.broadcasts.in_status([BroadcastStatus.HALTED])
    if any(broadcast.stop_reason is StopReason.TOKEN_REFUSED for broadcast in halted):
        raise TokenRefused


async def _tick(app: App, line: "Line", consents: "Consents | None", at_most: timedelta | None) -> None:
    from bot.jobs import backups, by_itself, checkpoints, moments, renewals
    from bot.jobs.scheduler import make_scheduler
    from bot.jobs.schedules import Schedules

    schedules = Schedules(
        store=app.store,
        courier=line.courier,
        catalogs=app.catalogs,
        clock=app.clock,
        paid=app.settings.paid_broadcast,
    )
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


async def _until_over(
    waiting: asyncio.Task[bool],
    working: asyncio.Task[None] | None,
    tasks: list[asyncio.Task[None]],
    *,
    until_idle: bool,
) -> None:
    """Wait for the stop, the end of the work, or the first part that fails; its error is raised."""
    watched: set[asyncio.Task[Any]] = {waiting, *tasks}
    if working is not None:
        watched.add(working)
    while True:
        done, watched = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        if waiting in done or (until_idle and (working is None or working in done)):
            return


async def _end(
    app: App,
    working: asyncio.Task[None] | None,
    tasks: list[asyncio.Task[Any]],
    beating: asyncio.Task[None],
) -> None:
    """Stop hearing, finish what was heard and what is on the wire, with a heartbeat as long as anything is held."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if app.conversation is not None:
        await app.conversation.inbox.stop(seconds=CLOSING_SECONDS)
    if working is not None:
        app.engine.stop()
        _, late = await asyncio.wait({working}, timeout=CLOSING_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(working, return_exceptions=True)
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    from bot.jobs import figures

    await figures.add_up_at_last(app.store)
    with suppress(*TRANSIENT_DATABASE_ERRORS):
        await app.heartbeat.end()
