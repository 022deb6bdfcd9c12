"""A storm at size: very many chats write at once, one of them without end, some join and leave; an organizer works."""

import asyncio
import itertools
import math
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.commands.prepare import FIRST_CHAT_ID
from bot.config import ROOT
from bot.content import Content
from bot.domain.rank import MINUTE
from bot.domain.subscriber import SubscriberState
from bot.privacy.cipher import Cipher, Table
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.people import Crowd
from bot.store.schema import subscribers
from bot.store.store import Store, open_store
from bot.telegram_io.callbacks import pack
from bot.telegram_io.supporter_buttons import Join
from tests.worlds.processes.campaign import Api, campaign
from tests.worlds.processes.child import Bot, GivenUp
from tests.worlds.processes.storm_world import Done, Stormy
from tests.worlds.processes.stormed import SAID, Asked, Stormed

TICK, LOOK, SETTLED_LOOK = 0.01, 0.01, 0.2
"""Seconds between two looks at what is due, at who has left by the database, and at whether all is over."""

LOUD_SAYS = "/help"
LEAVERS, ORGANIZERS = 500, 12
"""Chats that join and leave in turn, and organizers who work in turn: none of them does too much in a minute."""

LEAVES_A_SECOND, ORGANIZED_A_SECOND = 50.0, 4.0

LEAVES_AFTER = 100
"""So many others join before somebody leaves again: four seconds."""


async def play(
    asked: Asked, *, folder: Path, core: int | None = None, fresh: bool = False, **settings: str
) -> Stormed:
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
        made = campaign(Api(url=server.url), folder, core=core, fresh=fresh, OWNER_IDS=named, **settings)
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
        cpu, began = self.bot.cpu_seconds, time.monotonic()
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
            cpu=self.bot.cpu_seconds - cpu,
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
        """Let somebody join or leave, unless they are not seen to be out yet."""
        ref = bytes(self.cipher.ref(Table.SUBSCRIBERS, chat))
        if ref in self.leaving:
            return
        self.is_in[chat] = says == self.joins
        if self.is_in[chat]:
            self.world.does(chat, says)
        else:
            self.leaving[ref] = self._do(chat, says)

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
            memory.append(self.bot.resident_mib)
            await asyncio.sleep(self.asked.seconds / 60)
