"""Telegram's limits, and silence when told to wait."""

from typing import Any

from bot.rehearsal.world.limits import Gate, Limits
from bot.rehearsal.world.people import Person
from bot.rehearsal.world.world import World
from tests.rehearsal.conftest import Api, Clock


def send(api: Api, chat_id: int, **more: Any) -> int | None:
    """Send, and return the retry_after of a refusal."""
    code, said = api.call("sendMessage", chat_id=chat_id, text="x", **more)
    if code == 200:
        return None
    wait: int = said["parameters"]["retry_after"]
    assert (code, said["description"]) == (429, f"Too Many Requests: retry after {wait}")
    return wait


def people(world: World, count: int) -> list[int]:
    return [
        world.add_person(name="P", language_code="en", started=True, chat_id=n + 1).chat_id
        for n in range(count)
    ]


def limited(world: World, **limits: Any) -> None:
    world.gate.limits = Limits(**limits)


def test_thirty_in_a_second(api: Api, world: World, clock: Clock) -> None:
    """The thirty-first message within the second is refused, and a second later it passes."""
    limited(world, overall_per_second=30)
    waits = [send(api, chat) for chat in people(world, 31)]
    assert waits == [None] * 30 + [1]
    clock.pass_by(1)
    assert send(api, 31) is None
    assert world.violations == 0


def test_even_pacing_at_the_limit_is_never_refused(api: Api, world: World, clock: Clock) -> None:
    limited(world, overall_per_second=32, burst=1)
    for chat in people(world, 300):
        assert send(api, chat) is None
        clock.pass_by(1 / 32)


def test_any_second_may_be_counted(api: Api, world: World, clock: Clock) -> None:
    """A strict limit counts the second before each message, wherever that begins."""
    limited(world, overall_per_second=3, sliding=True)
    chats = people(world, 5)
    assert send(api, chats[0]) is None
    clock.pass_by(0.9)
    assert [send(api, chat) for chat in chats[1:3]] == [None, None]
    clock.pass_by(0.2)
    assert [send(api, chat) for chat in chats[3:]] == [None, 1]


def test_paid_broadcasts_are_faster(api: Api, world: World) -> None:
    limited(world, overall_per_second=30)
    chats = people(world, 100)
    assert [send(api, chat, allow_paid_broadcast=True) for chat in chats] == [None] * 100


def test_one_chat_a_second_after_a_short_burst(api: Api, world: World, clock: Clock) -> None:
    """A chat that gets too much is closed; the others are not."""
    limited(world, per_chat_per_second=1, chat_burst=3, retry_after=2)
    first, other = people(world, 2)
    assert [send(api, first) for _ in range(4)] == [None, None, None, 2]
    assert send(api, other) is None
    clock.pass_by(2)
    assert send(api, first) is None


def test_requests_made_while_told_to_wait_are_violations(api: Api, world: World, clock: Clock) -> None:
    """Each is refused with what is left of the wait, and counted."""
    limited(world, overall_per_second=1, retry_after=5)
    (chat,) = people(world, 1)
    assert [send(api, chat), send(api, chat)] == [None, 5]
    clock.pass_by(3.5)
    assert send(api, chat) == 2
    assert world.violations == 1
    clock.pass_by(1.5)
    assert send(api, chat) is None
    assert world.violations == 1


def test_what_was_on_the_way_is_no_violation(api: Api, world: World, clock: Clock) -> None:
    """A request that left before the bot could know is refused, and not held against it."""
    limited(world, overall_per_second=1, grace=0.25)
    (chat,) = people(world, 1)
    assert [send(api, chat) for _ in range(3)] == [None, 1, 1]
    clock.pass_by(0.2)
    assert send(api, chat) == 1
    assert world.violations == 0
    clock.pass_by(0.2)
    assert send(api, chat) == 1
    assert world.violations == 1


def test_edits_count_and_answers_do_not(api: Api, world: World, amal: Person) -> None:
    limited(world, overall_per_second=1)
    message = world.post(amal.chat_id, "?")
    callback_id = world.tap(amal.chat_id, message.message_id, "x")
    edit = {"chat_id": amal.chat_id, "message_id": message.message_id}
    assert api.call("editMessageText", **edit, text="a")[0] == 200
    assert api.call("answerCallbackQuery", callback_query_id=callback_id)[0] == 200
    assert api.call("editMessageText", **edit, text="b")[0] == 429
    assert message.text == "a"


def test_rested_chats_are_forgotten(clock: Clock) -> None:
    """A million chats do not fill the memory."""
    gate = Gate(Limits(per_chat_per_second=1.0), clock)
    for chat in range(60_000):
        gate.enter(chat)
        clock.pass_by(0.001)
    assert len(gate._chats) < 20_000
