"""A moment at size: very many have the card, and tap it at once while the bot's process is killed and started again."""

import asyncio
import math
import time
from bisect import bisect_left
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.commands.prepare import FIRST_CHAT_ID
from bot.domain.outcome import Outcome
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world import bot_side
from bot.rehearsal.world.people import Crowd
from bot.rehearsal.world.world import World
from bot.store.store import Store, open_store
from bot.telegram_io.action_buttons import Act
from bot.telegram_io.callbacks import pack
from tests.worlds.processes.campaign import Api, Campaign, campaign
from tests.worlds.processes.child import Bot, GivenUp, kill

ALERT_ID = 1
CARD = """kind = "moment"
base = "en"
starts_at = {instant}
[en]
title = "All at once"
text = "Tap when it begins."
"""
TICK = 0.01
SAMPLE_SECONDS = 0.1
AFTER_KILL_SECONDS = 5.0
"""A tap made so soon after a kill waits for the process to be started again; it is told apart in what is measured."""


@dataclass(kw_only=True, slots=True)
class Tap:
    """One tap: when it was made and answered (monotonic seconds), and the count it was told, where one was."""

    made_at: float
    answered_at: float = math.nan
    count: int | None = None


class Watched(World):
    """A world that notes when each tap was made and answered."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        self.made: dict[str, Tap] = {}
        self.unanswered = 0

    def touch(self, chat_id: int) -> None:
        """Let somebody tap the card's main button."""
        callback_id = self.tap(chat_id, 1, pack(Act(ALERT_ID)))
        # However slow the machine is: Telegram would wait some seconds for an answer, and this world waits for all.
        self.taps[callback_id] = bot_side.Tap(chat_id=chat_id, at=math.inf)
        self.made[callback_id] = Tap(made_at=time.monotonic())
        self.unanswered += 1

    def answer(self, callback_id: str, payload: dict[str, Any]) -> None:
        """Note the answer, and what was told."""
        super().answer(callback_id, payload)
        tap = self.made[callback_id]
        tap.answered_at, self.unanswered = time.monotonic(), self.unanswered - 1
        number = "".join(each for each in str(payload.get("text", "")) if each.isdigit())
        tap.count = int(number) if number else None


@dataclass(kw_only=True)
class Played:
    """What came of it. `samples`: the kept count as it was read from the database, in order."""

    taps: list[Tap]
    people: int
    kept: int
    rows: int
    samples: list[int]
    kills: list[float] = field(default_factory=list)

    def broken(self) -> list[str]:
        """Return what must not be: taps lost, counted twice or not answered; a count that goes down."""
        found = []
        if not self.kept == self.rows == self.people:
            found.append(
                f"{self.people} people tapped, {self.kept} are counted, {self.rows} are written down"
            )
        if lost := sum(math.isnan(tap.answered_at) for tap in self.taps):
            found.append(f"{lost} taps were not answered")
        if self.samples != sorted(self.samples):
            found.append("the kept count went down")
        if backwards := self.told_less():
            found.append(f"{backwards} were told less than what had been told before they tapped")
        return found

    def told_less(self) -> int:
        """Count whoever tapped after somebody had been told a number, and was told a smaller one."""
        told = sorted((tap.answered_at, tap.count) for tap in self.taps if tap.count is not None)
        times, most, greatest = [at for at, _ in told], [], 0
        for _, count in told:
            greatest = max(greatest, count)
            most.append(greatest)
        less = 0
        for tap in self.taps:
            before = bisect_left(times, tap.made_at)
            less += tap.count is not None and before > 0 and tap.count < most[before - 1]
        return less

    def seconds(self, share: float, *, calm: bool) -> float:
        """Return within how many seconds this share was answered; `calm`: of the taps not made around a kill."""
        waits = sorted(
            tap.answered_at - tap.made_at
            for tap in self.taps
            if not calm or not any(-1.0 < tap.made_at - at < AFTER_KILL_SECONDS for at in self.kills)
        )
        return waits[min(len(waits) - 1, math.ceil(share * len(waits)) - 1)] if waits else math.nan


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """How large: so many have the card, so many tap within these seconds, or more until there were so many kills.

    `patience`: seconds in which all must be answered after the last tap.
    """

    people: int
    tapping: int
    seconds: float
    kills: int
    patience: float


class Running:
    """The bot's process: killed, and started again at once."""

    def __init__(self, made: Campaign) -> None:
        self._made = made
        self.kills: list[float] = []
        self.bot = self._started()

    def _started(self) -> Bot:
        bot = self._made.bot("run", "--role", "all", log=self._made.folder / f"bot-{len(self.kills)}.log")
        bot.start()
        return bot

    def kill(self) -> None:
        """Kill it, and start the next."""
        kill(self.bot)
        self.kills.append(time.monotonic())
        self.bot = self._started()


async def play(
    asked: Asked, *, folder: Path, core: int | None = None, fresh: bool = False, **settings: str
) -> Played:
    """Bring the card to people and let some of them tap evenly, with kills in between. `fresh`: see About."""
    crowded = Watched(crowd=Crowd(first_id=FIRST_CHAT_ID, size=asked.people))
    server = RehearsalServer(crowded)
    await server.start()
    try:
        made = campaign(Api(url=server.url), folder, core=core, fresh=fresh, **settings)
        await asyncio.to_thread(_bring_card, made, asked.people)
        store = await open_store(made.environ["DATABASE_URL"], made.key)
        try:
            return await _tap_all(crowded, made, store, asked)
        finally:
            await store.close()
    finally:
        await server.stop()


def _bring_card(made: Campaign, people: int) -> None:
    alert = made.folder / "alert.toml"
    alert.write_text(CARD.format(instant=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:00Z")), encoding="utf-8")
    made.call("prepare", "--people", str(people), "--json", "--alert", str(alert))
    made.call("run", "--role", "sender", "--until-idle")


async def _tap_all(world: Watched, made: Campaign, store: Store, asked: Asked) -> Played:
    running = Running(made)
    samples: list[int] = []
    sampling = asyncio.create_task(_sample(store, samples))
    try:
        # Nobody is measured while it starts for the first time.
        world.touch(FIRST_CHAT_ID)
        await _until_answered(world, asked.patience)
        world.made.clear()
        people = 1 + await _tap(world, running, asked)
        with suppress(GivenUp):
            await _until_answered(world, asked.patience)
        async with store.reading() as tx:
            kept = await tx.action_counts.total(ALERT_ID, Outcome.DONE)
            rows = sum(each.n for each in await tx.action_counts.counted(ALERT_ID))
    finally:
        sampling.cancel()
        await asyncio.gather(sampling, return_exceptions=True)
        await asyncio.to_thread(running.bot.end)
    taps = list(world.made.values())
    return Played(taps=taps, people=people, kept=kept, rows=rows, samples=samples, kills=running.kills)


async def _tap(world: Watched, running: Running, asked: Asked) -> int:
    """Let people tap evenly, and go on until the bot was killed often enough. Returns how many have tapped."""
    began, each = time.monotonic(), asked.seconds / asked.tapping
    tapped, answered = 0, 0
    while tapped < asked.tapping or (len(running.kills) < asked.kills and tapped < asked.people - 1):
        due = min(int((time.monotonic() - began) / each) + 1, asked.people - 1)
        for number in range(tapped, due):
            world.touch(FIRST_CHAT_ID + 1 + number)
        tapped = max(tapped, due)
        at = began + asked.seconds * (len(running.kills) + 1) / (asked.kills + 1)
        works = len(world.made) - world.unanswered > answered
        if len(running.kills) < asked.kills and time.monotonic() >= at and works:
            await asyncio.to_thread(running.kill)
            answered = len(world.made) - world.unanswered
        await asyncio.sleep(TICK)
    while len(running.kills) < asked.kills:
        await asyncio.to_thread(running.kill)
    return tapped


async def _until_answered(world: Watched, patience: float) -> None:
    until = time.monotonic() + patience
    while world.unanswered:
        if time.monotonic() > until:
            raise GivenUp(f"{world.unanswered} taps were not answered within {patience:.0f} s")
        await asyncio.sleep(TICK)


async def _sample(store: Store, samples: list[int]) -> None:
    while True:
        async with store.reading() as tx:
            samples.append(await tx.action_counts.total(ALERT_ID, Outcome.DONE))
        await asyncio.sleep(SAMPLE_SECONDS)
