"""What talks with people, put together. A sender does without: loading it is half of what its start would take."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.clock import Clock
from bot.config import Settings, require_token
from bot.content import Content
from bot.delivery.governed_api import GovernedApi
from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.domain.alert import Alert
from bot.faq.matcher import open_matcher
from bot.handlers.inline import InlineAnswers
from bot.handlers.router import Router
from bot.handlers.routes import MENU
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Courier
from bot.inbox.hearing import Hearing
from bot.inbox.inbox import Inbox
from bot.inbox.polling import Poller
from bot.inbox.webhook import remove_webhook, set_webhook
from bot.inbox.webhook_watch import watch_webhook
from bot.privacy.keyring import CampaignKey
from bot.privacy.page_codes import PageCodes
from bot.services import actions, health, team
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of
from bot.telegram_io.api import BotApi
from bot.telegram_io.downloads import fetch
from bot.telegram_io.menus import set_menus
from bot.telegram_io.ptb import typed_bot
from bot.telegram_io.updates import ALERT_FILE_BYTES, Incoming
from bot.web.access import metrics_token
from bot.web.app import Figures, web_app
from bot.web.letters import Letters, letter_path
from bot.web.readiness import Readiness
from bot.web.serving import serve
from bot.web.webhook import Webhook
from bot.wording.menu import menus, team_menu
from bot.wording.resources import Resources

log = structlog.get_logger(__name__)

TROUBLE_SECONDS = 2.0
"""The wait before the database is asked again who the organizers are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The way to the Bot API for everything but a broadcast's sends.

    `bot` is for what is not hot and where typed models pay; it too runs on `api`, under the governor.
    """

    api: BotApi
    bot: Bot
    courier: Courier


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """What hears people and answers them."""

    settings: Settings
    store: Store
    line: Line
    resources: Resources
    inbox: Inbox
    clock: Clock
    pages: PageCodes
    hearing: Hearing = field(default_factory=Hearing)
    keys_changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def key(self) -> CampaignKey:
        """The campaign key in use, and the other one while it is changed."""
        return self.store.keys.ring

    async def begin(self) -> None:
        """Name the owners."""
        async with self.store.transaction() as tx:
            await team.appoint_owners(tx, self.settings.owner_ids, now=self.clock())
        await self.follow_keys()

    async def follow_keys(self) -> None:
        """Let addresses be made with the key in use; those of before lead where they led."""
        async with self.store.reading() as tx:
            former = await tx.keys.former()
        self.pages.use(self.key, [each.page for each in former])
        self.keys_changed.set()

    def parts(self) -> list[Coroutine[Any, Any, None]]:
        """Return what is to run for as long as people are heard."""
        webhook = Webhook(
            self.inbox.intake,
            path=webhook_path(self.key),
            secret=_webhook_secret(self.settings, self.key),
            heard=self.hearing.note,
        )
        return [
            self.resources.matcher.start(),
            self.inbox.run(),
            self._hear(webhook),
            self._introduce(),
            serve(self._web(webhook), self.settings.port),
        ]

    async def _introduce(self) -> None:
        """Introduce the bot to whom it talks with; a database that is away is asked again."""
        while True:
            try:
                await self._set_names_and_menus()
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("introduction_delayed", error=name_of(error))
                await asyncio.sleep(TROUBLE_SECONDS)
            else:
                return

    async def _set_names_and_menus(self) -> None:
        """Find out by which name links lead here; set the menus: everybody's, and each organizer's own."""
        try:
            me = await self.line.bot.get_me()
            self.resources.profile.username = me.username
            self.resources.profile.has_inline = bool(me.supports_inline_queries)
        except TelegramError as error:
            log.warning("name_unknown", error=type(error).__name__)
        everybody = [name for name, needs in MENU.items() if needs is None]
        await set_menus(self.line.bot, menus(self.resources, everybody))
        async with self.store.reading() as tx:
            members = await team.everybody(tx)
        for each in members:
            words = self.resources.catalogs.words(each.locale)
            menu = team_menu(words, each.organizer.role, each.chat_id, self.resources.commands)
            await self.line.courier.post_one(menu)

    async def _hear(self, webhook: Webhook) -> None:
        """Receive updates: by webhook where the world reaches us, else by polling."""
        if self.settings.public_url is not None:
            await self._keep_webhook(webhook, self.settings.public_url.rstrip("/"))
        bot = self.line.bot
        await remove_webhook(bot)
        await Poller(api=self.line.api, bot=bot, intake=self.inbox.intake, hearing=self.hearing).run()

    async def _keep_webhook(self, webhook: Webhook, base: str) -> NoReturn:
        """Set the webhook, and set it anew whenever the campaign key is another one.

        Updates are taken at the address of each key of the ring, since another process may have set it already, and at
        the one that Telegram was told last.
        """
        told: CampaignKey | None = None
        while True:
            self.keys_changed.clear()
            current, *others = self.key.ring
            addressed = [current, *others] if told is None else [current, *others, told]
            secrets = {webhook_path(key): _webhook_secret(self.settings, key) for key in addressed}
            webhook.answer_at(secrets)
            if told is None or told.id != current.id:
                path = webhook_path(current)
                await set_webhook(self.line.bot, f"{base}{path}", secret=secrets[path])
                self.hearing.note()
                told = current
            await self._watch_webhook(f"{base}{webhook_path(told)}")

    async def _watch_webhook(self, address: str) -> None:
        """Look whether Telegram still calls this address, until the keys have changed."""
        watching = watch_webhook(self.line.bot, address, self.hearing, clock=self.clock)
        both = [asyncio.ensure_future(each) for each in (watching, self.keys_changed.wait())]
        try:
            ended, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in both:
                each.cancel()
        for one in ended:
            one.result()

    async def _letter(self, alert_id: int) -> Alert | None:
        async with self.store.reading() as tx:
            return await actions.letter(tx, alert_id)

    async def _overview(self) -> health.Overview | None:
        try:
            async with self.store.reading() as tx:
                return await health.overview(tx, now=self.clock())
        except TRANSIENT_DATABASE_ERRORS as error:
            log.warning("metrics_delayed", error=name_of(error))
            return None

    def _web(self, webhook: Webhook) -> Any:
        readiness = Readiness(
            self.store,
            database=self.settings.sqlite_file,
            is_deaf=lambda: self.hearing.is_deaf,
            is_refused=lambda: self.line.api.refused_seconds is not None,
            clock=self.clock,
        )
        figures = Figures(
            overview=self._overview,
            token=lambda: metrics_token(self.key),
            rate=self.settings.send_rate,
            clock=self.clock,
        )
        if not self.settings.public_url:
            return web_app(readiness=readiness, webhook=None, figures=figures)
        letters = Letters(self._letter, self.resources.catalogs, self.pages)
        return web_app(readiness=readiness, webhook=webhook, letters=letters, figures=figures)


def connected(settings: Settings, api: BotApi, governor: Governor) -> Line:
    """Return the line over these connections."""
    governed = GovernedApi(api, governor)
    bot = typed_bot(api, token=require_token(settings), url=settings.bot_api_url, call=governed.call)
    return Line(api=api, bot=bot, courier=Courier(governed))


@asynccontextmanager
async def conversing(
    settings: Settings,
    *,
    store: Store,
    catalogs: Catalogs,
    line: Line,
    governor: Governor,
    heartbeat: Heartbeat,
    broadcast_changed: Callable[[], None],
    clock: Clock,
) -> AsyncIterator[Conversation]:
    """Put together what hears and answers, and take it apart again."""
    content = Content.load(settings.content_folder)
    if content.flaws or content.older:
        log.warning(
            "content_flawed", flaws=content.flaws, older=content.older, mend="campaign-bot content check"
        )
    pages = PageCodes(store.keys.ring)
    async with open_matcher(content, settings.content_folder) as matcher:
        resources = Resources(
            content=content,
            matcher=matcher,
            catalogs=catalogs,
            paid_broadcast=settings.paid_broadcast,
            send_rate=settings.send_rate,
            named_owners=settings.owner_ids,
            commands=MENU,
            letters=_letters(settings, pages),
        )
        inbox = Inbox(
            store=store,
            responder=Router(resources, fetch=partial(_fetch, store, line.api)),
            poster=line.courier,
            heartbeat=heartbeat,
            governor=governor,
            clock=clock,
            broadcast_changed=broadcast_changed,
            inline=InlineAnswers(resources),
        )
        yield Conversation(
            settings=settings,
            store=store,
            line=line,
            resources=resources,
            inbox=inbox,
            clock=clock,
            pages=pages,
        )


async def _fetch(store: Store, api: BotApi, incoming: Incoming) -> bytes | None:
    """Return the content of a file, if whoever sent it may write alerts, and it is no larger than any alert."""
    file = incoming.document
    if file is None or not 0 < file.file_size <= ALERT_FILE_BYTES:
        return None
    try:
        async with store.reading() as tx:
            sender = await team.find(tx, incoming.chat_id)
    except TRANSIENT_DATABASE_ERRORS as error:
        log.warning("file_not_fetched", error=name_of(error))
        return None
    if sender is None or not sender.may_compose:
        return None
    return await fetch(api, file.file_id)


def _letters(settings: Settings, codes: PageCodes) -> Callable[[int, str], str] | None:
    """Return what gives the address of a letter's page; None for a bot that has no pages."""
    if settings.public_url is None:
        return None
    base = settings.public_url.rstrip("/")
    return lambda alert_id, locale: f"{base}{letter_path(codes.code(alert_id), locale)}"


def webhook_path(key: CampaignKey) -> str:
    """Return where Telegram posts updates; nobody can guess it."""
    return f"/telegram/{key.derive('webhook path')}"


def _webhook_secret(settings: Settings, key: CampaignKey) -> str:
    given = settings.webhook_secret
    return given.get_secret_value() if given else key.derive("webhook secret")
