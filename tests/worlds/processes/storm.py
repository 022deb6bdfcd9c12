"""A storm at size: very many chats write at once, one of them without end, some join and leave; an organizer works."""

import asyncio
import itertools
import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.commands.prepare import FIRST_CHAT_ID
from bot.config import ROOT
from bot.content import Content
from bot.domain.rank import CEILING, MINUTE
from bot.domain.subscriber import SubscriberState
from bot.privacy.cipher import Cipher, Table
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.people import ChatMessage, Crowd, Json
from bot.rehearsal.world.updates import UpdateQueue
from bot.rehearsal.world.world import World
from bot.store.schema import subscribers
from bot.store.store import Store, open_store
from bot.telegram_io.callbacks import pack
from bot.telegram_io.supporter_buttons import Join
from tests.worlds.processes.campaign import Api, campaign
from tests.worlds.processes.child import Bot, GivenUp

TICK, LOOK, SETTLED_LOOK = 0.01, 0.01, 0.2
"""Seconds between two looks at what is due, at who has left by the database, and at whether all is over."""

SAID = ("/start", Join, "/help", "/privacy", "/language", "/settings", "/faq", "/help", "/start")
"""What each chat of the crowd says and taps, one after the other."""

LOUD_SAYS = "/help"
LEAVERS, ORGANIZERS = 500, 12
"""Chats that join and leave in turn, and organizers who work in turn: none of them does too much in a minute."""

LEAVES_A_SECOND, ORGANIZED_A_SECOND = 50.0, 4.0

LEAVES_AFTER = 100
"""So many others join before somebody leaves again: four seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """How large: so many chats that say it all within these seconds, and how much the one says that does not end.

    `patience`: seconds after it in which all must be over. `answers_all`: the rate is so high that all that is answered
    is answered in time; else what comes after ten minutes is not, and an answer may be left out.
    """

    chats: int
    loud: int
    seconds: float
    patience: float
    answers_all: bool = True

    @property
    def updates(self) -> int:
        """How many updates there are, but for those of the few."""
        return self.chats * len(SAID) + self.loud


@dataclass(kw_only=True, slots=True)
class Done:
    """One thing that one of the few did: when they did it, the bot had it, it was committed, answered (monotonic)."""

    chat_id: int
    leaves: bool
    said_at: float
    taken_at: float = math.nan
    committed_at: float = math.nan
    answered_at: float = math.nan


class _Taken(UpdateQueue):
    """Updates, with when the bot first had each that is watched."""

    def __init__(self) -> None:
        super().__init__()
        self.watched: dict[int, Done] = {}

    def peek(self, limit: int) -> list[Json]:
        """Return the oldest, as a poll gets them."""
        found = super().peek(limit)
        if self.watched:
            now = time.monotonic()
            for update in found:
                if (done := self.watched.pop(update["update_id"], None)) is not None:
                    done.taken_at = now
        return found


class Stormy(World):
    """A world that notes what each chat got, in order, and when one of the few was answered."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        self.taken = self.updates = _Taken()
        self.got: defaultdict[int, list[int]] = defaultdict(list)
        self.first: dict[int, int] = {}
        self.awaiting: dict[int, Done] = {}
        self.posted_at: list[float] = []
        self._taps = itertools.count(1)

    def post(self, chat_id: int, text: str, **about: Any) -> ChatMessage:
        """Note the message."""
        message = super().post(chat_id, text, **about)
        self.first.setdefault(chat_id, message.message_id)
        self._note(chat_id, text)
        return message

    def edit(self, message: ChatMessage, *, text: str, **about: Any) -> None:
        """Note what the message says now."""
        super().edit(message, text=text, **about)
        self._note(message.chat_id, text)

    def _note(self, chat_id: int, text: str) -> None:
        """Note the first line: what stands below may be of the person, or count how many there are."""
        now = time.monotonic()
        self.got[chat_id].append(hash(text.partition("\n")[0]))
        self.posted_at.append(now)
        if (done := self.awaiting.pop(chat_id, None)) is not None:
            done.answered_at = now

    def does(self, chat_id: int, says: str, *, watched: Done | None = None) -> None:
        """Let a chat say or tap something; it is not kept."""
        sender = {"id": chat_id, "is_bot": False, "first_name": "P", "language_code": "en"}
        chat = {"id": chat_id, "type": "private", "first_name": "P"}
        message = {"message_id": self.first.get(chat_id, 1), "date": int(self.now()), "chat": chat}
        update: Json
        if says.startswith("/"):
            entity = {"type": "bot_command", "offset": 0, "length": len(says)}
            update = {"message": {**message, "from": sender, "text": says, "entities": [entity]}}
        else:
            about = {"id": f"s{next(self._taps)}", "from": sender, "chat_instance": "1", "data": says}
            update = {"callback_query": {**about, "message": {**message, "from": self.as_bot(), "text": "x"}}}
        if watched is not None:
            self.awaiting[chat_id] = watched
        # Watched first: the bot may have it as soon as it is there.
        update_id = self.updates._next_id
        if watched is not None:
            self.taken.watched[update_id] = watched
        self.push_update(update)

    def answer(self, callback_id: str, payload: dict[str, Any]) -> None:
        """Take the answer to a tap of which nothing else is known."""
        self.answers[callback_id] = payload


@dataclass(kw_only=True)
class Stormed:
    """What came of it. `memory`: MiB of the bot, evenly through the storm; `wrong`: who is not where they should be.

    `alone`: what one alone gets; `minutes`: how long it took; `cpu`: the bot's seconds of processor; `behind`: updates
    that the bot had not fetched yet when the last was sent.
    """

    asked: Asked
    few: list[Done]
    got: dict[int, list[int]]
    alone: list[int]
    crowd: range
    loud: int
    wrong: int
    left_open: bool
    memory: list[float]
    minutes: float
    cpu: float
    behind: int

    def broken(self) -> list[str]:
        """Return what must not be: who is not where they should be; answers lost, twice, out of order, without end."""
        found = []
        if self.wrong:
            found.append(f"{self.wrong} chats are not where their last word left them")
        if self.left_open:
            found.append("updates have not taken effect")
        if others := sum(not self._is_as_alone(self.got.get(chat, [])) for chat in self.crowd):
            found.append(f"{others} chats did not get what one alone gets, in that order")
        if (most := self._most_to_loud()) < (got := len(self.got.get(self.loud, []))):
            found.append(f"who wrote without end got {got} answers, more than {most}")
        if unanswered := sum(math.isnan(done.answered_at) for done in self.few if not done.leaves):
            found.append(f"{unanswered} commands of organizers were not answered")
        if uncommitted := sum(math.isnan(done.committed_at) for done in self.few if done.leaves):
            found.append(f"{uncommitted} who left are not known to have left")
        return found

    def _is_as_alone(self, got: list[int]) -> bool:
        if self.asked.answers_all:
            return got == self.alone
        rest = iter(self.alone)
        return all(each in rest for each in got)

    def _most_to_loud(self) -> int:
        """Return what one chat may be told: its share of each minute, and once in each that there was too much."""
        return (math.ceil(self.minutes) + 1) * (CEILING + 1)

    def waits(self, *, leaves: bool) -> list[float]:
        """Return the seconds of the few, from when the bot had it to its commit or its answer, sorted."""
        return sorted(
            (done.committed_at if leaves else done.answered_at) - done.taken_at
            for done in self.few
            if done.leaves is leaves
        )

    def growth(self) -> float:
        """Return how much more memory there was in the last third than in the first, as a share."""
        third = max(1, len(self.memory) // 3)
        return _mean(self.memory[-third:]) / _mean(self.memory[:third]) - 1


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def share(waits: Sequence[float], part: float) -> float:
    """Return within how many seconds this part of them was over."""
    return waits[min(len(waits) - 1, math.ceil(part * len(waits)) - 1)] if waits else math.nan


async def play(asked: Asked, *, folder: Path, core: int | None = None, **settings: str) -> Stormed:
    """Let the storm come."""
    size = asked.chats + LEAVERS + 2
    world = Stormy(crowd=Crowd(first_id=FIRST_CHAT_ID, size=size))
    owners = range(FIRST_CHAT_ID - ORGANIZERS, FIRST_CHAT_ID)
    for owner in owners:
        world.add_person(name="O", language_code="en", chat_id=owner, started=True)
    server = RehearsalServer(world)
    await server.start()
    try:
        named = ",".join(map(str, owners))
        made = campaign(Api(url=server.url), folder, core=core, OWNER_IDS=named, **settings)
        await asyncio.to_thread(made.call, "prepare", "--people", "1")
        bot = made.bot("run", "--role", "all", log=folder / "bot.log")
        store = await open_store(made.environ["DATABASE_URL"], made.key)
        try:
            bot.start()
            return await _Storm(asked, world=world, bot=bot, store=store, owners=owners).play()
        finally:
            await asyncio.to_thread(bot.end)
            await store.close()
    finally:
        await server.stop()


class _Storm:
    """A storm on its way."""

    def __init__(self, asked: Asked, *, world: Stormy, bot: Bot, store: Store, owners: range) -> None:
        self.asked, self.world, self.bot, self.store = asked, world, bot, store
        first = FIRST_CHAT_ID
        self.alone, self.loud = first, first + 1
        self.leavers = range(first + 2, first + 2 + LEAVERS)
        self.crowd = range(self.leavers.stop, self.leavers.stop + asked.chats)
        self.owners = itertools.cycle(owners)
        self.joins = pack(Join(Content.load(ROOT / "content").consent("en").version))
        self.cipher = Cipher(store.keys.ring)
        self.few: list[Done] = []
        self.leaving: dict[bytes, Done] = {}
        self.is_in = dict.fromkeys(self.crowd, True)

    async def play(self) -> Stormed:
        """Play it; nobody is measured while the bot starts."""
        await self._alone()
        await self._settled()
        watching = [
            asyncio.create_task(each) for each in (self._organize(), self._leave(), self._see_leave())
        ]
        memory: list[float] = []
        sampling = asyncio.create_task(self._sample(memory))
        cpu, began = _cpu(self.bot), time.monotonic()
        try:
            await self._blow()
            behind = len(self.world.updates)
            sampling.cancel()
            for each in watching[:2]:
                each.cancel()
            await self._settled()
            await self._until(lambda: not self.leaving, "who left is not known to have left")
        finally:
            for each in (*watching, sampling):
                each.cancel()
            await asyncio.gather(*watching, sampling, return_exceptions=True)
        return Stormed(
            asked=self.asked,
            few=self.few,
            got=self.world.got,
            alone=self.world.got[self.alone],
            crowd=self.crowd,
            loud=self.loud,
            wrong=await self._count_wrong(),
            left_open=await self._is_open(),
            memory=memory,
            minutes=(time.monotonic() - began) / MINUTE,
            cpu=_cpu(self.bot) - cpu,
            behind=behind,
        )

    async def _alone(self) -> None:
        """Let one chat do it all while nobody else does anything, and the leavers begin."""
        for said in SAID:
            before = len(self.world.got[self.alone])
            self.world.does(self.alone, self._as_said(said))
            await self._until(
                lambda before=before: len(self.world.got[self.alone]) > before,
                "one alone is not answered",
            )
        for chat in self.leavers:
            self.world.does(chat, "/start")

    def _as_said(self, said: Any) -> str:
        return self.joins if said is Join else str(said)

    async def _blow(self) -> None:
        """Let the crowd say everything in turn, evenly, and the loud one its own in the middle third."""
        turns: Iterator[tuple[int, Any]] = ((chat, said) for said in SAID for chat in self.crowd)
        whole, third = self.asked.chats * len(SAID), self.asked.seconds / 3
        began, done, loud = time.monotonic(), 0, 0
        while done < whole or loud < self.asked.loud:
            since = time.monotonic() - began
            due = min(whole, int(whole * since / self.asked.seconds) + 1)
            for chat, said in itertools.islice(turns, due - done):
                self.world.does(chat, self._as_said(said))
            done = max(done, due)
            loud_due = min(self.asked.loud, max(0, int(self.asked.loud * (since - third) / third)))
            for _ in range(loud_due - loud):
                self.world.does(self.loud, LOUD_SAYS)
            loud = max(loud, loud_due)
            await asyncio.sleep(TICK)

    async def _organize(self) -> None:
        """Let organizers ask for the list of alerts in turn."""
        while True:
            owner = next(self.owners)
            if owner not in self.world.awaiting:
                self._do(owner, "/alerts")
            await asyncio.sleep(1 / ORGANIZED_A_SECOND)

    async def _leave(self) -> None:
        """Let people join, and those leave who joined a while ago, in turn."""
        for number in itertools.count():
            self._moves(self.leavers[number % LEAVERS], self.joins)
            await asyncio.sleep(1 / LEAVES_A_SECOND)
            if number >= LEAVES_AFTER:
                self._moves(self.leavers[(number - LEAVES_AFTER) % LEAVERS], "/stop")
            await asyncio.sleep(1 / LEAVES_A_SECOND)

    def _moves(self, chat: int, says: str) -> None:
        self.is_in[chat] = says == self.joins
        if says == self.joins:
            self.world.does(chat, says)
        else:
            self.leaving[bytes(self.cipher.ref(Table.SUBSCRIBERS, chat))] = self._do(chat, says)

    def _do(self, chat_id: int, says: str) -> Done:
        done = Done(chat_id=chat_id, leaves=says == "/stop", said_at=time.monotonic())
        self.few.append(done)
        self.world.does(chat_id, says, watched=done)
        return done

    async def _see_leave(self) -> None:
        """Look by the database who has left, again and again."""
        while True:
            if waiting := [ref for ref, done in self.leaving.items() if not math.isnan(done.taken_at)]:
                now_out = await self._left(waiting)
                now = time.monotonic()
                for ref in now_out:
                    self.leaving.pop(ref).committed_at = now
            await asyncio.sleep(LOOK)

    async def _left(self, refs: Iterable[bytes]) -> set[bytes]:
        """Return who of these is on the list no more. Nobody who has never joined is."""
        active = sa.select(subscribers.c.ref).where(
            subscribers.c.ref.in_(list(refs)), subscribers.c.state == SubscriberState.ACTIVE.value
        )
        async with self.store.reading() as tx:
            still = {bytes(ref) for ref in (await tx.subscribers._connection.execute(active)).scalars()}
        return {ref for ref in refs if ref not in still}

    async def _count_wrong(self) -> int:
        """Count whoever is not where their last word left them."""
        wrong = 0
        async with self.store.reading() as tx:
            for chat, is_in in self.is_in.items():
                person = await tx.subscribers.find(chat)
                wrong += is_in is not (person is not None and person.state is SubscriberState.ACTIVE)
        return wrong

    async def _settled(self) -> None:
        """Wait until everything has taken effect and, where all is answered, the crowd has its answers.

        The loud one's come once a second; nobody waits for them.
        """
        await self._until(lambda: not self.world.updates, "updates are not fetched")
        until = time.monotonic() + self.asked.patience
        while (await self._is_open() or self._waits_for_answers()) and time.monotonic() < until:  # noqa: ASYNC110  # another process does the work
            await asyncio.sleep(SETTLED_LOOK)

    def _waits_for_answers(self) -> bool:
        got, everybody = self.world.got, self.asked.answers_all
        if any(everybody or not done.leaves for done in self.world.awaiting.values()):
            return True
        return everybody and any(len(got[chat]) < len(got[self.alone]) for chat in self.crowd if chat in got)

    async def _is_open(self) -> bool:
        """Whether something has not taken effect yet."""
        async with self.store.reading() as tx:
            return await tx.updates.has_received(but=[])

    async def _until(self, seen: Any, otherwise: str) -> None:
        until = time.monotonic() + self.asked.patience
        while not seen():
            if time.monotonic() > until or self.bot.code is not None:
                raise GivenUp(f"{otherwise}: {self.bot.said[-2000:]}")
            await asyncio.sleep(TICK)

    async def _sample(self, memory: list[float]) -> None:
        while True:
            memory.append(_resident_mib(self.bot))
            await asyncio.sleep(self.asked.seconds / 60)


def _resident_mib(bot: Bot) -> float:
    """Return the memory a process has now, in MiB (Linux's VmRSS)."""
    status = Path(f"/proc/{bot.process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _cpu(bot: Bot) -> float:
    """Return the seconds of processor that a process has had (Linux's utime and stime, in hundredths)."""
    after_name = Path(f"/proc/{bot.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / 100
