"""Storms, on virtual time at Telegram's 30 answers a second: who leaves, organizers and newcomers come through."""

import asyncio
from collections import Counter

import pytest
from structlog.testing import capture_logs

from bot.domain.rank import CEILING, MINUTE
from tests.inbox.storms import ORGANIZER, RATE, STORMS, Storm, bystanders, flood, late
from tests.worlds.virtual.inbox import WITHDRAWN_WITHIN, World, play
from tests.worlds.virtual.play import NewDatabase
from tests.worlds.virtual.telegram import too_many


@pytest.mark.parametrize("storm", STORMS, ids=lambda storm: storm.__name__)
def test_storm(new_database: NewDatabase, storm: Storm) -> None:
    """Any /stop is committed within 1 s, an organizer answered within 2 s, a newcomer within 5 s."""
    waited: list[str] = []

    async def script(world: World) -> None:
        world.start()
        world.watches = lambda chat: chat < 2 or chat >= ORGANIZER
        await world.appoint(ORGANIZER)
        storming = asyncio.create_task(storm(world))
        waited.extend(late(world, await bystanders(world)))
        await storming

    with capture_logs():
        assert play(new_database, script, rate=RATE) == []
    assert waited == []


def test_a_chat_has_its_share(new_database: NewDatabase) -> None:
    """Of a flood a chat's share is answered, in order; the rest is told once, and in the next minute all is well."""
    answered: list[int] = []

    async def script(world: World) -> None:
        world.start()
        await flood(world)
        await world.settle(within=120.0)
        answered.append(sum(1 for one in world.sent.values() if one.posted_by))
        await world.wait(MINUTE)
        again = await world.send(0, "/note")
        await world.settle()
        answered.append(len(world.sent[again].posted_by))

    with capture_logs() as logged:
        assert play(new_database, script, rate=RATE) == []
    assert answered == [CEILING + 1, 1]
    assert Counter(line["event"] for line in logged)["updates_dropped"] == 1


def test_a_flood_of_withdrawals(new_database: NewDatabase) -> None:
    """Whoever says /stop beyond their share is out, whatever they sent in between; two answers say so at the most."""
    states: list[bool] = []

    async def script(world: World) -> None:
        world.start()
        ids = await world.storm([(0, "/join")] * CEILING + [(0, "/stop")] * 50)
        await world.settle(within=120.0)
        stops = [world.sent[one] for one in ids if world.sent[one].says == "/stop"]
        states.append(len([one for one in stops if one.posted_by]) == 1)

    with capture_logs():
        assert play(new_database, script, rate=RATE) == []
    assert states == [True]


@pytest.mark.parametrize("before", [["/note"] * 60, ["why?"] * 60, ["/join", "/fail", "why?"] * 20])
def test_leaving_overtakes_ones_own_messages(new_database: NewDatabase, before: list[str]) -> None:
    """Behind sixty messages of their own, a person's /stop is committed at once, and holds."""

    async def script(world: World) -> None:
        world.start()
        await world.storm([(0, says) for says in [*before, "/stop"]])
        await world.wait(2 * WITHDRAWN_WITHIN)
        await world.settle(within=120.0)

    with capture_logs():
        assert play(new_database, script, rate=RATE) == []


def test_leaving_waits_for_no_answer(new_database: NewDatabase) -> None:
    """While an earlier answer to a person waits for a 429 of 20 s, their /stop is committed at once."""

    async def script(world: World) -> None:
        world.start()
        await world.send(0, "/join")
        await world.wait(0.5)
        world.script = [too_many(20.0)]
        await world.send(0, "/note")
        await world.wait(0.5)
        await world.send(0, "/stop")
        await world.wait(2 * WITHDRAWN_WITHIN)
        await world.settle()

    with capture_logs():
        assert play(new_database, script, rate=RATE) == []


def test_an_answer_that_nobody_waits_for_is_not_posted(new_database: NewDatabase) -> None:
    """After a 429 of more than ten minutes the answers that waited for it are given up; newer ones are posted."""
    posted: list[bool] = []

    async def script(world: World) -> None:
        world.start()
        world.script = [too_many(900.0)]
        old = await world.send(0, "/note")
        await world.wait(11.5 * 60)
        world.watches = lambda _chat: False
        new = await world.send(0, "/note")
        await world.wait(4 * 60)
        posted.extend(bool(world.sent[one].posted_by) for one in (old, new))

    with capture_logs() as logged:
        assert play(new_database, script, rate=RATE) == [
            "posts: out of order"
        ]  # the world knows of no giving up
    assert posted == [False, True]
    assert [line["event"] for line in logged].count("replies_expired") == 1
