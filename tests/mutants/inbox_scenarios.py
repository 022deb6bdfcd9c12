"""The compact check of an inbox: what people and processes do that brings out one way of being wrong each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from bot.inbox.inbox import WATCH_SECONDS
from bot.inbox.outbox import KEPT
from tests.inbox.storms import ORGANIZER, RATE, bystanders, late, wave
from tests.worlds.virtual.inbox import HARD_QUESTION, TAKEN_OVER_WITHIN, WITHDRAWN_WITHIN, Fate, World
from tests.worlds.virtual.telegram import Course

Scenario = Callable[[World], Awaitable[None]]


async def chatter(world: World) -> None:
    """Several people write several things at once to two processes, with failing handlers, questions, repeats."""
    world.start(), world.start()
    says = ("/join", "why?", "/note", "/fail", "/note", "/stop", "/note", "/join")
    for number, what in enumerate(says * 2):
        for chat in range(4):
            update_id = await world.send(chat, what, by=number + chat)
            await world.repeat(update_id, by=number)
        await world.wait(0.05)
    await world.repeat(3)
    await world.settle()
    await world.repeat(3)
    await world.settle()


async def slow_posts(world: World) -> None:
    """Let the answers of 70 people hang; the one after them leaves."""
    world.start()
    world.script = [Fate.SLOW] * 70
    await asyncio.gather(*(world.send(chat, "/note") for chat in range(70)))
    await world.wait(1.0)
    await world.send(71, "/stop")
    await world.wait(2 * WITHDRAWN_WITHIN)
    await world.settle()


async def backlog(world: World) -> None:
    """Somebody who joins and writes a lot leaves before any of it is applied, as does somebody else."""
    process = world.start()
    await world.kill(process)
    world.processes.append(process)
    for _ in range(3):
        for what in ("/join", "/note", "/note"):
            await world.send(0, what)
    for number in range(80):
        await world.send(1 + number, "/note")
    await world.send(0, "/stop")
    world.processes.clear()
    world.start()
    await world.settle()


async def deaths(world: World) -> None:
    """Let a process die with answers on the wire and others to post; a living one takes over in time."""
    world.start(), world.start()
    world.script = [Fate.SLOW] * 5
    for chat in range(5):
        await world.send(chat, "/note", by=0)
        await world.send(chat, "/note", by=0)
    await world.wait(0.5)
    await world.kill(world.busiest())
    world.script.clear()
    await world.expect_all_done(within=TAKEN_OVER_WITHIN)
    await world.settle()


async def long_posts(world: World) -> None:
    """Answers hang for longer than a dead process's lease would last; their process is alive."""
    world.start(), world.start()
    world.script = [Fate.SLOW] * 4
    for chat in range(4):
        await world.send(chat, "/note", by=chat)
    await world.wait(0.2)
    for chat in range(4):
        await world.send(chat, "/note", by=chat + 1)
    await world.wait(9.0)
    await world.settle()


async def beside(world: World) -> None:
    """Let answers hang; another process looks for those that nobody has, before their own does."""
    world.start()
    await world.wait(WATCH_SECONDS / 2)
    world.start()
    await world.wait(3 * WATCH_SECONDS / 4)
    world.script = [Fate.SLOW] * 4
    for chat in range(4):
        await world.send(chat, "/note", by=0)
    await world.wait(9.0)
    await world.settle()


async def away(world: World) -> None:
    """Close the way to Telegram for a while; then one chat is too much."""
    world.start()
    world.script = [Fate.NOT_CONNECTED] * 60
    for number in range(12):
        await world.send(number % 3, "/note")
    await world.wait(30.0)
    world.script = [Fate.TOO_MANY] * 2
    for number in range(6):
        await world.send(number % 3, "/note")
    await world.settle()


async def long_wire(world: World) -> None:
    """Let one answer hang for longer than a lease would last, with nothing else to do; its process is alive."""
    world.start(), world.start()
    world.script = [Course(accepted=True, after=8.0)]
    await world.send(0, "/note")
    await world.wait(9.0)
    await world.settle()


async def starved(world: World) -> None:
    """Let a process write no heartbeat while its answers wait for a connection: another takes over; it comes back."""
    world.start(), world.start()
    world.connecting_seconds = 6.0
    for _ in range(2):
        for chat in range(4):
            await world.send(chat, "/note", by=0)
    await world.until_applied()
    await world.starve(world.busiest(), seconds=8.0)
    world.connecting_seconds = 0.0
    await world.send(0, "/note", by=0)
    await world.settle()


async def starved_alone(world: World) -> None:
    """Let the only process write no heartbeat while its answers wait: it takes them again, and goes on."""
    alone = world.start()
    world.script = [Fate.NOT_CONNECTED] * 100
    for _ in range(2):
        for chat in range(4):
            await world.send(chat, "/note")
    await world.until_applied()
    await world.starve(alone, seconds=6.0)
    world.script.clear()
    await world.send(0, "/note")
    await world.expect_all_done(within=TAKEN_OVER_WITHIN)
    await world.settle()


async def back_late(world: World) -> None:
    """Somebody leaves before what they sent is applied; the bot stops, and is back when replies are too old to post."""
    process = world.start()
    for what in (HARD_QUESTION, "/join", "/stop"):
        await world.send(0, what)
    await world.wait(0.2)
    await world.kill(process)
    await asyncio.sleep(1.2 * KEPT.total_seconds())
    world.start()
    await world.expect_all_done(within=TAKEN_OVER_WITHIN)
    await world.inspect()


async def storm_of_many(world: World) -> None:
    """Let hundreds of chats write at once at Telegram's thirty a second, and others what they always send."""
    world.rate = RATE
    world.start()
    world.watches = lambda chat: chat >= ORGANIZER
    await world.appoint(ORGANIZER)
    await wave(world)
    world.broken += late(world, await bystanders(world))


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        one.__name__: one
        for one in (
            chatter,
            slow_posts,
            backlog,
            deaths,
            long_posts,
            beside,
            long_wire,
            starved,
            starved_alone,
            away,
            back_late,
            storm_of_many,
        )
    }
)
