"""Things that go wrong on the wire, and what the world knows of them."""

import aiohttp
import pytest

from bot.rehearsal.world.faults import FaultKind, FaultRule, Faults, FaultsInvalid
from bot.rehearsal.world.people import Person
from bot.rehearsal.world.world import World
from tests.rehearsal.conftest import Clock, Line


def strike(world: World, kind: str, **more: object) -> None:
    world.faults = Faults.from_plan({"rules": [{"kind": kind, "methods": ["sendMessage"], **more}]})


async def send(line: Line, person: Person) -> tuple[int, str]:
    """Send a text over HTTP; returns the status and the raw body."""
    body = {"chat_id": person.chat_id, "text": "x"}
    timeout = aiohttp.ClientTimeout(total=0.3)
    async with line.session.post(line.url("sendMessage"), json=body, timeout=timeout) as response:
        return response.status, await response.text()


@pytest.mark.parametrize(
    ("kind", "accepted", "error"),
    [
        ("reset_before", False, aiohttp.ClientError),
        ("reset_after", True, aiohttp.ClientError),
        ("truncated", True, aiohttp.ClientPayloadError),
        ("stall", True, TimeoutError),
    ],
)
async def test_broken_answers(
    *, kind: str, accepted: bool, error: type[Exception], line: Line, world: World, amal: Person
) -> None:
    """The bot gets no answer; the world knows whether the message is there."""
    strike(world, kind)
    with pytest.raises(error):
        await send(line, amal)
    assert bool(amal.messages) is accepted
    assert world.faults.struck == {FaultKind(kind): 1}


@pytest.mark.parametrize(
    ("kind", "more", "status", "begins"),
    [
        ("html", {}, 502, "<html>"),
        ("server_error", {"status": 500}, 500, '{"ok":false,"error_code":500'),
        ("unauthorized", {}, 401, '{"ok":false,"error_code":401,"description":"Unauthorized"}'),
    ],
)
async def test_wrong_answers(
    *, kind: str, more: dict[str, object], status: int, begins: str, line: Line, world: World, amal: Person
) -> None:
    """Nothing was accepted, unless the rule says that it was."""
    strike(world, kind, **more)
    code, body = await send(line, amal)
    assert code == status
    assert body.startswith(begins)
    assert amal.messages == []


async def test_an_error_after_acceptance(line: Line, world: World, amal: Person) -> None:
    strike(world, "server_error", accepted=True)
    assert (await send(line, amal))[0] == 502
    assert len(amal.messages) == 1


async def test_slow_answers_come(line: Line, world: World, amal: Person) -> None:
    strike(world, "slow", seconds=0.02)
    assert (await send(line, amal))[0] == 200


async def test_a_429_closes_the_chat(line: Line, world: World, amal: Person, clock: Clock) -> None:
    """The next request to that chat within the wait is a violation; with `everywhere`, to any."""
    other = world.add_person(name="B", language_code="en", started=True)
    strike(world, "too_many", seconds=30, to_nth=2)
    assert (await send(line, amal))[0] == 429
    clock.pass_by(1)
    assert [(await send(line, each))[0] for each in (amal, other)] == [429, 200]
    assert world.violations == 1
    strike(world, "too_many", seconds=30, to_nth=2, everywhere=True)
    assert (await send(line, other))[0] == 429
    clock.pass_by(1)
    assert (await send(line, amal))[0] == 429
    assert world.violations == 2


def test_a_window_counts_the_rules_own_requests() -> None:
    """From the second to before the fourth, of the named methods only."""
    faults = Faults(rules=[FaultRule(kind=FaultKind.STALL, from_nth=2, to_nth=4, methods=("sendmessage",))])
    asked = ["sendmessage", "getme", "sendmessage", "sendmessage", "sendmessage"]
    assert [faults.strike(method) is not None for method in asked] == [False, False, True, True, False]


def test_the_same_seed_makes_the_same_trouble() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults(seed, [FaultRule(kind=FaultKind.STALL, share=0.5)])
        return [faults.strike("getme") is not None for _ in range(100)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 30 < sum(struck(1)) < 70


@pytest.mark.parametrize(
    "plan",
    [
        {"rules": [{"kind": "earthquake"}]},
        {"rules": [{"kind": "slow", "speed": 3}]},
        {"rules": [{"kind": "server_error", "status": 999}]},
        {"rules": [{}]},
        {"rules": 5},
        [],
    ],
)
def test_a_plan_that_cannot_be_read(plan: object) -> None:
    with pytest.raises(FaultsInvalid):
        Faults.from_plan(plan)
