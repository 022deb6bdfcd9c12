"""The composition root: with `bot.chat` the only place where the parts are put together.

What talks with people is loaded by the roles that do: a sender begins to send the sooner.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from bot.clock import Clock, system_clock
from bot.config import Settings
from bot.delivery.engine import Engine
from bot.delivery.governor import Governor
from bot.delivery.key_watch import KeyWatch
from bot.delivery.liveness import DEAD_AFTER, HEARTBEAT_SECONDS, Heartbeat
from bot.delivery.sender import Sender
from bot.domain.broadcast import BroadcastStatus, StopReason
from bot.domain.preferences import CampaignHours
from bot.errors import TokenRefused
from bot.i18n.catalogs import Catalogs
from bot.i18n.pseudo import pseudo
from bot.privacy.keyring import CampaignKey
from bot.privacy.keys import Keys
from bot.roles import RECEIVING_ROLES, Role
from bot.services.installation import require_alone, until_moved
from bot.store.store import Store, open_store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, required
from bot.telegram_io.api import BotApi, open_api
from bot.wording.alert_message import prepare
from bot.wording.digest import prepare_digest

if TYPE_CHECKING:
    from bot.chat import Conversation, Line
    from bot.jobs.broadcast_reports import BroadcastReports
    from bot.jobs.pauses import PauseEnds
    from bot.jobs.progress_messages import Reporter
    from bot.jobs.watch import Watch

log = structlog.get_logger(__name__)

CLOSING_SECONDS = 4.0
"""What is under way gets this long to end, twice (updates, then sends): a stop takes under 10 s in all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """The parts, put together; those that talk with people only where the role does."""

    settings: Settings
    clock: Clock
    store: Store
    catalogs: Catalogs
    governor: Governor
    api: BotApi
    engine: Engine
    heartbeat: Heartbeat
    line: "Line | None"
    conversation: "Conversation | None"


@asynccontextmanager
async def build(
    settings: Settings, key: CampaignKey, role: Role = Role.ALL, *, clock: Clock | None = None
) -> AsyncIterator[App]:
    """Put the parts together as the role needs them, and take them apart again. `clock`: the machine's, unless given.

    Raises CampaignError for whatever an operator can mend.
    """
    clock = clock or system_clock
    catalogs = Catalogs.load(settings.locales_folder, default=settings.default_locale)
    if settings.pseudo_locale:
        catalogs = pseudo(catalogs)
    async with AsyncExitStack() as parts:
        marked = settings.backup_folder if settings.backup_recipient else None
        keys = Keys(key, file=settings.key_file)
        store = await open_store(settings.database_url, keys, departures=marked)
        parts.push_async_callback(store.close)
        governor = Governor(settings.send_rate, store=store)
        api = await parts.enter_async_context(open_api(settings, opened=governor.record_late_start))
        heartbeat = Heartbeat(store=store, clock=clock)
        engine = Engine(
            store=store,
            sender=Sender(api),
            governor=governor,
            body=lambda broadcast, alert, locale: prepare(
                broadcast, alert, catalogs.words(locale), paid=settings.paid_broadcast
            ),
            digest=lambda digest, locale: prepare_digest(
                digest, catalogs.words(locale), paid=settings.paid_broadcast
            ),
            hours=_hours(settings),
            clock=clock,
            heartbeat=heartbeat,
            paid=settings.paid_broadcast,
        )
        line = conversation = None
        if role is not Role.SENDER:
            from bot.chat import connected

            line = connected(settings, api, governor)
        if line is not None and role in RECEIVING_ROLES:
            from bot.chat import conversing

            hearing = conversing(
                settings,
                store=store,
                catalogs=catalogs,
                line=line,
                governor=governor,
                heartbeat=heartbeat,
                broadcast_changed=engine.wake,
                clock=clock,
            )
            conversation = await parts.enter_async_context(hearing)
        yield App(
            settings=settings,
            clock=clock,
            store=store,
            catalogs=catalogs,
            governor=governor,
            api=api,
            engine=engine,
            heartbeat=heartbeat,
            line=line,
            conversation=conversation,
        )


async def run(
    app: App, role: Role, *, until_idle: bool, stop: asyncio.Event, at_most: timedelta | None = None
) -> None:
    """Do what the role does until told to stop or, with `until_idle`, until nothing is left to do.

    `at_most`: no chore waits longer for its turn; by a clock that is put forward what is due is due all at once.

    Raises TokenRefused, RunsElsewhere, DatabaseMoved, DatabaseUnreachable where it is away while this begins, and
    whatever else stops a part for good.
    """
    from bot.jobs import figures

    sends, ticks = role in (Role.ALL, Role.SENDER), role in (Role.ALL, Role.SCHEDULER)
    with required():
        await require_alone(app.store, app.api, public_url=app.settings.public_url)
    key_watch = KeyWatch(store=app.store, heartbeat=app.heartbeat)
    background: list[Coroutine[Any, Any, None]] = [key_watch.run(), until_moved(app.store)]
    reporter = None if app.line is None else _reporter(app, app.line)
    if app.conversation is not None:
        key_watch.on_change(app.conversation.follow_keys)
        with required():
            await app.conversation.begin()
        background += app.conversation.parts()
    if ticks and reporter is not None and app.line is not None:
        background += [reporter.run(), _reports(app, app.line).run(), _tick(app, app.line, at_most)]
        background.append(_pauses(app, app.line).run())
    if app.line is not None:
        background.append(_watch(app, app.line).run())
    background.append(figures.run(app.store))
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


def _pauses(app: App, line: "Line") -> "PauseEnds":
    from bot.jobs.pauses import PauseEnds

    return PauseEnds(
        store=app.store,
        courier=line.courier,
        catalogs=app.catalogs,
        clock=app.clock,
        heartbeat=app.heartbeat,
        campaign=_hours(app.settings),
    )


def _watch(app: App, line: "Line") -> "Watch":
    from bot.jobs.watch import Watch

    hearing = None if app.conversation is None else app.conversation.hearing
    return Watch(
        store=app.store,
        courier=line.courier,
        catalogs=app.catalogs,
        clock=app.clock,
        zone=_hours(app.settings).zone,
        heard_ago=lambda: hearing.silent_seconds if hearing is not None and hearing.has_heard else None,
        refused_ago=lambda: app.api.refused_seconds,
    )


def _hours(settings: Settings) -> CampaignHours:
    from bot.content.campaign import read_campaign
    from bot.content.files import Unreadable

    try:
        campaign = read_campaign(settings.content_folder)
    except Unreadable:
        # Whoever talks with people has said so; here the hours are all that is needed.
        return CampaignHours()
    return CampaignHours(quiet=campaign.quiet, zone=campaign.zone)


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


async def _tick(app: App, line: "Line", at_most: timedelta | None) -> None:
    from bot.jobs import backups, by_itself, checkpoints, moments
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
