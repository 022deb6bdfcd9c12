"""People who write, processes that answer and die, a Telegram that is slow or away; and what must never happen."""

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.content import Wording
from bot.delivery.governed_api import GovernedApi
from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.domain.organizer import Role
from bot.domain.rank import Place, Treatment
from bot.domain.subscriber import SubscriberState
from bot.errors import TooMuchAtOnce
from bot.inbox.courier import Courier
from bot.inbox.inbox import Inbox
from bot.services import subscriptions
from bot.store.inbox import Withdrawal
from bot.store.schema import updates
from bot.store.store import Store, Transaction
from bot.telegram_io.answers import Answer, NotConnected, RefusalKind, Refused, answer_of
from bot.telegram_io.connections import Response
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Incoming, Kind
from tests.making import CHAT
from tests.worlds.virtual.play import NewDatabase, Played, play_until
from tests.worlds.virtual.telegram import FATES, Course, Fate

__all__ = ["HARD_QUESTION", "TAKEN_OVER_WITHIN", "WITHDRAWN_WITHIN", "Fate", "World", "play"]

WORDING = Wording(version="1", locale="en", text="Yes", sha256="a" * 64)

WITHDRAWN_WITHIN = 1.0
TAKEN_OVER_WITHIN = 5.0
LOOK_SECONDS = 0.1

HARD_QUESTION, HARD_SECONDS = "why on earth?", 1.0
"""What takes long to be considered; so long it holds up what its chat sends next."""

BATCH = 100
"""Updates that one poll brings at the most."""


class _HandlerError(RuntimeError):
    pass


@dataclass(kw_only=True)
class Process:
    """One process with an inbox."""

    inbox: Inbox
    heartbeat: Heartbeat
    task: asyncio.Task[None]
    beating: asyncio.Task[None]
    is_alive: bool = True


@dataclass(kw_only=True)
class Sent:
    """One update that somebody sent."""

    chat_id: int
    says: str
    at: float
    process: Process
    posted_by: list[Process] = field(default_factory=list)
    posted_at: float = math.inf
    place: Place | None = None

    @property
    def is_answered(self) -> bool:
        """Whether it is to be answered: it was not dropped, and not taken without a word."""
        return self.place is not None and self.place.treatment is not Treatment.SILENT


class World:
    """Everything that must not happen ends in `broken`."""

    def __init__(self, store: Store, now: Callable[[], datetime], *, rate: float = 1000.0) -> None:
        self.store = store
        self.now = now
        self.rate = rate
        self.broken: list[str] = []
        self.script: list[Fate | Course] = []
        self.processes: list[Process] = []
        self.sent: dict[int, Sent] = {}
        self.last_start = 0.0
        self.posts = 0
        self.connecting_seconds = 0.0
        self.watches: Callable[[int], bool] = lambda _chat: True
        """Which chats are looked at again and again; in a storm of thousands that takes its time."""

    # Processes

    def start(self) -> Process:
        """Start a process."""
        loop = asyncio.get_running_loop()
        heartbeat = Heartbeat(store=self.store, clock=self.now)
        governor = Governor(self.rate, store=self.store, clock=loop.time)
        wire: Any = _Wire(self)
        inbox = Inbox(
            store=self.store,
            responder=_Responder(),
            poster=Courier(GovernedApi(wire, governor, clock=loop.time)),
            heartbeat=heartbeat,
            governor=governor,
            clock=self.now,
        )

        process = Process(
            inbox=inbox,
            heartbeat=heartbeat,
            task=loop.create_task(inbox.run()),
            beating=loop.create_task(heartbeat.run()),
        )
        wire.process = process
        self.processes.append(process)
        self.last_start = loop.time()
        return process

    def busiest(self) -> Process:
        """Return the process that has most to post."""
        return max(self.processes, key=lambda process: len(process.inbox._outbox._held))

    async def until_applied(self) -> None:
        """Wait until all that was sent is applied and none of it waits to be, however long the database takes."""
        waiting = sa.select(sa.func.count()).where(updates.c.state == "received")
        while True:
            async with self.store.reading() as tx:
                if not (await tx.updates._connection.execute(waiting)).scalar_one():
                    return

    async def starve(self, process: Process, *, seconds: float) -> None:
        """Let a process write nothing for so long, no heartbeat either; what it posts goes on."""
        process.beating.cancel()
        async with process.inbox._outbox.turn:
            await self.wait(seconds)
        process.beating = asyncio.get_running_loop().create_task(process.heartbeat.run())

    async def kill(self, process: Process) -> None:
        """Kill a process: nothing of it runs any further."""
        process.is_alive = False
        self.processes.remove(process)
        running = [process.task, process.beating, *process.inbox._outbox._tasks]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def close(self) -> None:
        """End whatever still runs."""
        for process in list(self.processes):
            await self.kill(process)

    # People

    async def send(self, chat: int, says: str, *, by: int = 0) -> int:
        """Let somebody write; Telegram brings it to one of the processes. Returns the update's id."""
        update_id = len(self.sent) + 1
        process = self.processes[by % len(self.processes)]
        at = asyncio.get_running_loop().time()
        self.sent[update_id] = Sent(chat_id=CHAT + chat, says=says, at=at, process=process)
        await self._bring(process, update_id)
        async with self.store.reading() as tx:
            found = await tx.updates._connection.execute(
                sa.select(updates.c.state).where(updates.c.update_id == update_id)
            )
            if found.one_or_none() is None:
                self.broken.append("acknowledged: before the commit")
        return update_id

    async def storm(self, said: Sequence[tuple[int, str]]) -> list[int]:
        """Let people write at once: Telegram brings it by the hundred, as polling does. Returns the updates' ids."""
        process, at = self.processes[0], asyncio.get_running_loop().time()
        first = len(self.sent) + 1
        for number, (chat, says) in enumerate(said, start=first):
            self.sent[number] = Sent(chat_id=CHAT + chat, says=says, at=at, process=process)
        ids = list(range(first, first + len(said)))
        for begin in range(0, len(ids), BATCH):
            await self._bring(process, *ids[begin : begin + BATCH])
        return ids

    async def appoint(self, chat: int) -> None:
        """Make somebody an organizer."""
        async with self.store.transaction() as tx:
            await tx.organizers.add(CHAT + chat, Role.EDITOR, today=self.now().date())

    async def _bring(self, process: Process, *update_ids: int) -> None:
        await process.inbox.intake.receive([self._raw(one) for one in update_ids])
        minutes = process.inbox.intake._shares._minutes
        for one in update_ids:
            sent = self.sent[one]
            minute = minutes.get(sent.chat_id)
            sent.place = None if minute is None else minute.places.get(one)
            if sent.place is None and sent.says == "/stop":
                self._violated("withdrawal: dropped")

    async def repeat(self, update_id: int, *, by: int = 0) -> None:
        """Let Telegram bring an update again."""
        await self.processes[by % len(self.processes)].inbox.intake.receive([self._raw(update_id)])

    def _raw(self, update_id: int) -> dict[str, Any]:
        sent = self.sent[update_id]
        chat = {"id": sent.chat_id, "type": "private"}
        message = {"message_id": update_id, "date": 0, "chat": chat, "from": {"id": sent.chat_id}}
        return {"update_id": update_id, "message": {**message, "text": sent.says}}

    # What is true

    async def applied(self, chat_id: int) -> list[int]:
        """Return which of a chat's updates have taken effect, in the order in which they did."""
        async with self.store.reading() as tx:
            return await _log(tx, chat_id)

    async def wait(self, seconds: float) -> None:
        """Let time pass, with an eye on everything."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until:
            await asyncio.sleep(min(LOOK_SECONDS, seconds))
            await self.inspect()

    async def inspect(self) -> None:
        """Hold what is written down against what was sent."""
        now = asyncio.get_running_loop().time()
        busy = Counter(sent.chat_id for sent in self.sent.values() if self.watches(sent.chat_id - CHAT))
        for chat_id in (one for one, count in busy.items() if count > 1 or self._leaves(one)):
            async with self.store.reading() as tx:
                log = await _log(tx, chat_id)
                person = await tx.subscribers.find(chat_id)
            if -1 in log:
                self._violated("savepoint: half an effect was committed")
            if max(Counter(log).values(), default=0) > 1:
                self._violated("once: applied twice")
            ordinary = [one for one in log if self.sent[abs(one)].says != "/stop"]
            if ordinary != sorted(ordinary):
                self._violated("order: applied out of order")
            stops = [one for one in log if self.sent[abs(one)].says == "/stop"]
            joins = [one for one in log if self.sent[abs(one)].says == "/join"]
            is_in = person is not None and person.state is SubscriberState.ACTIVE
            if is_in and stops and max(joins, default=0) < max(stops):
                self._violated("consent: in, though they left")
            since = max(self.last_start, 0.0)
            for update_id, sent in self.sent.items():
                late = now - max(since, sent.at) > WITHDRAWN_WITHIN + LOOK_SECONDS and self.processes
                if sent.chat_id == chat_id and sent.says == "/stop" and late and update_id not in log:
                    self._violated("withdrawal: not committed in time")

    def _leaves(self, chat_id: int) -> bool:
        return any(sent.chat_id == chat_id and sent.says == "/stop" for sent in self.sent.values())

    async def check_post(self, update_id: int) -> None:
        """Hold one post against what may be posted."""
        sent = self.sent[update_id]
        if update_id not in await self.applied(sent.chat_id):
            self._violated("commit: posted before it")
        earlier = [
            one for number, one in self.sent.items() if number < update_id and one.chat_id == sent.chat_id
        ]
        if any(one.is_answered and not one.posted_by for one in earlier):
            self._violated("posts: out of order")

    def _violated(self, what: str) -> None:
        if what not in self.broken:
            self.broken.append(what)

    async def settle(self, *, within: float = 60.0) -> None:
        """Let everything come to its end: applied once, posted, done."""
        self.script.clear()
        if not self.processes:
            self.start()
        await self.expect_all_done(within=within)
        await self.inspect()
        for update_id, sent in self.sent.items():
            if sent.place is not None and update_id not in await self.applied(sent.chat_id):
                self._violated("lost: an update was never applied")
            if sent.is_answered and not sent.posted_by:
                self._violated("lost: a reply was never posted")

    async def expect_all_done(self, *, within: float) -> None:
        """Hold that nothing is open any more in this time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while await self._count_open():
            if loop.time() > until:
                self._violated("takeover: updates are left open")
                return
            await self.wait(LOOK_SECONDS)

    async def _count_open(self) -> int:
        async with self.store.reading() as tx:
            return await tx.updates.count_open()


async def _log(tx: Transaction, chat_id: int) -> list[int]:
    step = await tx.conversations.step(chat_id)
    return [] if step is None else [int(one) for one in step["log"].split()]


async def _note(tx: Transaction, chat_id: int, what: int, now: datetime) -> None:
    log = [*await _log(tx, chat_id), what]
    await tx.conversations.save(chat_id, {"log": " ".join(map(str, log))}, now=now)


def _reply(incoming: Incoming) -> list[Reply]:
    of = {"of": incoming.message_id, "chat_id": incoming.chat_id}
    return [Reply(method="sendMessage", parameters=of)]


class _Responder:
    """Notes each effect in the database, beside what it does."""

    async def consider(self, incoming: Incoming) -> str:
        await asyncio.sleep(HARD_SECONDS if incoming.text == HARD_QUESTION else 0.02)
        return incoming.text

    async def handle(self, tx: Transaction, incoming: Incoming, match: Any, *, now: datetime) -> list[Reply]:
        assert match == (incoming.text if incoming.kind is Kind.TEXT else None)
        assert incoming.message_id is not None
        if incoming.name == "fail":
            await _note(tx, incoming.chat_id, -1, now)
            raise _HandlerError
        await _note(tx, incoming.chat_id, incoming.message_id, now)
        if incoming.name == "join":
            await subscriptions.join(tx, incoming.chat_id, wording=WORDING, now=now)
        if incoming.name == "stop":
            await subscriptions.leave(tx, incoming.chat_id, wording=WORDING, now=now)
        return _reply(incoming)

    async def apologize(
        self, tx: Transaction, incoming: Incoming, error: Exception, *, now: datetime
    ) -> list[Reply]:
        assert isinstance(error, _HandlerError | TooMuchAtOnce), error
        assert incoming.message_id is not None
        await _note(tx, incoming.chat_id, incoming.message_id, now)
        return _reply(incoming)

    async def withdraw(
        self, tx: Transaction, incoming: Incoming, withdrawal: Withdrawal, *, now: datetime
    ) -> None:
        assert withdrawal is Withdrawal.STOP
        await subscriptions.leave(tx, incoming.chat_id, wording=WORDING, now=now)


class _Wire:
    """One process's way to Telegram, in the place of `BotApi`: what becomes of each post the world's script says."""

    process: Process

    def __init__(self, world: World) -> None:
        self._world = world

    async def call(
        self, _method: str, parameters: Mapping[str, Any], *, if_still: Callable[[], bool], **_about: Any
    ) -> Answer:
        """Post one reply."""
        world, update_id = self._world, int(parameters["of"])
        if world.connecting_seconds:
            await asyncio.sleep(world.connecting_seconds)
        if not if_still():
            return NotConnected(why="no longer")
        world.posts += 1
        said = world.script.pop(0) if world.script else Fate.ACCEPTED
        course = said if isinstance(said, Course) else FATES[said]
        await world.check_post(update_id)
        await asyncio.sleep(course.after)
        response: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        course.end(response, update_id)
        match answer := answer_of(response):
            case NotConnected() | Refused(kind=RefusalKind.TOO_MANY):
                return answer
        posted_by = world.sent[update_id].posted_by
        if any(by.is_alive for by in posted_by):
            world.broken.append("twice: posted again, though nobody died")
        posted_by.append(self.process)
        world.sent[update_id].posted_at = asyncio.get_running_loop().time()
        return answer


def play(
    new_database: NewDatabase,
    script: Callable[[World], Awaitable[None]],
    *,
    rate: float = 1000.0,
    until: str | None = None,
) -> list[str]:
    """Play with inboxes on virtual time, to the end or until this is broken. Returns what was broken."""
    with Played(new_database, rate=rate) as played:
        world = World(played.campaign.store, played.campaign.now, rate=rate)

        async def played_out() -> None:
            try:
                await play_until(script(world), world.broken, until)
            finally:
                await world.close()

        played.run(played_out())
        return world.broken
