"""A deploy: the new generation starts while the old one still runs, which then gets SIGTERM, amid a broadcast."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.clock import system_clock
from bot.domain.delivery import DeliveryState
from bot.domain.subscriber import SubscriberState
from bot.rehearsal.world.people import Crowd
from bot.rehearsal.world.world import World
from bot.store.store import Store
from tests.making import CHAT, join, queue_broadcast
from tests.worlds.in_process.served import served
from tests.worlds.in_process.stage import Phone, Stage, plain
from tests.worlds.processes.program import Program, Served

PEOPLE = 2_000
OLD_RATE, NEW_RATE = "40", "300"
"""Sends per second: it is under way as long as the old one runs alone, and at its end soon after."""

PATIENCE = 120.0
"""Seconds: starting is slow on a busy machine."""

LEASE = 60.0
"""Seconds without a heartbeat: both end as they should, so nobody is to be taken for dead, however busy the machine is.

A process that is, and lives, posts again what another has posted for it.
"""

ASKED = ("/help", "/privacy", "/faq", "/stop")
PHONES = 12


@pytest.fixture
async def stage(store: Store, database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """Queue a broadcast to a crowd, and serve the world it is in; no bot runs yet."""
    await queue_broadcast(store, PEOPLE, now=system_clock())
    world = World(crowd=Crowd(first_id=CHAT, size=PEOPLE))
    async with served(world) as server:
        yield Stage(world=world, server=server, database=tmp_path, DATABASE_URL=database_url)


async def subscribers(stage: Stage, store: Store) -> list[Phone]:
    """Return phones of people on the list whom the broadcast is not for: it has begun."""
    phones = [stage.phone(f"Person {number}") for number in range(PHONES)]
    async with store.transaction() as tx:
        for phone in phones:
            phone.person.started = True
            await join(tx, 1, first=phone.chat_id)
    return phones


async def write_all(phones: list[Phone], *, until: asyncio.Event) -> None:
    """Let everybody write all that they ask, some of it in each part of the deploy, to its end."""
    for text in ASKED[:-1]:
        for phone in phones:
            await phone.say(text)
            await asyncio.sleep(0.05)
    await until.wait()
    for phone in phones:
        await phone.say(ASKED[-1])


def first_lines(phone: Phone) -> list[str]:
    """Return what the bot has answered, in order, each by its first line."""
    return [plain(each).partition("\n")[0] for each in phone.messages]


def told(answers: Counter[tuple[str, ...]], *programs: Program) -> str:
    """Return what the phones have seen, each once that differs, and what the programs say of it."""
    seen = "\n".join(f"{phones} phones saw: {' | '.join(lines)}" for lines, phones in answers.most_common())
    return "\n".join([seen, *(program.log.read_text() for program in programs)])


@pytest.mark.parametrize("webhook", [True, False], ids=["webhook", "polling"])
@pytest.mark.timeout(600)
async def test_two_generations(stage: Stage, store: Store, tmp_path: Path, *, webhook: bool) -> None:
    """Nobody gets the alert twice or not at all, and each update has its effect and its answer, once and in order."""
    world, stopping = stage.world, asyncio.Event()
    old, new = (
        Served(stage, tmp_path, webhook=webhook, lease=LEASE, SEND_RATE=rate) for rate in (OLD_RATE, NEW_RATE)
    )
    async with AsyncExitStack() as running:
        await old.start()
        running.push_async_callback(old.kill)
        await world.wait_for(lambda: sum(world.accepted.values()) >= 50, timeout=PATIENCE)
        phones = await subscribers(stage, store)
        writing = asyncio.create_task(write_all(phones, until=stopping))
        await new.start()
        running.push_async_callback(new.kill)
        assert sum(world.accepted.values()) < PEOPLE
        stopping.set()
        assert await old.terminate() < 10.0
        await writing
        await world.wait_for(
            lambda: (
                all(len(phone.messages) >= len(ASKED) for phone in phones)
                and sum(world.accepted[CHAT + n] for n in range(PEOPLE)) >= PEOPLE
            ),
            timeout=PATIENCE,
        )
        await new.terminate()
    assert Counter(world.accepted[CHAT + n] for n in range(PEOPLE)) == {1: PEOPLE}
    answers = Counter(tuple(first_lines(phone)) for phone in phones)
    assert len(answers) == 1, told(answers, old, new)
    [in_order] = answers
    assert len(set(in_order)) == len(in_order) == len(ASKED), in_order
    async with store.reading() as tx:
        [broadcast] = await tx.broadcasts.all()
        tally = await tx.counts.tally(broadcast.id)
        states = {(found := await tx.subscribers.find(each.chat_id)) and found.state for each in phones}
    assert tally[DeliveryState.SENT] == PEOPLE
    assert states == {SubscriberState.LEFT}
