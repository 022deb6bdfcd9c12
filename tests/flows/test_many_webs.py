"""Several processes on one inbox, for real: each update is answered once, in order, whoever dies."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain.subscriber import SubscriberState
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.people import ChatMessage
from bot.rehearsal.world.world import World
from bot.store.store import open_store
from tests.making import KEY
from tests.worlds.in_process.stage import PATIENCE, Phone, Stage
from tests.worlds.processes.program import Web

FOUND_WITHIN = 5.0
"""Seconds in which what a dead process left is taken up (I8)."""


@pytest.fixture
def outside(world: World, server: RehearsalServer, database: Path) -> Stage:
    """Set the stage for bots that run in processes of their own."""
    return Stage(world=world, server=server, database=database)


@asynccontextmanager
async def two_webs(stage: Stage, folder: Path) -> AsyncIterator[tuple[Web, Web]]:
    """Run two webs on one database."""
    one, two = Web(stage, folder), Web(stage, folder)
    try:
        await one.start()
        await two.start()
        yield one, two
    finally:
        await one.kill()
        await two.kill()


def asking(phone: Phone, update_id: int, text: str = "/help") -> dict[str, Any]:
    """Return an update in which somebody writes."""
    phone.person.started = True
    message = {"message_id": update_id, "date": int(time.time()), "from": phone.person.as_user()}
    return {"update_id": update_id, "message": {**message, "chat": phone.person.as_chat(), "text": text}}


async def answered(world: World, phones: list[Phone], times: int) -> None:
    """Wait until everybody has this many answers."""
    await world.wait_for(lambda: all(len(each.messages) >= times for each in phones), timeout=2 * PATIENCE)


async def test_two_webs_answer_once(outside: Stage, world: World, tmp_path: Path) -> None:
    """Each update is answered once, and each chat in its order, whichever of two webs an update came to (D5)."""
    phones = [outside.phone(f"Person {number}") for number in range(20)]
    async with two_webs(outside, tmp_path) as webs:
        for turn, text in enumerate(("/help", "/privacy", "/faq")):
            for number, phone in enumerate(phones):
                update = asking(phone, 1 + turn * len(phones) + number, text)
                await webs[(number + turn) % 2].bring(update)
        await answered(world, phones, 3)
    in_order = [_title(message) for message in phones[0].messages]
    assert in_order[0] == "What this bot can do"
    assert len(set(in_order)) == 3
    assert all([_title(message) for message in phone.messages] == in_order for phone in phones)


def _title(message: ChatMessage) -> str:
    return message.text.partition("\n")[0]


async def test_a_dead_webs_updates_are_taken_over(outside: Stage, world: World, tmp_path: Path) -> None:
    """What a killed web had acknowledged is answered by another one, soon, and nobody is left out (S10)."""
    phones = [outside.phone(f"Person {number}") for number in range(100)]
    async with two_webs(outside, tmp_path) as (one, _):
        await one.bring(*(asking(phone, number) for number, phone in enumerate(phones, start=1)))
        await one.kill()
        began = time.monotonic()
        await answered(world, phones, 1)
        # Answering a hundred takes a while itself; finding them must not.
        assert time.monotonic() - began < FOUND_WITHIN + PATIENCE / 2
    # What was on the wire when it died may be answered twice: of a reply two are better than none.
    assert all(1 <= len(phone.messages) <= 2 for phone in phones)


async def test_leaving_waits_for_no_answer(stage: Stage, world: World) -> None:
    """While the answers of seventy people wait for a 429, somebody's /stop takes effect at once (D4)."""
    leaver = stage.phone("Leaver")
    await leaver.say("/start")
    await leaver.tap("Yes, send me alerts")
    await leaver.expects("You’re in.")
    rule = {"kind": "too_many", "seconds": 20.0, "everywhere": True, "methods": ["sendmessage"]}
    world.faults = world.faults.from_plan({"rules": [rule]})
    for number in range(70):
        await stage.phone(f"Person {number}").say("/help")
    while not sum(world.faults.struck.values()):  # noqa: ASYNC110  # a refused request changes nothing to wait for
        await asyncio.sleep(0.02)
    await leaver.say("/stop")
    came = time.monotonic()
    while (await _state(stage, leaver)) is not SubscriberState.LEFT:
        assert time.monotonic() - came < 2, "the opt-out waits"
        await asyncio.sleep(0.02)
    await stage.stop()


async def _state(stage: Stage, phone: Phone) -> SubscriberState | None:
    store = await open_store(stage.settings.database_url, KEY)
    try:
        async with store.reading() as tx:
            found = await tx.subscribers.find(phone.chat_id)
            return None if found is None else found.state
    finally:
        await store.close()
