"""Reminders and digests through the real engine, at any moment of a made-up clock, with all that was sent."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.content import Wording
from bot.delivery.engine import Engine
from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.delivery.sender import Prepared
from bot.domain.alert import Alert
from bot.domain.broadcast import RUNNABLE, BroadcastKind, BroadcastStatus, Tally
from bot.domain.outcome import Outcome
from bot.domain.preferences import Preferences, Rhythm
from bot.domain.subscriber import Subscriber
from bot.jobs import by_itself
from bot.services import actions, follow_ups
from bot.store.store import Store
from bot.telegram_io.connections import NotWritten
from tests.making import CHAT, NOW, OWNER, approve, draft, join
from tests.worlds.in_process.sending import beating
from tests.worlds.virtual.telegram import body, digest

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WORDING = Wording(version="1", locale="en", text="Yes", sha256="a" * 64)
NOBODY = replace(OWNER, id=None)  # type: ignore[arg-type]  # nobody is told
DEADLINE = NOW + 7 * DAY
REMINDED_AT = DEADLINE - DAY
DAILY = Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=18)
EVENING = NOW + timedelta(hours=6)
PLAIN = Preferences()


@dataclass(kw_only=True)
class World:
    """A store, a clock, and all that was sent: by chat, what the fake body says of it.

    `answered`: only the first so many sends are; None: each. `enough`: set once so many were sent as are waited for.
    """

    store: Store
    now: datetime = NOW
    sent: list[tuple[int, Any]] = field(default_factory=list)
    unanswered: list[asyncio.Future[tuple[int, bytes]]] = field(default_factory=list)
    answered: int | None = None
    worker: str = ""
    awaited: int = 0
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    heartbeat: Heartbeat = field(init=False)

    def engine(self) -> Engine:
        """Return an engine as it is after a start."""
        world = self

        class Accepting:
            def send(self, chat_id: int, _message_id: int | None, prepared: Prepared, **_: Any) -> Any:
                answer = asyncio.get_running_loop().create_future()
                world.sent.append((chat_id, orjson.loads(prepared.rest)))
                if len(world.sent) == world.awaited:
                    world.enough.set()
                if world.answered is None or len(world.sent) <= world.answered:
                    answer.set_result((200, orjson.dumps({"ok": True, "result": {"message_id": 1}})))
                else:
                    world.unanswered.append(answer)
                return answer

        sender: Any = Accepting()
        self.heartbeat = heartbeat = Heartbeat(store=self.store, clock=self.clock)
        self.worker = heartbeat.worker
        return Engine(
            store=self.store,
            sender=sender,
            governor=Governor(10_000, store=self.store),
            body=body,
            digest=digest,
            clock=self.clock,
            heartbeat=heartbeat,
        )

    def cut_off(self) -> None:
        """Let all that is on the wire turn out never to have been connected."""
        for each in self.unanswered:
            each.set_exception(NotWritten("refused"))
        self.unanswered.clear()

    def clock(self) -> datetime:
        """Return the moment."""
        return self.now

    async def at(self, moment: datetime) -> list[tuple[int, Any]]:
        """Let it be this moment, queue what is due and send it all. Returns what was sent since, and to whom."""
        self.now, before = moment, len(self.sent)
        await by_itself.queue_due(self.store, self.clock)
        engine = self.engine()
        async with beating(self.heartbeat), asyncio.timeout(30):
            running = asyncio.create_task(engine.run())
            while not await self._is_settled():  # noqa: ASYNC110  # what is looked at is the database
                await asyncio.sleep(0.02)
            engine.stop()
            await running
        return self.sent[before:]

    async def _is_settled(self) -> bool:
        """Whether all that is due has begun, and waits for nothing but the end of quiet hours."""
        async with self.store.reading() as tx:
            due = [each for each in await tx.broadcasts.in_status(RUNNABLE) if each.is_due(now=self.now)]
            is_open = [await tx.deliveries.has_open(each.id) for each in due]
            waits = [await tx.deliveries.later(each.id) for each in due]
        begun = all(each.status is BroadcastStatus.SENDING for each in due)
        return begun and not any(is_open) and all(one and one.first_at > self.now for one in waits)

    async def reminded(self, moment: datetime) -> list[int]:
        """Let it be this moment. Returns who is reminded then, by the last digits of their chats."""
        kinds = {BroadcastKind.REMIND}
        return sorted(chat_id - CHAT for chat_id, what in await self.at(moment) if what[1] in kinds)

    async def digested(self, moment: datetime) -> dict[int, tuple[list[int], int]]:
        """Let it be this moment. Returns whose digest comes then, of which alerts, and how many are left."""
        got = [(chat_id - CHAT, what) for chat_id, what in await self.at(moment) if isinstance(what[0], list)]
        assert len(dict(got)) == len(got)
        return {who: (what[0], what[1]) for who, what in got if not what[4]}

    async def changed(self) -> dict[int, tuple[list[int], list[int]]]:
        """Let now be done what is to be. Returns whose digest is changed, to which alerts, and which are struck out."""
        got = [
            (chat_id - CHAT, what) for chat_id, what in await self.at(self.now) if isinstance(what[0], list)
        ]
        assert len(dict(got)) == len(got)
        return {who: (what[0], what[3]) for who, what in got if what[4]}

    async def recall(self, broadcast_id: int, *, people: int = 1) -> int:
        """Recall a sending. Returns the recall's number."""
        async with self.store.transaction() as tx:
            begun = await follow_ups.recall(tx, broadcast_id, confirmed=people, actor=NOBODY, now=self.now)
        return begun.id

    async def people(self, *chosen: Preferences) -> list[Subscriber]:
        """Let people join who choose this."""
        async with self.store.transaction() as tx:
            joined = await join(tx, len(chosen))
            for person, one in zip(joined, chosen, strict=True):
                await tx.subscribers.save_preferences(person.with_preferences(one))
        return joined

    async def alert(self, **more: Any) -> tuple[int, int]:
        """Send an alert. Returns the broadcast's and the alert's number."""
        async with self.store.transaction() as tx:
            made: Alert = await tx.alerts.add(replace(draft(), **more), now=self.now)
            await approve(tx, made, now=self.now)
            kind = BroadcastKind.SEND if made.corrects is None else BroadcastKind.CORRECT
            broadcast_id = await tx.broadcasts.add(
                alert_id=made.id, organizer_id=None, now=self.now, kind=kind, follows=made.corrects
            )
        await self.at(self.now)
        return broadcast_id, made.id

    async def press(self, alert_id: int, *who: int) -> None:
        """Let these press the main button."""
        for each in who:
            async with self.store.transaction() as tx:
                await actions.open_action(tx, CHAT + each, alert_id, now=self.now)

    async def say(self, alert_id: int, who: int, outcome: Outcome) -> None:
        """Let somebody say what came of it."""
        async with self.store.transaction() as tx:
            await actions.say(tx, CHAT + who, alert_id, outcome, now=self.now)

    async def choose(self, who: int, chosen: Preferences) -> None:
        """Let somebody choose."""
        async with self.store.transaction() as tx:
            person = await tx.subscribers.find(CHAT + who)
            assert person is not None
            await tx.subscribers.save_preferences(person.with_preferences(chosen))

    async def last(self, kind: BroadcastKind) -> tuple[int, Tally]:
        """Return the last broadcast of a kind, and what came of it."""
        async with self.store.reading() as tx:
            found = [each for each in await tx.broadcasts.all() if each.kind is kind][-1]
            tally = await tx.counts.tally(found.id)
        assert tally.adds_up
        return found.id, tally
