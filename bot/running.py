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
    from bot.jobs.progress_messages import Reporter

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
    reporter, background = await _background(app, role, at_most)
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
    app: App, role: Role, at_most: timedelta | None
) -> "tuple[Reporter | None, list[Coroutine[Any, Any, None]]]":
    """Begin to hear, and return what goes on beside the sending, by the role; what reports at last is in it, too."""
    from bot.jobs import figures

    key_watch = KeyWatch(store=app.store, heartbeat=app.heartbeat)
    if app.conversation is not None:
        key_watch.on_change(app.conversation.follow_keys)
        with required():
            await app.conversation.begin()
    parts: list[Coroutine[Any, Any, None]] = [key_watch.run(), until_moved(app.store), figures.run(app.store)]
    if app.conversation is not None:
        parts += app.conversation.parts()
    if app.line is None:
        return None, parts
    from bot.background import jobs_of, reporter_of

    reporter = reporter_of(app, app.line)
    jobs = jobs_of(app, app.line, role, reporter=reporter, at_most=at_most)
    return reporter, [*parts, *(run() for run in jobs)]


async def _report(app: App) -> None:
    """Open a line for what is still to be told, if anything is."""
    async with app.store.reading() as tx:
        if not await tx.progress_messages.due():
            return
    from bot.background import reporter_of
    from bot.chat import connected

    await _report_at_last(reporter_of(app, connected(app.settings, app.api, app.governor)))


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
