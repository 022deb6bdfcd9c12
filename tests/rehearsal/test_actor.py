"""People who act by a script: what they take for an answer."""

import asyncio

import pytest

from bot.rehearsal.world.actor import Actor, NoAnswer
from bot.rehearsal.world.people import Json, Person
from bot.rehearsal.world.world import World


def offering(data: str) -> Json:
    """Return a keyboard of one button."""
    return {"inline_keyboard": [[{"text": data, "callback_data": data}]]}


async def test_the_answer_is_the_next_message(world: World, amal: Person) -> None:
    """Whatever comes next is the answer, or what is changed; not what was there before."""
    actor = Actor(world, amal.chat_id)
    before = world.post(amal.chat_id, "Before")
    asking = asyncio.create_task(actor.say("Hello"))
    await asyncio.sleep(0)
    world.edit(before, text="Changed", entities=[], reply_markup=None)
    assert (await asking).text == "Changed"


async def test_an_answer_shows_what_is_waited_for(world: World, amal: Person) -> None:
    """What comes by itself meanwhile, without the button that is waited for, is no answer."""
    actor = Actor(world, amal.chat_id)
    world.post(amal.chat_id, "An old board", reply_markup=offering("board:1"))
    asking = asyncio.create_task(actor.say("Words", shows=("board:", "card:")))
    await asyncio.sleep(0)
    world.post(amal.chat_id, "Somebody joined")
    await asyncio.sleep(0)
    assert not asking.done()
    world.post(amal.chat_id, "The board", reply_markup=offering("board:1"))
    assert (await asking).text == "The board"


async def test_a_tap_is_answered_before_what_came_of_it(world: World, amal: Person) -> None:
    """A person goes on once the button has stopped turning and the message is there that it brings."""
    actor = Actor(world, amal.chat_id)
    message = world.post(amal.chat_id, "Choose", reply_markup=offering("choose:2"))
    pressing = asyncio.create_task(actor.press("choose:", end=":2", shows="chosen"))
    await asyncio.sleep(0)
    [tapped] = world.taps
    world.edit(message, text="Chosen", entities=[], reply_markup=offering("chosen"))
    await asyncio.sleep(0)
    assert not pressing.done()
    world.answer(tapped, {})
    assert (await pressing).text == "Chosen"


async def test_a_button_that_stopped_turning_by_itself(world: World, amal: Person) -> None:
    """Where a tap is answered too late, a person sees what came of it all the same."""
    actor = Actor(world, amal.chat_id)
    message = world.post(amal.chat_id, "Choose", reply_markup=offering("choose:2"))
    pressing = asyncio.create_task(actor.press("choose:", shows="chosen"))
    await asyncio.sleep(0)
    [tapped] = world.taps
    world.expire(tapped)
    world.edit(message, text="Chosen", entities=[], reply_markup=offering("chosen"))
    assert (await pressing).text == "Chosen"
    assert tapped not in world.answers


async def test_patience_ends(world: World, amal: Person) -> None:
    """Who waits in vain gives up."""
    with pytest.raises(NoAnswer):
        await Actor(world, amal.chat_id).until(lambda: None, patience=0.01)
