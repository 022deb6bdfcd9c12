"""The composition root: the only place where the parts are put together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.clock import system_clock
from bot.config import Settings, require_token
from bot.content import Content
from bot.delivery.engine import Engine
from bot.delivery.governor import Governor, ReplyLane
from bot.delivery.message import prepare
from bot.delivery.sender import Sender
from bot.domain.broadcast import Because, BroadcastStatus
from bot.errors import TokenRefused
from bot.faq.matcher import Matcher, open_matcher
from bot.handlers.menu import menus
from bot.handlers.reporter import Reporter
from bot.handlers.request import Voice
from bot.handlers.router import Router
from bot.i18n import Catalogs
from bot.privacy.keys import CampaignKey
from bot.pseudo import pseudo
from bot.scheduler import make_scheduler
from bot.services import team
from bot.store.store import Store, open_store
from bot.telegram_io.courier import Courier
from bot.telegram_io.dispatcher import Dispatcher
from bot.telegram_io.incoming import ALLOWED_UPDATES
from bot.telegram_io.intake import Intake
from bot.telegram_io.menus import set_menus
from bot.telegram_io.polling import Poller
from bot.telegram_io.pool import Pool
from bot.telegram_io.transport import AiohttpRequest
from bot.web.app import web_app
from bot.web.serving import serve

log = structlog.get_logger(__name__)

CLOSING_SECONDS = 4.0
"""What is under way gets this long to end, twice (updates, then sends): a stop takes under 10 s in all."""


class Role(StrEnum):
    """What this process does."""

    ALL = "all"
    WEB = "web"
    SENDER = "sender"
    SCHEDULER = "scheduler"


HEARS = frozenset({Role.ALL, Role.WEB})
"""Roles that receive updates; the others need not know what to answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """The parts, put together."""

    settings: Settings
    key: CampaignKey
    store: Store
    request: AiohttpRequest
    bot: ExtBot[None]
    voice: Voice
    courier: Courier
    governor: Governor
    engine: Engine
    dispatcher: Dispatcher
    intake: Intake


@asynccontextmanager
async def build(settings: Settings, key: CampaignKey, role: Role = Role.ALL) -> AsyncIterator[App]:
    """Put the parts together as the role needs them, and take them apart again.

    Raises CampaignError for whatever an operator can mend.
    """
    token = require_token(settings)
    catalogs = Catalogs.load(settings.locales_folder, default=settings.default_locale)
    if settings.pseudo_locale:
        catalogs = pseudo(catalogs)
    content = Content.load(settings.content_folder)
    async with AsyncExitStack() as parts:
        matcher = Matcher.deaf()
        if role in HEARS:
            matcher = await parts.enter_async_context(open_matcher(content, settings.content_folder))
        voice = Voice(
            content=content, matcher=matcher, catalogs=catalogs, paid_broadcast=settings.paid_broadcast
        )
        store = await open_store(settings.database_url, key)
        parts.push_async_callback(store.close)
        request = AiohttpRequest()
        await request.initialize()
        parts.push_async_callback(request.shutdown)
        governor = Governor(settings.send_rate, store=store)
        pool = Pool(settings.bot_api_url, opened=governor.delayed)
        parts.push_async_callback(pool.close)
        bot = ExtBot(
            token,
            base_url=f"{settings.bot_api_url}/bot",
            request=request,
            get_updates_request=request,
            rate_limiter=ReplyLane(governor),
        )
        courier = Courier(bot)
        router = Router(voice)
        engine = Engine(
            store=store,
            sender=Sender(pool, token=token),
            governor=governor,
            body=lambda broadcast, alert, locale: prepare(
                broadcast, alert, catalogs.words(locale), paid=settings.paid_broadcast
            ),
            clock=system_clock,
        )
        dispatcher = Dispatcher(
            store=store,
            courier=courier,
            consider=router.consider,
            handle=router.handle,
            apologize=router.apologize,
            clock=system_clock,
        )
        yield App(
            settings=settings,
            key=key,
            store=store,
            request=request,
            bot=bot,
            voice=voice,
            courier=courier,
            governor=governor,
            engine=engine,
            dispatcher=dispatcher,
            intake=Intake(store=store, dispatcher=dispatcher, clock=system_clock),
        )


async def run(app: App, role: Role, *, until_idle: bool, stop: asyncio.Event) -> None:
    """Do what the role does until told to stop or, with `until_idle`, until nothing is left to do.

    Raises TokenRefused, and whatever else stops a part for good.
    """
    sends, hears = role in (Role.ALL, Role.SENDER), role in HEARS
    ticks = role in (Role.ALL, Role.SCHEDULER)
    background: list[Coroutine[Any, Any, None]] = []
    reporter = Reporter(store=app.store, courier=app.courier, catalogs=app.voice.catalogs, clock=system_clock)
    if hears:
        await _begin_hearing(app)
        background += [
            app.voice.matcher.start(),
            _hear(app),
            set_menus(app.bot, menus(app.voice)),
            serve(_web(app), app.settings.port),
        ]
    if ticks:
        background += [reporter.run(), _tick(app)]
    working = asyncio.create_task(app.engine.run(until_idle=until_idle)) if sends else None
    waiting = asyncio.create_task(stop.wait())
    tasks = [asyncio.create_task(part) for part in background]
    log.info("bot_started", role=role.value)
    try:
        await _until_over(waiting, working, tasks, until_idle=until_idle)
        if until_idle and not stop.is_set():
            await app.dispatcher.idle()
            await reporter.report()
            await _require_token_accepted(app)
    finally:
        await _end(app, working, [*tasks, waiting])
        log.info("bot_stopped", role=role.value)


async def _require_token_accepted(app: App) -> None:
    """Say that nothing is left to do only where that is not for the token's sake.

    Raises TokenRefused.
    """
    async with app.store.reading() as tx:
        halted = await tx.broadcasts.in_status([BroadcastStatus.HALTED])
    if any(broadcast.because is Because.TOKEN_REFUSED for broadcast in halted):
        raise TokenRefused


async def _begin_hearing(app: App) -> None:
    async with app.store.transaction() as tx:
        await team.name_owners(tx, app.settings.owner_ids, now=system_clock())
    await app.dispatcher.resume()


async def _hear(app: App) -> None:
    """Receive updates: by webhook where the world reaches us, else by polling."""
    url, secret = app.settings.public_url, _webhook_secret(app)
    try:
        if url is not None:
            address = f"{url.rstrip('/')}{_webhook_path(app)}"
            await app.bot.set_webhook(address, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
            return
        with contextlib.suppress(TelegramError):
            await app.bot.delete_webhook()
    except InvalidToken as error:
        raise TokenRefused from error
    await Poller(bot=app.bot, request=app.request, intake=app.intake).run()


async def _tick(app: App) -> None:
    scheduler = make_scheduler(app.store, system_clock)
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


async def _end(app: App, working: asyncio.Task[None] | None, tasks: list[asyncio.Task[Any]]) -> None:
    """Stop hearing, finish what was heard, finish what is on the wire."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await app.dispatcher.stop(seconds=CLOSING_SECONDS)
    if working is not None:
        app.engine.stop()
        _, late = await asyncio.wait({working}, timeout=CLOSING_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(working, return_exceptions=True)


def _web(app: App) -> Any:
    return web_app(
        store=app.store,
        intake=app.intake if app.settings.public_url else None,
        webhook_path=_webhook_path(app),
        webhook_secret=_webhook_secret(app),
    )


def _webhook_path(app: App) -> str:
    return f"/telegram/{app.key.derive('webhook path')}"


def _webhook_secret(app: App) -> str:
    given = app.settings.webhook_secret
    return given.get_secret_value() if given else app.key.derive("webhook secret")
