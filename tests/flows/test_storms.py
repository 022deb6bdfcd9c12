"""Storms, through the whole bot at Telegram's own rate: who leaves, organizers and newcomers come through."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.subscriber import SubscriberState
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.world import World
from tests.worlds.in_process.stage import Stage

FLOOD, WAVE = 400, 150


@pytest.fixture
async def paced(
    world: World, server: RehearsalServer, database: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Run the bot at Telegram's rate, with every chat's share as it is."""
    monkeypatch.setattr("bot.domain.rank.CEILING", 30)
    monkeypatch.setattr("bot.delivery.chat_pace.CHAT_BURST", 4.0)
    # The organizer of a moment ago is known as one.
    monkeypatch.setattr("bot.inbox.intake.TEAM_SECONDS", 0.0)
    stage = Stage(world=world, server=server, database=database, SEND_RATE="30")
    await stage.start()
    yield stage
    await stage.stop()


async def test_a_storm(paced: Stage, world: World) -> None:
    """In a flood of one and a wave of many, an organizer, a leaver and a newcomer are served in its midst."""
    boss = await paced.organizer("Boss")
    leaver = paced.phone("Leaver")
    await leaver.say("/start")
    await leaver.tap("Yes, send me alerts")
    await leaver.expects("You’re in.")
    await paced.conversation.inbox.idle()
    flooder = paced.phone("Flooder")
    many = [paced.phone(f"Person {number}") for number in range(WAVE)]
    for _ in range(FLOOD):
        world.say(flooder.chat_id, "/help")
    for phone in many:
        world.say(phone.chat_id, "/help")
    newcomer = paced.phone("Newcomer")
    await leaver.say("/stop")
    await boss.say("/new")
    await newcomer.say("/start")
    await asyncio.gather(
        leaver.expects("You’ve unsubscribed."),
        boss.expects("What does the alert ask people to do?"),
        newcomer.expects("Palestinian BDS National Committee"),
    )
    found = await paced.subscriber(leaver)
    assert found is not None
    assert found.state is SubscriberState.LEFT
    # They came last, and were answered before a quarter of those who came before them.
    assert sum(1 for phone in many if phone.messages) < WAVE / 4
    assert len(flooder.messages) < 10
