"""Watches over the campaign's health, and tells every owner in the chat what is wrong, once, and once when it is over.

Every process that can talk looks; of all of them one tells, by a turn that is taken in the database. Where nothing can
be written, the last one that had the turn tells, and remembers it by itself.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.domain.health import OF_MOMENTS, Episode, Sign, Trouble
from bot.i18n.catalogs import Catalogs
from bot.inbox.courier import Courier
from bot.services import health
from bot.services.team import Contact
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.replies import Reply, silently
from bot.wording.chat import new_message
from bot.wording.troubles import trouble_over_screen, trouble_screen

log = structlog.get_logger(__name__)

JOB = "watch"

LOOK_SECONDS = 10.0
"""How often a process looks whether it is its turn."""

EVERY = timedelta(minutes=1)
"""How often there is a turn, and how often a sign of life is written at the most."""

SLACK = timedelta(seconds=5)
"""A look may come a little early: it is due then all the same."""

PATIENCE = timedelta(minutes=1)
"""How long the database may fail before that is trouble: what is busy is mostly well again sooner."""

GAP_SECONDS = 60.0
"""Who has not looked for so long was stopped, with the machine or by somebody: what it has missed is not wrong."""

TELLING_SECONDS = 60.0
"""How long it may take to tell all owners; who was not reached is told with the next turn, if nobody was."""


class Watch:
    """One process's watch. `heard_ago`: seconds since it heard Telegram, where it listens.

    `refused_ago`: seconds since Telegram began to refuse the token; None where it does not.
    """

    def __init__(
        self,
        *,
        store: Store,
        courier: Courier,
        catalogs: Catalogs,
        clock: Clock,
        zone: str,
        heard_ago: Callable[[], float | None] = lambda: None,
        refused_ago: Callable[[], float | None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._courier = courier
        self._catalogs = catalogs
        self._clock = clock
        self._zone = zone
        self._heard_ago = heard_ago
        self._refused_ago = refused_ago
        self._monotonic = monotonic
        self._began = self._looked = monotonic()
        self._signs: dict[Sign, tuple[datetime, float | None]] = {}
        self._noted_at: datetime | None = None
        self._owners: list[Contact] = []
        self._turn_until: datetime | None = None
        self._has_turn = False
        self._failing: Episode | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Note that this process hears and, if it is its turn, look what is wrong and tell it."""
        now, second = self._clock(), self._monotonic()
        if second - self._looked > GAP_SECONDS:
            self._began = second
        self._looked = second
        try:
            found = await self._turn(now)
            for episode in [] if found is None else found.episodes:
                if episode.is_to_tell or episode.is_over(now=now):
                    await self._tell(episode)
        except TRANSIENT_DATABASE_ERRORS as error:
            log.warning("watch_delayed", error=type(error).__name__)
            await self._database_fails(health.trouble_of(error), now)

    async def _turn(self, now: datetime) -> health.Found | None:
        """Return what was found, or None where it is not this process's turn."""
        async with self._store.reading() as tx:
            is_due = await tx.jobs.is_due(JOB, now=now, every=EVERY)
            # The last one that had the turn tells what keeps the next from being taken.
            self._has_turn = self._turn_until is not None and self._turn_until == await tx.jobs.due_at(JOB)
            signs = self._by_our_clock(await health.signs(tx), now)
        heard_at = _before(now, self._heard_ago())
        notes = heard_at is not None and self._is_to_note(now)
        if heard_at is not None:
            signs[Sign.HEARD] = max(heard_at, signs.get(Sign.HEARD, heard_at))
        if self._failing is not None:
            # While nothing could be written, no sign was.
            self._began = self._looked
        if not is_due and not notes:
            return None
        async with self._store.transaction() as tx:
            if notes and heard_at is not None:
                await health.note(tx, Sign.HEARD, at=heard_at)
            found = None
            if is_due and await tx.jobs.claim(JOB, now=now, every=EVERY - SLACK):
                found = await health.look(
                    tx,
                    signs=signs,
                    began=self._ago(now, self._began),
                    now=now,
                    seen=[self._failing] if self._failing is not None and self._failing.told else [],
                    refused_since=_before(now, self._refused_ago()),
                )
        self._noted_at = now if notes else self._noted_at
        if found is not None:
            self._owners = found.owners
            self._turn_until, self._has_turn = now + EVERY - SLACK, True
        if found is not None or (self._failing is not None and not self._failing.told):
            self._failing = None
        return found

    def _by_our_clock(self, signs: Mapping[Sign, datetime], now: datetime) -> dict[Sign, datetime]:
        """Return when each sign was seen to change: neither another machine's clock nor one that is set matters.

        Of what has not changed since this process began, its writer's time has to do.
        """
        for sign, at in signs.items():
            known = self._signs.get(sign)
            if known is None:
                self._signs[sign] = at, None
            elif known[0] != at:
                self._signs[sign] = at, self._looked
        return {
            sign: at if changed is None or sign not in OF_MOMENTS else self._ago(now, changed)
            for sign, (at, changed) in self._signs.items()
        }

    def _ago(self, now: datetime, second: float) -> datetime:
        """Return when that second of the monotonic clock was."""
        return now - timedelta(seconds=self._looked - second)

    def _is_to_note(self, now: datetime) -> bool:
        return self._noted_at is None or not self._noted_at <= now < self._noted_at + EVERY - SLACK

    async def _tell(self, episode: Episode) -> None:
        """Tell the owners. Noted once anybody has it: where Telegram is out of reach it is tried again."""
        sent = 0
        # Without a turn from the budget it would wait for as long as the database is away.
        with suppress(TimeoutError):
            async with asyncio.timeout(TELLING_SECONDS):
                for owner in self._owners:
                    sent += await self._courier.post_message(self._message(owner, episode)) is not None
        what = "trouble_told" if episode.over_at is None else "trouble_over_told"
        log.info(what, trouble=episode.trouble.value, owners=sent, unreached=len(self._owners) - sent)
        if sent:
            async with self._store.transaction() as tx:
                await health.told(tx, episode)

    async def _database_fails(self, trouble: Trouble, now: datetime) -> None:
        """Tell what the database itself keeps from being written down, past the budget, which lies there as well."""
        if self._failing is None:
            self._failing = Episode(trouble=trouble, since=now)
        is_ours = self._has_turn and not self._failing.told
        if not is_ours or now - self._failing.since < PATIENCE:
            return
        self._failing = Episode(trouble=trouble, since=self._failing.since)
        sent = 0
        for owner in self._owners:
            sent += await self._courier.post_past_budget(self._message(owner, self._failing))
        log.info("trouble_told", trouble=trouble.value, owners=sent, unreached=len(self._owners) - sent)
        if sent:
            self._failing = Episode(trouble=trouble, since=self._failing.since, told=True)

    def _message(self, owner: Contact, episode: Episode) -> Reply:
        words = self._catalogs.words(owner.locale)
        if episode.over_at is None:
            return new_message(owner.chat_id, trouble_screen(words, episode, zone=self._zone), words)
        return silently(
            new_message(owner.chat_id, trouble_over_screen(words, episode, zone=self._zone), words)
        )


def _before(now: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else now - timedelta(seconds=seconds)
