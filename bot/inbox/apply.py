"""The first pump: from the stored update to its committed effect. It never waits for Telegram.

A turn is one transaction: up to 64 chats' oldest updates, each in a savepoint of its own, the marks of what
was posted since, and the budget for the replies. The transaction is what holds the updates; a process that
dies in it leaves them as they were.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot import figures
from bot.clock import Clock
from bot.delivery.governed_api import FREE
from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.delivery.start_times import Grant
from bot.domain.rank import LAST, Treatment
from bot.errors import CampaignError, TooMuchAtOnce
from bot.inbox.arrivals import Arrivals
from bot.inbox.considering import Considering
from bot.inbox.departures import Departures, comes_too_late
from bot.inbox.outbox import Outbox, Outgoing
from bot.inbox.responder import Responder
from bot.inbox.runs import Runs
from bot.inbox.yielding import Yielding
from bot.store.inbox import ReceivedUpdate, Withdrawal
from bot.store.store import Store, Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.replies import Reply, dump
from bot.telegram_io.updates import Incoming

log = structlog.get_logger(__name__)

AT_A_TIME = 64
"""Chats in one turn at the most."""

TURN_SECONDS = 0.25
"""A turn that takes longer commits what it has: a withdrawal that comes meanwhile is not to wait for the rest."""

CONTENDED_SECONDS = 0.05
"""The wait before looking again where other processes have all that is left."""

TROUBLE_SECONDS = 0.5
"""The wait before an update is tried again when the database is busy, full or away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Effect:
    """What an update did."""

    update: ReceivedUpdate
    replies: list[Reply]

    @property
    def is_kept(self) -> bool:
        """Whether its row stays open: for its replies, or, of a withdrawal, for what it has overtaken to know it."""
        return bool(self.replies) or self.update.withdrawal is not None


class Applier:
    """Applies each update exactly once, in order for each chat, withdrawals first."""

    def __init__(
        self,
        *,
        store: Store,
        responder: Responder,
        outbox: Outbox,
        heartbeat: Heartbeat,
        governor: Governor,
        clock: Clock,
        broadcast_changed: Callable[[], None] = lambda: None,
        last_rank: Callable[[], int] = lambda: LAST,
    ) -> None:
        self._store = store
        self._responder = responder
        self._outbox = outbox
        self._heartbeat = heartbeat
        self._governor = governor
        self._clock = clock
        self._broadcast_changed = broadcast_changed
        self._yielding = Yielding(last_rank)
        self._woken = asyncio.Event()
        self._arrivals = Arrivals()
        self._considering = Considering(responder.consider, ready=self.wake)
        self._runs = Runs()
        self._departures = Departures()
        self._deferred: dict[int, float] = {}
        self._handling: int | None = None

    def accept(self, arrived: Mapping[int, Incoming]) -> None:
        """Take note of updates that are stored, as they were read."""
        self._arrivals.accept(arrived)
        self.wake()

    def wake(self) -> None:
        """Look for updates now."""
        self._woken.set()

    async def run(self) -> None:
        """Take turns until cancelled."""
        failed = False
        try:
            while True:
                self._woken.clear()
                try:
                    applied = await self.turn()
                    failed = False
                    if self._woken.is_set():
                        continue
                    if not await self._is_more():
                        await self._woken.wait()
                    elif not applied:
                        # Another process is at work on what is left.
                        await asyncio.sleep(CONTENDED_SECONDS)
                except TRANSIENT_DATABASE_ERRORS as error:
                    log.warning("update_delayed", error=type(error).__name__)
                    self._defer()
                    # One update alone at which the database fails is passed over; the others need not wait.
                    await asyncio.sleep(TROUBLE_SECONDS if failed else 0)
                    failed = True
        finally:
            self._considering.cancel()

    def _defer(self) -> None:
        if self._handling is not None:
            self._deferred[self._handling] = asyncio.get_running_loop().time() + TROUBLE_SECONDS
            self._handling = None

    async def _is_more(self) -> bool:
        """Look whether anything is left that can be applied now; a look is no commit."""
        async with self._store.reading() as tx:
            return await tx.updates.has_received(but=self._passed_over())

    async def turn(self) -> int:
        """Apply what is there, and commit it. Returns how many updates that were."""
        async with self._outbox.turn:
            posted = self._outbox.drain()
            considered = self._considering.considered()
            try:
                async with self._store.transaction() as tx:
                    found = await tx.updates.claim(
                        self._heartbeat.worker,
                        limit=AT_A_TIME,
                        but=self._passed_over(),
                        rank=self._yielding.rank(),
                    )
                    effects = await self._apply_all(tx, found)
                    outgoing = await self._save(tx, effects, posted)
                    lease = await self._lease(tx, [reply for one in outgoing for reply in one.replies])
                    changed = tx.broadcasts.changed
            except BaseException:
                # Nothing was committed, or we cannot know.
                self._outbox.requeue(posted)
                raise
            self._outbox.settled(posted)
            self._governor.begin_replies(lease)
            self._outbox.accept(outgoing)
        self._departures.note((one.update for one in effects), now=self._clock())
        self._outbox.note_left_behind(len(outgoing) < sum(one.is_kept for one in effects))
        # What was considered and is not there any more was applied by another process.
        self._forget(considered.difference(one.update_id for one in found))
        self._observe_waits(effects)
        self._forget([effect.update.update_id for effect in effects])
        if changed:
            self._broadcast_changed()
        return len(effects)

    def _observe_waits(self, effects: list[_Effect]) -> None:
        now = time.monotonic()
        for effect in effects:
            if (at := self._arrivals.at(effect.update.update_id)) is not None:
                figures.observe(figures.WAITED, now - at, figures.APPLIED)

    async def _lease(self, tx: Transaction, replies: list[Reply]) -> Grant:
        """Lease the budget for these; what answers a tap spends nothing, and what may come late waits its turn."""
        counted = sum(reply.method not in FREE and not reply.if_in_time for reply in replies)
        if replies and not counted:
            await self._governor.heed(tx)
        return await self._governor.lease_replies(tx, counted)

    def _passed_over(self) -> list[int]:
        """Return the updates that are not to be applied yet."""
        now = asyncio.get_running_loop().time()
        self._deferred = {one: until for one, until in self._deferred.items() if until > now}
        return [*self._considering.thinking(), *self._deferred]

    def _forget(self, update_ids: Collection[int]) -> None:
        self._considering.forget(update_ids)
        self._arrivals.forget(update_ids)

    async def _apply_all(self, tx: Transaction, found: list[ReceivedUpdate]) -> list[_Effect]:
        until = asyncio.get_running_loop().time() + TURN_SECONDS
        withdrawn: dict[bytes | None, ReceivedUpdate] = {}
        effects: list[_Effect] = []
        for one in found:
            if effects and asyncio.get_running_loop().time() > until:
                break
            update, incoming = self._in_time(one)
            if incoming is not None and not self._is_considered(update, incoming):
                continue
            self._handling = update.update_id
            overtaken_by = update.overtaken_by
            if update.withdrawal is not None:
                withdrawn[update.chat] = update
            elif update.chat in withdrawn and withdrawn[update.chat].update_id > update.update_id:
                overtaken_by = withdrawn[update.chat].withdrawal
            replies = [] if incoming is None else await self._apply(tx, update, incoming, overtaken_by)
            effects.append(_Effect(update=update, replies=replies))
            self._handling = None
        return effects

    def _in_time(self, update: ReceivedUpdate) -> tuple[ReceivedUpdate, Incoming | None]:
        """Return an update as it is to be applied, and what somebody did, or None for what is to have no effect."""
        incoming = self._arrivals.read(update)
        if incoming is None or not comes_too_late(incoming):
            return update, incoming
        update = self._departures.overtaken(update, now=self._clock())
        return update, None if self._departures.is_outdated(update) else incoming

    def _is_considered(self, update: ReceivedUpdate, incoming: Incoming) -> bool:
        """Whether an update can be applied now; what a text asks, and what a file holds, is looked for first."""
        if not (incoming.asks or incoming.brings_alert) or update.treatment is Treatment.UNREAD:
            return True
        return self._considering.is_ready(update.update_id, incoming, rank=update.rank)

    async def _apply(
        self,
        tx: Transaction,
        update: ReceivedUpdate,
        incoming: Incoming,
        overtaken_by: Withdrawal | None,
    ) -> list[Reply]:
        """Let one update take effect; one that fails is undone alone, and apologized for."""
        now = self._clock()
        if update.treatment is Treatment.UNREAD:
            log.info("updates_dropped", because="one chat sent too many in a minute")
            return await self._apologize(tx, incoming, TooMuchAtOnce(), now)
        try:
            async with tx.savepoint():
                match = self._considering.result(update.update_id)
                replies = await self._responder.handle(tx, incoming, match, now=now)
                if overtaken_by is not None:
                    await self._responder.withdraw(tx, incoming, overtaken_by, now=now)
                if update.treatment is Treatment.SILENT:
                    return []
                return self._runs.cut(update.chat, update.update_id, replies, now=now)
        except TRANSIENT_DATABASE_ERRORS:
            raise
        except CampaignError as error:
            return await self._apologize(tx, incoming, error, now)
        except Exception as error:
            log.exception("update_failed", error=type(error).__name__)
            return await self._apologize(tx, incoming, error, now)

    async def _apologize(
        self, tx: Transaction, incoming: Incoming, error: Exception, now: datetime
    ) -> list[Reply]:
        with contextlib.suppress(CampaignError):
            async with tx.savepoint():
                return await self._responder.apologize(tx, incoming, error, now=now)
        return []

    async def _save(self, tx: Transaction, effects: list[_Effect], posted: list[int]) -> list[Outgoing]:
        """Mark what was applied, and what was posted. Returns what this process is to post now."""
        answered = [effect for effect in effects if effect.is_kept]
        now = self._clock()
        outgoing = [
            Outgoing(
                update_id=effect.update.update_id,
                chat=effect.update.chat,
                replies=effect.replies,
                applied_at=now,
                rank=effect.update.rank,
                stored_at=self._arrivals.at(effect.update.update_id),
            )
            for effect in self._outbox.choose(answered, of=lambda effect: effect.update)
        ]
        leased = {one.update_id for one in outgoing}
        worker = self._heartbeat.worker
        await tx.updates.applied(
            [
                (one.update.update_id, dump(one.replies), worker if one.update.update_id in leased else None)
                for one in answered
            ],
            now=now,
        )
        silent = [effect.update.update_id for effect in effects if not effect.is_kept]
        await tx.updates.done(*posted, *silent)
        if outgoing:
            await self._heartbeat.write(tx)
        return outgoing
