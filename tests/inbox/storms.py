"""Storms at Telegram's 30 answers a second, and people who have nothing to do with them."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

from tests.worlds.virtual.inbox import World

RATE = 30.0
ORGANIZER_WITHIN, NEWCOMER_WITHIN = 2.0, 5.0

ORGANIZER, OUTSIDERS = 100_000, 200_000
"""Chats that have nothing to do with the storm."""

Storm = Callable[[World], Coroutine[Any, Any, None]]


async def flood(world: World) -> None:
    """Let one chat send 2,500 messages at once (S7)."""
    await world.storm([(0, "why?")] * 2500)


async def taps_of_one(world: World) -> None:
    """Let one chat send commands without end, two of three of them to leave."""
    await world.storm([(0, "/stop" if number % 3 else "/join") for number in range(150)])


async def wave(world: World) -> None:
    """Let chats without number ask once each, and send a command each (S8)."""
    people = range(300)
    await world.storm([(chat, "why?") for chat in people] + [(chat, "/note") for chat in people])


async def siege(world: World) -> None:
    """Let sixty chats write once a second (F4)."""
    for _ in range(12):
        await world.storm([(chat, "/note") for chat in range(60)])
        await asyncio.sleep(1.0)


async def rush(world: World) -> None:
    """Let eighty messages a second come, from anybody."""
    chance = random.Random(80)  # noqa: S311  # the same storm each time
    for _ in range(100):
        await world.storm([(chance.randrange(2000), chance.choice(["why?", "/note"])) for _ in range(8)])
        await asyncio.sleep(0.1)


STORMS: list[Storm] = [flood, taps_of_one, wave, siege, rush]


async def bystanders(world: World) -> list[int]:
    """Let somebody leave, an organizer act and somebody new come, again and again."""
    sent = []
    for turn in range(8):
        await world.wait(0.6)
        newcomer, leaver = OUTSIDERS + turn, OUTSIDERS + 100 + turn
        sent += await world.storm([(leaver, "/stop"), (ORGANIZER, "/note"), (newcomer, "/start")])
    await world.wait(NEWCOMER_WITHIN + 0.2)
    return sent


def late(world: World, sent: list[int]) -> list[str]:
    """Return whoever of these waited too long for an answer."""
    within = {"/stop": NEWCOMER_WITHIN, "/note": ORGANIZER_WITHIN, "/start": NEWCOMER_WITHIN}
    return [
        f"starved: {about.says} {about.posted_at - about.at:.1f} s"
        for one in sent
        if (about := world.sent[one]).posted_at - about.at > within[about.says]
    ]
