"""A campaign in a test: people, organizers, processes that die, clocks that jump; and the invariants."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bot.clock import tzdata_version
from bot.content import Wording
from bot.delivery.cycle import Cycle
from bot.delivery.engine import Engine
from bot.delivery.governor import Governor
from bot.delivery.in_flight import InFlight
from bot.delivery.liveness import Heartbeat
from bot.delivery.sender import Prepared
from bot.domain import attempt
from bot.domain.alert import Translation
from bot.domain.attempt import MAX_ATTEMPTS, MAX_WAITED
from bot.domain.broadcast import (
    ENDED,
    RECEIVES,
    RUNNABLE,
    SENT_FOR_EACH_GONE,
    BroadcastKind,
    BroadcastStatus,
    StopReason,
)
from bot.domain.choices import Choice, Chosen
from bot.domain.delivery import FINAL, DeliveryState
from bot.domain.digest import Digest
from bot.domain.preferences import Preferences
from bot.domain.schedule import Late, LocalHour, Moment
from bot.domain.subscriber import SubscriberState
from bot.errors import CampaignError
from bot.jobs import by_itself
from bot.services import follow_ups, preferences, privacy, steering, subscriptions
from bot.services.outlook import look_ahead
from bot.store.claims import Claimed
from bot.store.schema import broadcasts as broadcast_rows
from bot.store.schema import deliveries, subscribers
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, OWNER, approve, draft
from tests.worlds.virtual.choices import Choices
from tests.worlds.virtual.telegram import FATES, FakeSender, Fate, Telegram, What, body, digest, digest_of

NOBODY = replace(OWNER, id=None)  # type: ignore[arg-type]  # nobody is told of what follows up

WORDING = Wording(version="1", locale="en", text="Yes", sha256="a" * 64)
FOUND_WITHIN = 5.0
"""Seconds in which a restart finds what the dead had on the wire (I8)."""


class ShakyStore:
    """The store as one process sees it: at times the database is away, before a commit or just after it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.before_commit = 0
        self.after_commit = 0
        self.late: Iterator[float] = itertools.repeat(0.0)
        """After how many seconds each commit is heard of."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction that may fail."""
        async with self._store.transaction() as tx:
            yield tx
            if self.before_commit:
                self.before_commit -= 1
                raise _trouble()
        if late := next(self.late):
            await asyncio.sleep(late)
        if self.after_commit:
            self.after_commit -= 1
            raise _trouble()

    def chat_tags(self, chat_id: int) -> Sequence[int]:
        """Return the tag of a chat."""
        return self._store.chat_tags(chat_id)

    def reading(self) -> Any:
        """Only look."""
        return self._store.reading()


def _trouble() -> OperationalError:
    return OperationalError("", {}, Exception("database is locked"))


@dataclass(kw_only=True)
class Process:
    """One sender process."""

    worker: str
    engine: Engine
    sender: FakeSender
    store: ShakyStore
    task: asyncio.Task[None]
    since: float


@dataclass(kw_only=True)
class Silence:
    """Somebody whom nothing may be sent to, but for what was in flight when it began."""

    state: SubscriberState | None
    on_the_way: set[What] = field(default_factory=set)


class Campaign:
    """What a test plays with. Everything that must not happen ends in `telegram.broken`."""

    def __init__(self, store: Store, *, rate: float) -> None:
        self.store = store
        self.rate = rate
        self.telegram = Telegram(rate=rate)
        self.telegram.may_send = self._may_send
        self.telegram.fate = self._fate
        self.choices = Choices(telegram=self.telegram)
        self.telegram.note_brought = self.choices.note_brought
        self.script: list[Fate] = []
        self.jumped = 0.0
        self.processes: list[Process] = []
        self.chats: list[int] = []
        self.blockers: set[int] = set()
        self.gone: set[int] = set()
        self.overrun: set[int] = set()
        self.token_refused = False
        self._started = 0
        self._answers: Governor | None = None
        self._chat_of: dict[int, int] = {}
        self._silent: dict[int, Silence] = {}
        self._ever_silent: set[int] = set()
        self._held: dict[int, set[What]] = {}
        self._approved: set[str] = set()
        self._frozen: dict[int, set[int]] = {}
        self._begun: dict[int, datetime] = {}
        self._lost: set[What] = set()
        self._came_back: set[What] = set()
        self._doubted: set[int] = set()
        self._finished: set[int] = set()
        self._off: set[int] = set()
        self.hours: dict[int, LocalHour] = {}
        """The hours of people's zones that broadcasts are for."""
        self.moments: dict[int, datetime] = {}
        """The moments that broadcasts are for."""
        self._zones: dict[int, set[str | None]] = {}
        """The zones that each person has had."""
        self.left_out: set[str] = set()
        """Locales whose readers get nothing of what is queued from now on."""
        self._reads_nothing: dict[int, set[What]] = {}
        """Who reads one of these, with what was on its way to them when they changed to it."""

    # Time

    def now(self) -> datetime:
        """Return the time of the wall clock, which may jump."""
        return NOW + timedelta(seconds=asyncio.get_running_loop().time() + self.jumped)

    def epoch(self) -> float:
        """Return the epoch second of the same clock."""
        return self.now().timestamp()

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back."""
        self.jumped += seconds
        self.telegram.jumped_at = asyncio.get_running_loop().time()

    # Processes

    def start(self) -> Process:
        """Start a sender process."""
        self._started += 1
        loop = asyncio.get_running_loop()
        shaky, sender = ShakyStore(self.store), FakeSender(self.telegram, f"sender {self._started}")
        store: Any = shaky
        fake: Any = sender
        governor = Governor(self.rate, store=store, clock=loop.time)
        heartbeat = Heartbeat(store=store, clock=self.now)
        engine = Engine(
            store=store,
            sender=fake,
            governor=governor,
            body=body,
            digest=digest,
            clock=self.now,
            heartbeat=heartbeat,
        )
        _tell_whose_digest(engine._cycle)
        task = loop.create_task(_run(engine, heartbeat))
        process = Process(
            worker=heartbeat.worker, engine=engine, sender=sender, store=shaky, task=task, since=loop.time()
        )
        self.processes.append(process)
        return process

    def chatter(self, chats: int) -> "asyncio.Task[None]":
        """Let so many chats be answered without a pause, by a process that sends no alerts, until cancelled."""
        governor = Governor(self.rate, store=self.store, clock=asyncio.get_running_loop().time)

        async def answered(chat_id: int) -> None:
            while True:
                await governor.reply_turn(chat_id)
                self.telegram.answered()

        async def all_of_them() -> None:
            await asyncio.gather(*(answered(-1 - n) for n in range(chats)))

        return asyncio.get_running_loop().create_task(all_of_them())

    def refuse_answer(self, chat_id: int, retry_after: float) -> None:
        """Let Telegram refuse an answer to somebody, posted by a process that sends no alerts."""
        loop = asyncio.get_running_loop()
        if self._answers is None:
            self._answers = Governor(self.rate, store=self.store, clock=loop.time)
        self._answers.add_refusal(chat_id, retry_after)
        self.telegram.close("answers", chat_id, loop.time() + retry_after)

    async def crash(self, process: Process, *, after: int = 0) -> None:
        """Kill a process some steps of the loop from now."""
        for _ in range(after):
            await asyncio.sleep(0)
        process.sender.die()
        process.task.cancel()
        await asyncio.gather(process.task, return_exceptions=True)
        self.processes.remove(process)
        async with self.store.transaction() as tx:
            mine = deliveries.c.worker == process.worker
            self._lost |= await self._in_flight(tx, mine)

    async def stop(self, process: Process) -> None:
        """End a process in good order."""
        process.engine.stop()
        await process.task
        self.processes.remove(process)
        await self.expect_found(process, "a process that ended in good order left something in flight")

    async def expect_found(self, process: Process, otherwise: str) -> None:
        """Hold that nothing is in flight for a process that has ended."""
        async with self.store.transaction() as tx:
            if await self._in_flight(tx, deliveries.c.worker == process.worker):
                self.telegram.violated("I8", otherwise)

    async def restart(self, process: Process) -> Process:
        """Kill a process and start another, which must find what the first had on the wire in time."""
        await self.crash(process)
        started = self.start()
        await asyncio.sleep(FOUND_WITHIN)
        await self.expect_found(process, "what a dead process had on the wire was not found in time")
        await self.inspect()
        return started

    async def close(self) -> None:
        """End whatever still runs."""
        for process in self.processes:
            process.sender.die()
            process.task.cancel()
        await asyncio.gather(*(process.task for process in self.processes), return_exceptions=True)

    # People

    async def join(self, people: int) -> None:
        """Let new people join."""
        for _ in range(people):
            self.chats.append(CHAT + len(self.chats))
            await self.rejoin(self.chats[-1])

    async def rejoin(self, chat_id: int) -> None:
        """Opt in, again maybe; who had blocked the bot unblocks it first."""
        self.blockers.discard(chat_id)
        self.gone.discard(chat_id)
        self._off.discard(chat_id)
        self._came_back |= {what for what, came in self.telegram.fates.items() if came and what[1] == chat_id}
        self.telegram.refused_by.pop(chat_id, None)
        async with self.store.transaction() as tx:
            joined = await subscriptions.join(tx, chat_id, wording=WORDING, now=self.now())
        self._chat_of[joined.id] = chat_id
        self._silent.pop(chat_id, None)
        self.choices.chosen[chat_id] = joined.preferences

    async def leave(self, chat_id: int) -> None:
        """Opt out."""
        async with self.store.transaction() as tx:
            await subscriptions.leave(tx, chat_id, wording=WORDING, now=self.now())
            await self._falls_silent(tx, chat_id)

    async def erase(self, chat_id: int) -> None:
        """Have everything erased."""
        async with self.store.transaction() as tx:
            on_the_way = await self._in_flight_to(tx, chat_id)
            await privacy.erase(tx, chat_id, now=self.now())
            self.choices.chosen.pop(chat_id, None)
            self._silence(chat_id, None, on_the_way)

    async def move(self, chat_id: int, zone: str | None) -> None:
        """Live in another zone from now on, where they are on the list."""
        async with self.store.transaction() as tx:
            person = await tx.subscribers.find(chat_id)
            if person is not None:
                await tx.subscribers.set_zone(person.id, zone)
                self._zones.setdefault(chat_id, {None}).add(zone)

    async def choose(self, chat_id: int, chosen: Preferences) -> None:
        """Choose how often alerts come, at which hours not, and from where, where they are on the list."""
        async with self.store.transaction() as tx:
            on_the_way = await self._in_flight_to(tx, chat_id)
            if await preferences._choose(tx, chat_id, lambda _was: chosen, now=self.now()) is not None:
                self.choices.choose(chat_id, chosen, on_the_way)
                self._ever_silent.add(chat_id)

    async def read(self, chat_id: int, locale: str) -> None:
        """Read this language from now on."""
        async with self.store.transaction() as tx:
            await subscriptions.choose_language(tx, chat_id, locale)
            if locale in self.left_out:
                self._reads_nothing[chat_id] = await self._in_flight_to(tx, chat_id)
                self._ever_silent.add(chat_id)
            else:
                self._reads_nothing.pop(chat_id, None)

    async def pause(self, chat_id: int) -> None:
        """Pause, where they are active."""
        async with self.store.transaction() as tx:
            await subscriptions.pause(tx, chat_id)
            await self._falls_silent(tx, chat_id)

    async def resume(self, chat_id: int) -> None:
        """End a pause."""
        async with self.store.transaction() as tx:
            person = await subscriptions.resume(tx, chat_id)
        if person is not None and person.state is SubscriberState.ACTIVE:
            self._silent.pop(chat_id, None)

    async def block(self, chat_id: int) -> None:
        """Block the bot in Telegram, which tells the bot."""
        self.blockers.add(chat_id)
        async with self.store.transaction() as tx:
            await subscriptions.blocked(tx, chat_id, now=self.now())
            await self._falls_silent(tx, chat_id)

    async def block_unheard(self, chat_id: int) -> None:
        """Block the bot in Telegram; the bot finds out by itself."""
        self.blockers.add(chat_id)

    async def vanish(self, chat_id: int) -> None:
        """Be a chat that Telegram does not know any more; the bot finds out by itself."""
        self.gone.add(chat_id)

    # Organizers

    async def queue(self, *, canary: int | None = None, approved: bool = True) -> int:
        """Write an alert and queue its broadcast. Returns the broadcast's id."""
        async with self.store.transaction() as tx:
            chosen = {locale: Chosen(choice=Choice.LEAVE_OUT, by=1) for locale in self.left_out}
            alert = await tx.alerts.add(replace(draft(), choices=chosen), now=self.now())
            if approved:
                await self._approve(tx, alert.id)
            queued = await tx.broadcasts.add(
                alert_id=alert.id, organizer_id=None, now=self.now(), canary=canary
            )
        self.choices.first_of[alert.id], self.choices.words_of[queued] = queued, alert.id
        return queued

    async def queue_by_itself(self) -> None:
        """Let be queued what is due of digests and reminders, as the scheduler does each minute."""
        store: Any = self.store
        await by_itself.queue_due(store, self.now)

    async def queue_for_hour(self, hour: LocalHour) -> int:
        """Write an alert for an hour of each person's zone, and queue its broadcast. Returns the broadcast's id."""
        async with self.store.transaction() as tx:
            alert = await tx.alerts.add(replace(draft(), start=hour), now=self.now())
            await self._approve(tx, alert.id)
            ahead = look_ahead(hour, await tx.audiences.count_zones(alert.audience), now=self.now())
            leaves = hour.late is Late.LEAVE_OUT
            queued = await tx.broadcasts.add(
                alert_id=alert.id,
                organizer_id=None,
                now=self.now(),
                starts_at=ahead.occurrences[0],
                left_before=self.now() if leaves else None,
                tzdata=tzdata_version(),
            )
        self.hours[queued] = hour
        return queued

    async def queue_for_moment(self, at: datetime) -> int:
        """Write an alert for a moment, and queue its broadcast. Returns the broadcast's id."""
        async with self.store.transaction() as tx:
            alert = await tx.alerts.add(replace(draft(), start=Moment(at=at, zone="UTC")), now=self.now())
            await self._approve(tx, alert.id)
            queued = await tx.broadcasts.add(
                alert_id=alert.id, organizer_id=None, now=self.now(), starts_at=at
            )
        self.moments[queued] = at
        return queued

    async def bring_forward(self, broadcast_id: int) -> None:
        """Let a broadcast start now, behind everybody's back."""
        async with self.store.transaction() as tx:
            await tx.broadcasts.set_start(broadcast_id, self.now())

    async def edit(self, broadcast_id: int) -> None:
        """Change an alert's words behind everybody's back."""
        async with self.store.transaction() as tx:
            broadcast = await tx.broadcasts.get(broadcast_id)
            alert = await tx.alerts.get(broadcast.alert_id)
            words = Translation(locale="en", title="Other", text="Edited.")
            edited = replace(alert, translations={"en": words})
            await tx.alerts.revise(edited, editor_id=None, now=self.now())

    async def approve(self, broadcast_id: int) -> None:
        """Approve the broadcast's alert as it stands."""
        async with self.store.transaction() as tx:
            await self._approve(tx, (await tx.broadcasts.get(broadcast_id)).alert_id)

    async def _approve(self, tx: Transaction, alert_id: int) -> None:
        alert = await tx.alerts.get(alert_id)
        plan = await approve(tx, alert, now=self.now())
        self._approved.add(f"{alert_id} {plan.sha256}")

    async def start_now(self, broadcast_id: int) -> None:
        """Start a queued broadcast without waiting for its time."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                await steering.start_now(tx, broadcast_id, actor=OWNER, now=self.now())

    async def hold(self, broadcast_id: int) -> None:
        """Pause the broadcast."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                held = await steering.pause(tx, broadcast_id, actor=OWNER, now=self.now())
                if held.broadcast.status not in RUNNABLE:
                    self._held.setdefault(broadcast_id, await self._in_flight_of(tx, broadcast_id))

    async def go_on(self, broadcast_id: int) -> None:
        """Resume the broadcast."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                await steering.resume(tx, broadcast_id, actor=OWNER, now=self.now())
                self._held.pop(broadcast_id, None)

    async def cancel(self, broadcast_id: int) -> None:
        """Cancel the broadcast."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                await steering.cancel(tx, broadcast_id, actor=OWNER, now=self.now())
                self._held[broadcast_id] = await self._in_flight_of(tx, broadcast_id)

    async def resend(self, broadcast_id: int) -> int | None:
        """Send again to those of whom nothing is known. Returns the new broadcast's id, if there is one."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                return (await follow_ups.resend_unknown(tx, broadcast_id, actor=NOBODY, now=self.now())).id
        return None

    async def correct(self, broadcast_id: int, *, starts_at: datetime | None = None) -> int:
        """Write other words in the place of those that were sent. Returns the new broadcast's id."""
        async with self.store.transaction() as tx:
            words = Translation(locale="en", title="Other", text="Corrected.")
            said = replace(draft(), corrects=broadcast_id, translations={"en": words})
            alert = await tx.alerts.add(said, now=self.now())
            await self._approve(tx, alert.id)
            self.choices.first_of[alert.id] = broadcast_id
            self.choices.words_of[broadcast_id] = alert.id
            return await tx.broadcasts.add(
                alert_id=alert.id,
                organizer_id=None,
                now=self.now(),
                kind=BroadcastKind.CORRECT,
                follows=broadcast_id,
                starts_at=starts_at,
            )

    async def recall(self, broadcast_id: int) -> int | None:
        """Delete what was sent. Returns the new broadcast's id, if there is one."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                people = await follow_ups.people_to_recall(tx, broadcast_id, actor=NOBODY, now=self.now())
                recall = await follow_ups.recall(
                    tx, broadcast_id, confirmed=people, actor=NOBODY, now=self.now()
                )
                self._held.setdefault(broadcast_id, await self._in_flight_of(tx, broadcast_id))
                self.choices.recalled.add(broadcast_id)
                return recall.id
        return None

    # The truth, and what is written down

    def _fate(self, chat_id: int) -> Fate:
        if self.token_refused:
            return Fate.UNAUTHORIZED
        if chat_id in self.blockers:
            return Fate.BLOCKED
        if chat_id in self.gone:
            return Fate.GONE
        if chat_id in self.overrun:
            return Fate.TOO_MANY
        return self.script.pop(0) if self.script else Fate.ACCEPTED

    def _may_send(self, broadcast_id: int, kind: BroadcastKind, chat_id: int, content: str) -> str | None:
        what = (broadcast_id, chat_id)
        of_digest = content.startswith("[")
        if kind is not BroadcastKind.RECALL and not of_digest and content not in self._approved:
            return "I6: sent without an approval of exactly this"
        if self.now() < self.moments.get(broadcast_id, self.now()):
            return "I6: sent before the moment that was approved"
        hour = self.hours.get(broadcast_id)
        had = self._zones.get(chat_id, {None})
        if hour is not None and kind is BroadcastKind.SEND and all(hour.instant(z) > self.now() for z in had):
            return "I6: sent before it was that hour in any zone the person has had"
        silence = self._silent.get(chat_id)
        unwanted = silence is not None and (silence.state is None or silence.state not in RECEIVES[kind])
        if silence is not None and unwanted and not _used_up(silence.on_the_way, what):
            return "I5: sent to somebody who left, paused, blocked or was erased"
        otherwise = self.choices.forbids(broadcast_id, kind, chat_id, now=self.now())
        if otherwise is not None:
            return otherwise
        on_the_way = self._reads_nothing.get(chat_id)
        if kind is not BroadcastKind.RECALL and on_the_way is not None and not _used_up(on_the_way, what):
            return "I6: sent to a reader of a language that is left out"
        if broadcast_id in self._held and not _used_up(self._held[broadcast_id], what):
            return "control: sent though the broadcast was stopped"
        return None

    async def _in_flight(self, tx: Transaction, *which: sa.ColumnElement[bool]) -> set[What]:
        """Return what is in flight by the database and not on the wire yet, or not any more."""
        query = sa.select(deliveries.c.broadcast_id, deliveries.c.subscriber_id).where(
            deliveries.c.state == DeliveryState.INFLIGHT, *which
        )
        rows = await tx.deliveries._connection.execute(query)
        found = {(row[0], self._chat_of[row[1]]) for row in rows}
        return found - self.telegram.on_wire.keys()

    async def _in_flight_of(self, tx: Transaction, broadcast_id: int) -> set[What]:
        return await self._in_flight(tx, deliveries.c.broadcast_id == broadcast_id)

    async def _in_flight_to(self, tx: Transaction, chat_id: int) -> set[What]:
        person = await tx.subscribers.find(chat_id)
        return await self._in_flight(tx, deliveries.c.subscriber_id == person.id) if person else set()

    async def _falls_silent(self, tx: Transaction, chat_id: int) -> None:
        person = await tx.subscribers.find(chat_id)
        if person is not None and person.state is not SubscriberState.ACTIVE:
            self._silence(chat_id, person.state, await self._in_flight_to(tx, chat_id))

    def _silence(self, chat_id: int, state: SubscriberState | None, on_the_way: set[What]) -> None:
        known = self._silent.get(chat_id)
        self._silent[chat_id] = Silence(
            state=state, on_the_way=on_the_way | (known.on_the_way if known else set())
        )
        self._ever_silent.add(chat_id)

    async def inspect(self) -> None:
        """Hold what is written down against what Telegram accepted."""
        async with self.store.transaction() as tx:
            execute = tx.deliveries._connection.execute
            people = {
                row.id: SubscriberState(row.state)
                for row in await execute(sa.select(subscribers.c.id, subscribers.c.state))
            }
            for number, state in people.items():
                chat_id = self._chat_of[number]
                if state is not SubscriberState.ACTIVE and chat_id not in self._silent:
                    await self._falls_silent(tx, chat_id)
            for row in (await execute(sa.select(broadcast_rows))).all():
                status = BroadcastStatus(row.status)
                if status not in RUNNABLE and row.id not in self._held:
                    self._held[row.id] = await self._in_flight_of(tx, row.id)
                written = await execute(
                    sa.select(deliveries)
                    .where(deliveries.c.broadcast_id == row.id)
                    .order_by(deliveries.c.subscriber_id)
                )
                rows = written.all()
                self._inspect_broadcast(row, status, rows)
                self._inspect_gone(row, status, rows, people)
            self._inspect_list(people)
            for wrong in await tx.counts.differences():
                self.telegram.violated("counts", f"{wrong.state}: {wrong.kept} kept, {wrong.counted} counted")

    def _inspect_broadcast(self, row: Any, status: BroadcastStatus, written: Iterable[Any]) -> None:
        rows = list(written)
        violated = self.telegram.violated
        everybody = {delivery.subscriber_id for delivery in rows}
        if row.started_at is not None:
            if len(rows) != row.audience:
                violated("I3", f"{len(rows)} deliveries of an audience of {row.audience}")
            before, self._frozen[row.id] = self._frozen.get(row.id, everybody), everybody
            # Zone by zone it grows; nobody is taken out.
            kept = before <= everybody if row.id in self.hours else before == everybody
            if not kept:
                violated("I3", "the audience changed after it was frozen")
        open_ones = [delivery for delivery in rows if delivery.state not in FINAL]
        if status is BroadcastStatus.FINISHED and open_ones:
            violated("I3", "finished with deliveries that have not ended")
        for delivery in rows:
            what = (row.id, self._chat_of[delivery.subscriber_id])
            said = self._contradiction(row, status, delivery, what)
            if said:
                violated(*said.split(": ", 1))

    def _inspect_gone(
        self, row: Any, status: BroadcastStatus, written: Iterable[Any], people: dict[int, SubscriberState]
    ) -> None:
        """Hold that whose chat is gone is off the list once the broadcast is over, where they are few."""
        if row.stop_reason == StopReason.UNKNOWN_CHATS:
            self._doubted.add(row.id)
        if status is not BroadcastStatus.FINISHED or row.id in self._finished | self._doubted:
            return
        self._finished.add(row.id)
        states = {(row.id, self._chat_of[one.subscriber_id]): one.state for one in written}
        sent = sum(state == DeliveryState.SENT for state in states.values())
        gone = {
            what
            for what, state in states.items()
            if state == DeliveryState.FAILED and self.telegram.fates[what][-1] is Fate.GONE
        }
        if sent >= SENT_FOR_EACH_GONE:
            self._off |= {what[1] for what in gone}
        if len(gone) * SENT_FOR_EACH_GONE > sent:
            return
        chats = {self._chat_of[number] for number, state in people.items() if state is SubscriberState.ACTIVE}
        if {what[1] for what in gone - self._came_back} & chats:
            self.telegram.violated("I9", "gone, and still on the list when the broadcast was over")

    def _inspect_list(self, people: dict[int, SubscriberState]) -> None:
        """Hold that nobody is off the list who neither blocked the bot nor is known to be gone."""
        for number, state in people.items():
            chat_id = self._chat_of[number]
            proven = chat_id in self.blockers | self._off or chat_id in self.telegram.refused_by
            if state is SubscriberState.BLOCKED and not proven:
                self.telegram.violated("I9", "taken off the list by a bot that may be the wrong one")

    def _contradiction(self, row: Any, status: BroadcastStatus, delivery: Any, what: What) -> str | None:
        state = DeliveryState(delivery.state)
        accepted, fates = self.telegram.accepted[what], self.telegram.fates[what]
        sends = row.kind in (BroadcastKind.SEND, BroadcastKind.RESEND, BroadcastKind.DIGEST)
        if sends and accepted > 1:
            return f"I1: accepted {accepted} times"
        if (
            sends
            and accepted
            and state not in (DeliveryState.SENT, DeliveryState.INFLIGHT, DeliveryState.UNKNOWN)
        ):
            return f"I4: accepted, and written down as {state}"
        match state:
            case DeliveryState.SENT if not accepted:
                return "I2: sent, and never accepted"
            case DeliveryState.UNKNOWN if what not in self.telegram.unclear | self._lost:
                return f"I4: unknown, though what happened is known: {fates}"
            case DeliveryState.FAILED if not self._refused(fates):
                return f"I10: failed without a refusal: {fates}"
            case DeliveryState.BLOCKED if Fate.BLOCKED not in fates:
                return "I9: blocked without a 403"
            case DeliveryState.SKIPPED if what[1] not in self._ever_silent:
                return "I3: skipped somebody who wanted it"
            case DeliveryState.CANCELLED if status is not BroadcastStatus.CANCELLED:
                return "I3: cancelled, though the broadcast was not"
            case _:
                return None

    @staticmethod
    def _refused(fates: list[Fate]) -> bool:
        waits = [FATES[fate].retry_after for fate in fates]
        waited = sum(max(attempt.LEAST_WAITED, seconds) for seconds in waits if seconds)
        without_end = waited >= MAX_WAITED or fates.count(Fate.NOT_CONNECTED) >= MAX_ATTEMPTS
        return without_end or bool({Fate.REFUSED, Fate.GONE} & set(fates))

    async def settle(self, *, within: float = 400.0) -> None:
        """Let it come to its end with one process, whatever it takes; then look at everything once more."""
        self.script.clear()
        self.token_refused = False
        for chat_id, chosen in list(self.choices.chosen.items()):
            if chosen != Preferences():
                # Nobody sleeps on, or waits for an evening that does not come.
                await self.choose(chat_id, Preferences())
        await self.queue_by_itself()
        if not self.processes:
            self.start()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while open_ones := await self._unended():
            if loop.time() > deadline:
                self.telegram.violated("I3", f"no end in sight: {open_ones}")
                break
            for broadcast_id, status, _ in open_ones:
                if status is BroadcastStatus.QUEUED:
                    # Its time is one of the clock, which was set back.
                    await self.start_now(broadcast_id)
                elif status not in RUNNABLE | ENDED:
                    await self.approve(broadcast_id)
                    await self.go_on(broadcast_id)
            await asyncio.sleep(1.0)
            await self.inspect()
        await self.inspect()

    async def _unended(self) -> list[tuple[int, BroadcastStatus, bool]]:
        async with self.store.reading() as tx:
            found = [
                (one.id, one.status, await tx.deliveries.has_open(one.id))
                for one in await tx.broadcasts.all()
            ]
        return [one for one in found if one[1] not in ENDED or one[2]]


def _tell_whose_digest(cycle: Cycle) -> None:
    """Let what is sent of a digest name its broadcast, by which the fake knows what it was asked for."""
    original = cycle._body_of

    def told(delivery: Claimed, in_flight: InFlight) -> Prepared:
        if not delivery.alerts:
            return original(delivery, in_flight)
        said = Digest(
            alerts=[in_flight.alerts[each] for each in delivery.alerts], struck=frozenset(delivery.struck)
        )
        return digest_of(in_flight.broadcast, said, delivery.locale)

    cycle._body_of = told  # type: ignore[method-assign]


async def _run(engine: Engine, heartbeat: Heartbeat) -> None:
    """Run an engine with its heartbeat, as a process does."""
    beating = asyncio.create_task(heartbeat.run())
    try:
        await engine.run()
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
    with contextlib.suppress(OperationalError):
        await heartbeat.end()


def _used_up(allowed: set[What], what: What) -> bool:
    """Tell whether this was allowed, once."""
    found = what in allowed
    allowed.discard(what)
    return found
