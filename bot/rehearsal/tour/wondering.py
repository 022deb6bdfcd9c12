"""A thread of a tour: a question that the bot cannot answer, passed on after a yes, and a person's answer."""

from bot.rehearsal.tour.founding import who
from bot.rehearsal.tour.play import Play
from bot.rehearsal.world.actor import Actor
from bot.rehearsal.world.people import ChatMessage

QUESTION = "How many people work for the campaign in my town?"
ANSWER = "There are three of us. Come and meet us."


async def wonder(play: Play) -> None:
    """Ask what the bot cannot answer, look at what would be passed on, and say yes."""
    for chat_id in play.deeds.wondering:
        person = Actor(play.world, chat_id)
        await person.say(QUESTION, shows="person")
        await person.press("person", shows="person:yes:")
        await person.press("person:yes:", shows="person:")


async def answer(play: Play) -> None:
    """Let the owner take what waits, answer it and close it; what they are shown names nobody."""
    for chat_id in play.deeds.wondering:
        await _answer(play, Actor(play.world, chat_id))
    asked = len(play.deeds.wondering)
    play.note(
        "thread",
        f"{asked:,} asked a person, after the yes; {who(play, play.team.owner)} took the question, answered and closed "
        "it, and saw no name",
        asked=asked,
        answered=asked,
    )


async def _answer(play: Play, person: Actor) -> None:
    owner = play.team.owner
    await owner.say("/threads", shows="thread:")
    await owner.press("thread:", shows="thread:take:")
    card = await owner.press("thread:take:", shows="thread:answer:")
    named = (play.world.people[person.chat_id].first_name, str(person.chat_id))
    if QUESTION not in card.text or any(each in card.text for each in named):
        play.problems.append("The organizer was not shown the question alone.")
    await owner.press("thread:answer:")
    await owner.say(ANSWER)
    await person.until(lambda: _answered(person))
    await owner.say("/threads", shows="thread:")
    await owner.press("thread:", shows="thread:close:")
    await owner.press("thread:close:")


def _answered(person: Actor) -> ChatMessage | None:
    return next((each for each in reversed(person.heard()) if ANSWER in each.text), None)
