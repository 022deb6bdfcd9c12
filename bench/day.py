"""A simulated day: a broadcast, and what an ordinary campaign is asked, hour by hour; the memory as each hour begins.

The bot is that of a tour: the real one by a clock that is put forward, so that what is due in a day comes due.
"""

import asyncio
import itertools
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import uvloop

from bench.report import Figure, Goal
from bench.trial import cores
from bot.commands.prepare import FIRST_CHAT_ID
from bot.config import ROOT
from bot.domain.outcome import Outcome
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.shared_clock import SharedClock
from bot.rehearsal.world.people import Crowd
from bot.store.store import Store, open_store
from bot.telegram_io.action_buttons import Act, SayOutcome
from bot.telegram_io.callbacks import pack
from tests.worlds.processes.campaign import Api, Campaign, campaign
from tests.worlds.processes.child import About, Child
from tests.worlds.processes.storm_world import Stormy

HOURS = 24
AN_HOUR = timedelta(hours=1)

PEOPLE, NEWCOMERS = 5_000, 2_000
"""How many have the alert in the first hour, and how many more may come."""

ASKED_IN_AN_HOUR, MOVES_IN_AN_HOUR = 60, 240
"""Questions, and taps and commands: some 7,000 updates in the day, of 5,000 people."""

SETTLED_SECONDS = 2.0
"""How long chores that are due have, once everything is answered; they tick each second."""

NEW_SHARE = 0.1
"""For each thing that is done, so many come who were not there yet."""

ALERT_ID = 1
GROWTH_GOAL = 10.0
PATIENCE = 300.0


def measure() -> list[Figure]:
    """Let a day go by."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        memory, updates, sent = uvloop.run(_day(Path(folder)))
    hours = [Figure(what=f"memory at {hour:02}:00", value=mib, unit="MiB") for hour, mib in enumerate(memory)]
    # The first hours load what is loaded when it is first needed.
    growth = 100 * (_mean(memory[-6:]) / _mean(memory[3:9]) - 1)
    more = Figure(what="the last six hours over the third to the ninth", value=growth, unit="%")
    return [
        Figure(what="updates", value=updates, unit=""),
        Figure(what="messages sent", value=sent, unit=""),
        *hours,
        Figure(what=more.what, value=more.value, unit=more.unit, goal=Goal(at_most=GROWTH_GOAL)),
    ]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


async def _day(folder: Path) -> tuple[list[float], int, int]:
    """Return the memory as each hour begins and as the last ends, how many updates came, and what was sent."""
    clock = SharedClock.create(folder / "clock")
    crowd = Crowd(first_id=FIRST_CHAT_ID, size=PEOPLE + NEWCOMERS)
    world = Stormy(crowd=crowd, now=clock.seconds)
    server = RehearsalServer(world)
    await server.start()
    try:
        made = campaign(Api(url=server.url), folder, core=cores()[1])
        await asyncio.to_thread(made.prepare, PEOPLE)
        bot = _by_clock(made, clock)
        store = await open_store(made.environ["DATABASE_URL"], made.key)
        try:
            bot.start()
            memory, updates = await _hours(world, store, bot, clock)
        finally:
            await asyncio.to_thread(bot.end)
            await store.close()
    finally:
        await server.stop()
    return memory, updates, len(world.ledger)


def _by_clock(made: Campaign, clock: SharedClock) -> Child:
    """Return the bot of a tour, not started yet."""
    about: About = {"folder": made.folder, "environ": made.environ, "core": made.core}
    about["log"] = made.folder / "bot.log"
    return Child("-m", "bot.commands.tour_bot", str(clock.file), **about)


async def _hours(world: Stormy, store: Store, bot: Child, clock: SharedClock) -> tuple[list[float], int]:
    """Let each hour bring its updates, once everybody has the alert."""
    await _seen(lambda: len(world.ledger) >= PEOPLE)
    begins, memory, does, asks = clock.now(), [bot.resident_mib], _moves(), _questions()
    for hour in range(1, HOURS + 1):
        for chat, what in itertools.islice(does, MOVES_IN_AN_HOUR):
            world.does(chat, what)
        for chat, text in itertools.islice(asks, ASKED_IN_AN_HOUR):
            world.writes(chat, text)
        await _settled(world, store)
        clock.put_forward(begins + hour * AN_HOUR)
        await asyncio.sleep(SETTLED_SECONDS)
        memory.append(bot.resident_mib)
    return memory, HOURS * (MOVES_IN_AN_HOUR + ASKED_IN_AN_HOUR)


async def _seen(look: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not look():  # another process does the work
        if time.monotonic() > until:
            raise SystemExit(f"That took more than {PATIENCE:.0f} s.")
        await asyncio.sleep(0.1)


def _moves() -> Iterator[tuple[int, str]]:
    """Yield what people do of whom somebody has the alert: the same in every run."""
    lot = random.Random(24)  # noqa: S311  # no secret
    commands = ("/start", "/help", "/settings", "/privacy", "/stop")
    taps = (pack(Act(ALERT_ID)), pack(SayOutcome(ALERT_ID, Outcome.DONE)))
    newcomers = itertools.cycle(range(FIRST_CHAT_ID + PEOPLE, FIRST_CHAT_ID + PEOPLE + NEWCOMERS))
    while True:
        yield FIRST_CHAT_ID + lot.randrange(PEOPLE), lot.choice((*commands, *taps))
        if lot.random() < NEW_SHARE:
            yield next(newcomers), "/start"


def _questions() -> Iterator[tuple[int, str]]:
    """Yield questions of the campaign's own, in its languages, again and again."""
    files = sorted((ROOT / "tests" / "content" / "questions").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()[::20]]
    asked = itertools.cycle([str(json.loads(line)["question"]) for line in lines])
    lot = random.Random(42)  # noqa: S311  # no secret
    for text in asked:
        yield FIRST_CHAT_ID + lot.randrange(PEOPLE), text


async def _settled(world: Stormy, store: Store) -> None:
    await _seen(lambda: not world.updates)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        async with store.reading() as tx:
            if not await tx.updates.count_open():
                return
        await asyncio.sleep(0.1)
    raise SystemExit("The updates of an hour were not answered.")
