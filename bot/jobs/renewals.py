"""Asks people whether their consent still holds, once, and takes it that it does not where they say nothing."""

from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.content import Consents
from bot.domain.preferences import CampaignHours
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Posted
from bot.jobs.scheduler import TICK_SLACK, Chore
from bot.jobs.telling import Fates
from bot.services import renewals
from bot.store.notices import DueNotice
from bot.store.store import Store, Transaction
from bot.telegram_io.replies import Reply
from bot.wording.chat import new_message
from bot.wording.renewal import renewal_screen

log = structlog.get_logger(__name__)

LOOKING = "consents looked through"

EVERY = timedelta(days=1)


class ConsentRenewals:
    """What `bot.jobs.telling` does about consents. `consents`: the words as they are now."""

    name = "renewals"

    def __init__(self, *, consents: Consents, catalogs: Catalogs, campaign: CampaignHours) -> None:
        self._consents = consents
        self._catalogs = catalogs
        self._campaign = campaign

    async def is_due(self, tx: Transaction, *, now: datetime) -> bool:
        """Return whether somebody is to be asked, or has said nothing for too long."""
        return await renewals.is_due(tx, now=now)

    async def come_about(self, store: Store, *, now: datetime) -> None:
        """Let the consents lapse of who said nothing."""
        lapsed = -1
        while lapsed:
            async with store.transaction() as tx:
                lapsed = await renewals.lapse(tx, now=now)
            if lapsed:
                log.info("consents_lapsed", people=lapsed)

    async def begin(self, tx: Transaction, *, worker: str, now: datetime) -> list[DueNotice]:
        """Return who is to be asked now."""
        return await renewals.begin_asking(tx, worker=worker, campaign=self._campaign, now=now)

    def message(self, notice: DueNotice, *, now: datetime) -> Reply:
        """Ask, with the words in the language they read."""
        localizer = self._catalogs.words(notice.locale)
        wording = self._consents.wording(localizer.locale)
        screen = renewal_screen(localizer, wording, until=self._consents.rule.last_day(now))
        return new_message(notice.chat_id, screen, localizer)

    async def told(self, tx: Transaction, fates: Fates, *, now: datetime) -> None:
        """Note who was asked."""
        await renewals.asked(
            tx,
            done=fates[Posted.SETTLED],
            again=fates[Posted.AGAIN],
            unclear=fates[Posted.UNCLEAR],
            lapses_at=self._consents.rule.lapses_at(now),
        )


def chore(consents: Consents, campaign: CampaignHours) -> Chore:
    """Return what the scheduler is given: once a day it looks through the list."""

    async def run(store: Store, clock: Clock) -> None:
        await look_through(store, clock, consents, campaign)

    return Chore(name="look_through_consents", run=run, every=timedelta(hours=1))


async def look_through(store: Store, clock: Clock, consents: Consents, campaign: CampaignHours) -> None:
    """Let those be asked whose yes is to be renewed. Of all processes that tick one does it, once a day."""
    now = clock()
    async with store.reading() as tx:
        if not await tx.jobs.is_due(LOOKING, now=now, every=EVERY):
            return
    async with store.transaction() as tx:
        if not await tx.jobs.claim(LOOKING, now=now, every=EVERY - TICK_SLACK):
            return
    after: int | None = 0
    people = 0
    while after is not None:
        # Most pages have nobody to ask: then nobody else is kept from writing.
        async with store.reading() as tx:
            page = await renewals.to_ask(tx, consents, after=after, now=now)
        if page.due:
            async with store.transaction() as tx:
                people += await renewals.let_be_asked(tx, consents, after=after, campaign=campaign, now=now)
        after = page.last
    log.info("consents_looked_through", to_ask=people)
