"""The composition root: with `bot.chat` the only place where the parts are put together.

What talks with people is loaded by the roles that do: a sender begins to send the sooner.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.clock import Clock, system_clock
from bot.config import Settings
from bot.delivery.engine import Engine
from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.delivery.sender import Sender
from bot.domain.preferences import CampaignHours
from bot.i18n.catalogs import Catalogs
from bot.i18n.pseudo import pseudo
from bot.privacy.keyring import CampaignKey
from bot.privacy.keys import Keys
from bot.roles import RECEIVING_ROLES, Role
from bot.store.store import Store, open_store
from bot.telegram_io.api import BotApi, open_api
from bot.wording.alert_message import prepare
from bot.wording.digest import prepare_digest

if TYPE_CHECKING:
    from bot.chat import Conversation, Line


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """The parts, put together; those that talk with people only where the role does."""

    settings: Settings
    clock: Clock
    hours: CampaignHours
    store: Store
    catalogs: Catalogs
    governor: Governor
    api: BotApi
    engine: Engine
    heartbeat: Heartbeat
    line: "Line | None" = None
    conversation: "Conversation | None" = None


@asynccontextmanager
async def build(
    settings: Settings, key: CampaignKey, role: Role = Role.ALL, *, clock: Clock | None = None
) -> AsyncIterator[App]:
    """Put the parts together as the role needs them, and take them apart again. `clock`: the machine's, unless given.

    Raises CampaignError for whatever an operator can mend.
    """
    clock = clock or system_clock
    async with AsyncExitStack() as parts:
        marked = settings.backup_folder if settings.backup_recipient else None
        keys = Keys(key, file=settings.key_file)
        store = await open_store(settings.database_url, keys, departures=marked)
        parts.push_async_callback(store.close)
        governor = Governor(settings.send_rate, store=store)
        api = await parts.enter_async_context(open_api(settings, opened=governor.record_late_start))
        working = _working(settings, store, governor, api, clock)
        yield await _talking(working, role, parts)


def _working(settings: Settings, store: Store, governor: Governor, api: BotApi, clock: Clock) -> App:
    """Put together what sends, and talks with nobody."""
    catalogs = Catalogs.load(settings.locales_folder, default=settings.default_locale)
    if settings.pseudo_locale:
        catalogs = pseudo(catalogs)
    heartbeat = Heartbeat(store=store, clock=clock)
    hours = _hours(settings)
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
        hours=hours,
        clock=clock,
        heartbeat=heartbeat,
        paid=settings.paid_broadcast,
    )
    return App(
        settings=settings,
        clock=clock,
        hours=hours,
        store=store,
        catalogs=catalogs,
        governor=governor,
        api=api,
        engine=engine,
        heartbeat=heartbeat,
    )


async def _talking(app: App, role: Role, parts: AsyncExitStack) -> App:
    """Add what a role needs to tell people something, and to hear them."""
    if role is Role.SENDER:
        return app
    from bot.chat import connected, conversing

    line = connected(app.settings, app.api, app.governor)
    if role not in RECEIVING_ROLES:
        return replace(app, line=line)
    hearing = conversing(
        app.settings,
        store=app.store,
        catalogs=app.catalogs,
        line=line,
        governor=app.governor,
        heartbeat=app.heartbeat,
        broadcast_changed=app.engine.wake,
        clock=app.clock,
    )
    return replace(app, line=line, conversation=await parts.enter_async_context(hearing))


def _hours(settings: Settings) -> CampaignHours:
    from bot.content.campaign import read_campaign
    from bot.content.files import Unreadable

    try:
        campaign = read_campaign(settings.content_folder)
    except Unreadable:
        # Whoever talks with people has said so; here the hours are all that is needed.
        return CampaignHours()
    return CampaignHours(quiet=campaign.quiet, zone=campaign.zone)
