"""What talks with people, put together. A sender does without: loading it is half of what its start would take."""

import contextlib
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.clock import system_clock
from bot.config import Settings, require_token
from bot.content import Content
from bot.delivery.governor import Governor
from bot.delivery.reply_lane import ReplyLane
from bot.errors import TokenRefused
from bot.faq.matcher import open_matcher
from bot.handlers.router import Router
from bot.handlers.routes import MENU
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Courier
from bot.inbox.dispatcher import Dispatcher
from bot.inbox.intake import Intake
from bot.inbox.polling import Poller
from bot.privacy.keyring import CampaignKey
from bot.services import team
from bot.store.store import Store
from bot.telegram_io.menus import set_menus
from bot.telegram_io.transport import AiohttpRequest
from bot.telegram_io.updates import ALLOWED_UPDATES
from bot.web.app import web_app
from bot.web.serving import serve
from bot.wording.menu import menus
from bot.wording.resources import Resources


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The way to the Bot API for everything but a broadcast's sends."""

    request: AiohttpRequest
    bot: ExtBot[None]
    courier: Courier


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """What hears people and answers them."""

    settings: Settings
    key: CampaignKey
    store: Store
    line: Line
    resources: Resources
    dispatcher: Dispatcher
    intake: Intake

    async def begin(self) -> None:
        """Name the owners, and take up what was heard before."""
        async with self.store.transaction() as tx:
            await team.appoint_owners(tx, self.settings.owner_ids, now=system_clock())
        await self.dispatcher.resume()

    def parts(self) -> list[Coroutine[Any, Any, None]]:
        """Return what is to run for as long as people are heard."""
        return [
            self.resources.matcher.start(),
            self._hear(),
            set_menus(self.line.bot, menus(self.resources, MENU)),
            serve(self._web(), self.settings.port),
        ]

    async def _hear(self) -> None:
        """Receive updates: by webhook where the world reaches us, else by polling."""
        bot, url = self.line.bot, self.settings.public_url
        try:
            if url is not None:
                address = f"{url.rstrip('/')}{webhook_path(self.key)}"
                secret = _webhook_secret(self.settings, self.key)
                await bot.set_webhook(address, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
                return
            with contextlib.suppress(TelegramError):
                await bot.delete_webhook()
        except InvalidToken as error:
            raise TokenRefused from error
        await Poller(bot=bot, request=self.line.request, intake=self.intake).run()

    def _web(self) -> Any:
        return web_app(
            store=self.store,
            intake=self.intake if self.settings.public_url else None,
            webhook_path=webhook_path(self.key),
            webhook_secret=_webhook_secret(self.settings, self.key),
        )


@asynccontextmanager
async def connected(settings: Settings, governor: Governor) -> AsyncIterator[Line]:
    """Open a line, and close it again."""
    request = AiohttpRequest()
    await request.initialize()
    try:
        bot = ExtBot(
            require_token(settings),
            base_url=f"{settings.bot_api_url}/bot",
            request=request,
            get_updates_request=request,
            rate_limiter=ReplyLane(governor),
        )
        yield Line(request=request, bot=bot, courier=Courier(bot))
    finally:
        await request.shutdown()


@asynccontextmanager
async def conversing(
    settings: Settings, key: CampaignKey, *, store: Store, catalogs: Catalogs, line: Line
) -> AsyncIterator[Conversation]:
    """Put together what hears and answers, and take it apart again."""
    content = Content.load(settings.content_folder)
    async with open_matcher(content, settings.content_folder) as matcher:
        resources = Resources(
            content=content, matcher=matcher, catalogs=catalogs, paid_broadcast=settings.paid_broadcast
        )
        router = Router(resources)
        dispatcher = Dispatcher(
            store=store,
            courier=line.courier,
            consider=router.consider,
            handle=router.handle,
            apologize=router.apologize,
            clock=system_clock,
        )
        intake = Intake(store=store, dispatcher=dispatcher, clock=system_clock)
        yield Conversation(
            settings=settings,
            key=key,
            store=store,
            line=line,
            resources=resources,
            dispatcher=dispatcher,
            intake=intake,
        )


def webhook_path(key: CampaignKey) -> str:
    """Return where Telegram posts updates; nobody can guess it."""
    return f"/telegram/{key.derive('webhook path')}"


def _webhook_secret(settings: Settings, key: CampaignKey) -> str:
    given = settings.webhook_secret
    return given.get_secret_value() if given else key.derive("webhook secret")
