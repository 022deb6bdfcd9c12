"""Ends the pauses that are over, and tells each person once."""

from datetime import datetime

import structlog

from bot.domain.preferences import CampaignHours
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Posted
from bot.jobs.telling import Fates
from bot.services import pauses
from bot.store.notices import DueNotice
from bot.store.store import Store, Transaction
from bot.telegram_io.replies import Reply
from bot.wording.chat import new_message
from bot.wording.preferences import pause_over_screen

log = structlog.get_logger(__name__)


class PauseEnds:
    """What `bot.jobs.telling` does about pauses."""

    name = "pauses"

    def __init__(self, *, catalogs: Catalogs, campaign: CampaignHours) -> None:
        self._catalogs = catalogs
        self._campaign = campaign

    async def is_due(self, tx: Transaction, *, now: datetime) -> bool:
        """Return whether a pause is over, or somebody is to be told."""
        return await pauses.is_due(tx, now=now)

    async def come_about(self, store: Store, *, now: datetime) -> None:
        """End the pauses that are over."""
        ended = pauses.AT_ONCE
        while ended:
            async with store.transaction() as tx:
                ended = await pauses.end_pauses(tx, now=now)
            if ended:
                log.info("pauses_ended", people=ended)

    async def begin(self, tx: Transaction, *, worker: str, now: datetime) -> list[DueNotice]:
        """Return who is to be told now."""
        return await pauses.begin_telling(tx, worker=worker, campaign=self._campaign, now=now)

    def message(self, notice: DueNotice, *, now: datetime) -> Reply:  # noqa: ARG002  # it is over, whenever
        """Say that their pause is over."""
        words = self._catalogs.words(notice.locale)
        return new_message(notice.chat_id, pause_over_screen(words), words)

    async def told(self, tx: Transaction, fates: Fates, *, now: datetime) -> None:  # noqa: ARG002  # nothing follows
        """Note who was told; what may have arrived is not said again."""
        done = [*fates[Posted.SETTLED], *fates[Posted.UNCLEAR]]
        await pauses.told(tx, done=done, again=fates[Posted.AGAIN])
