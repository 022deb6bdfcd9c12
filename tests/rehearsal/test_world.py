"""What people can do, what can be waited for, what a phone shows."""

import asyncio

import pytest

from bot.rehearsal.world.notifications import Change
from bot.rehearsal.world.people import Impossible, Person, PersonState
from bot.rehearsal.world.world import World
from tests.rehearsal.conftest import Api

BUTTONS = {
    "inline_keyboard": [
        [{"text": "Yes", "callback_data": "yes"}, {"text": "Site", "url": "https://example.org"}],
    ]
}


def test_speaking_opens_the_chat(world: World) -> None:
    person = world.add_person(name="Lucía", language_code="es")
    assert not person.started
    world.say(person.chat_id, "hola")
    assert person.started
    assert [message.from_bot for message in person.messages] == [False]


def test_a_long_text_goes_as_several(world: World, amal: Person) -> None:
    """As from Telegram's apps; no character is cut in two."""
    text = "🎉" * 5000
    world.say(amal.chat_id, text)
    parts = [message.text for message in amal.messages]
    assert "".join(parts) == text
    assert len(parts) == 3


@pytest.mark.parametrize("button", ["Yes", (0, 0)])
def test_touching_a_button(button: str | tuple[int, int], world: World, amal: Person) -> None:
    message = world.post(amal.chat_id, "?", reply_markup=BUTTONS)
    callback_id = world.tap_button(amal.chat_id, message.message_id, button)
    (update,) = world.updates.peek(1)
    query = update["callback_query"]
    assert (query["id"], query["data"]) == (callback_id, "yes")
    assert query["message"]["text"] == "?"


def test_what_cannot_be_touched(world: World, amal: Person) -> None:
    """A button that is not there, one that opens a page, one of a message that is gone."""
    message = world.post(amal.chat_id, "?", reply_markup=BUTTONS)
    for button in ("No", "Site", (0, 7), (7, 0)):
        with pytest.raises(Impossible):
            world.tap_button(amal.chat_id, message.message_id, button)
    world.delete(message)
    with pytest.raises(Impossible):
        world.tap_button(amal.chat_id, message.message_id, "Yes")


def test_a_forged_press_of_a_message_that_is_gone(world: World, amal: Person) -> None:
    """It reaches the bot, with an inaccessible message, as from Telegram."""
    world.tap(amal.chat_id, 999, "forged")
    (update,) = world.updates.peek(1)
    assert update["callback_query"]["message"] == {"chat": amal.as_chat(), "message_id": 999, "date": 0}


@pytest.mark.parametrize("gone", ["block", "deactivate"])
def test_people_who_have_left_cannot_act(gone: str, world: World, amal: Person) -> None:
    getattr(world, gone)(amal.chat_id)
    with pytest.raises(Impossible):
        world.say(amal.chat_id, "hello")
    with pytest.raises(Impossible):
        world.tap(amal.chat_id, 1, "x")


def test_impossible_people(world: World, amal: Person) -> None:
    with pytest.raises(Impossible):
        world.say(amal.chat_id, "  ")
    with pytest.raises(Impossible):
        world.say(1, "hello")
    with pytest.raises(Impossible):
        world.add_person(name="B", language_code=None, chat_id=amal.chat_id)
    world.deactivate(amal.chat_id)
    with pytest.raises(Impossible):
        world.unblock(amal.chat_id)


def test_blocking_twice_is_told_once(world: World, amal: Person) -> None:
    world.block(amal.chat_id)
    world.block(amal.chat_id)
    assert len(world.updates) == 1
    assert amal.state is PersonState.BLOCKED


async def test_waiting_for_something(world: World, amal: Person) -> None:
    """The wait ends at the change that makes it true, with its value."""
    waiting = asyncio.create_task(world.wait_for(lambda: [m.text for m in amal.messages if m.from_bot]))
    await asyncio.sleep(0)
    world.say(amal.chat_id, "hello")
    await asyncio.sleep(0)
    world.post(amal.chat_id, "heard")
    assert await waiting == ["heard"]


async def test_waiting_in_vain(world: World) -> None:
    with pytest.raises(TimeoutError):
        await world.wait_for(lambda: False, timeout=0.01)


async def test_changes_are_told_in_order(world: World, amal: Person) -> None:
    changes = world.subscribe()
    message = world.post(amal.chat_id, "?")
    world.edit(message, text="!", entities=[], reply_markup=None)
    world.delete(message)
    where = {"chat_id": amal.chat_id, "message_id": message.message_id}
    told = [await anext(changes) for _ in range(3)]
    assert told == [Change(kind=kind, **where) for kind in ("message", "edit", "delete")]


def test_nobody_is_told_who_does_not_listen(world: World, amal: Person) -> None:
    changes = world.subscribe()
    del changes
    world.post(amal.chat_id, "x")
    assert len(world.herald) == 0


def test_the_menu_is_the_narrowest_in_the_persons_language(api: Api, world: World, amal: Person) -> None:
    def menu(word: str) -> list[dict[str, str]]:
        return [{"command": "start", "description": word}]

    everyone = {"type": "all_private_chats"}
    own = {"type": "chat", "chat_id": amal.chat_id}
    steps: list[tuple[dict[str, object], str]] = [
        ({}, "default"),
        ({"scope": everyone}, "private"),
        ({"scope": everyone, "language_code": "ar"}, "private, Arabic"),
        ({"scope": own}, "own"),
    ]
    for where, word in steps:
        api.result("setMyCommands", commands=menu(word), **where)
        assert world.profile.commands_for(amal.chat_id, "ar") == menu(word)
        assert api.result("getMyCommands", **where) == menu(word)
    assert world.profile.commands_for(7, "es") == menu("private")
    api.result("deleteMyCommands", scope=own)
    assert world.profile.commands_for(amal.chat_id, "ar") == menu("private, Arabic")
    assert World().profile.commands_for(7, None) == []


def test_descriptions_by_language(api: Api, world: World) -> None:
    """A language without a text of its own gets everybody's."""
    for kind in ("Description", "ShortDescription", "Name"):
        field = {"Description": "description", "ShortDescription": "short_description", "Name": "name"}[kind]
        api.result(f"setMy{kind}", **{field: "for all"})
        api.result(f"setMy{kind}", **{field: "للجميع", "language_code": "ar"})
        assert api.result(f"getMy{kind}", language_code="ar") == {field: "للجميع"}
        assert api.result(f"getMy{kind}", language_code="es") == {field: "for all"}
    assert world.profile.description_for("ar-PS") == "للجميع"
    api.result("setMyDescription", description="", language_code="ar")
    assert world.profile.description_for("ar") == "for all"


def test_menu_buttons(api: Api, amal: Person) -> None:
    app = {"type": "web_app", "text": "Desk", "web_app": {"url": "https://example.org/desk"}}
    assert api.result("getChatMenuButton") == {"type": "default"}
    api.result("setChatMenuButton", menu_button={"type": "commands"})
    api.result("setChatMenuButton", chat_id=amal.chat_id, menu_button=app)
    assert api.result("getChatMenuButton", chat_id=amal.chat_id) == app
    assert api.result("getChatMenuButton") == {"type": "commands"}
