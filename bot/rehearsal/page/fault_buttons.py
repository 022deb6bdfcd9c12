"""The troubles an organizer can make from the rehearsal's page, to have seen the bot take them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.rehearsal.world.faults import FaultKind, Faults
from bot.rehearsal.world.people import Json, PersonState
from bot.rehearsal.world.world import World

SENDING = ("sendmessage", "sendphoto", "senddocument")
ONE_IN = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """One thing to go wrong. `make` does it to the world and returns the sentence of what to expect."""

    name: str
    title: str
    words: str
    button: str
    make: Callable[[World], str]

    def as_dict(self) -> Json:
        """Return what the page shows of it."""
        return {"name": self.name, "title": self.title, "words": self.words, "button": self.button}


def _striking(said: str, **rule: object) -> Callable[[World], str]:
    plan = {"rules": [rule]}

    def make(world: World) -> str:
        world.faults = Faults.from_plan(plan)
        return said

    return make


def _calm(world: World) -> str:
    world.faults = Faults()
    return "Nothing goes wrong from now on."


def _walk_out(world: World) -> str:
    able = [p for p in world.people.values() if p.started and p.state is PersonState.OK]
    leaving = able[ONE_IN // 2 :: ONE_IN]
    for person in leaving:
        world.block(person.chat_id)
    if not leaving:
        return "Too few people have written to the bot yet: block it on a phone, from its ⋮ menu."
    return f"{len(leaving)} of {len(able)} blocked the bot. A broadcast counts them, and asks each only once."


TROUBLES = (
    Trouble(
        name="slow_down",
        title="Telegram says: slow down",
        words="The next message is refused with a 429, and every chat is closed for 5 seconds.",
        button="Send a 429",
        make=_striking(
            "The next message is refused for 5 seconds. The bot must wait them out, then go on.",
            kind=FaultKind.TOO_MANY,
            methods=SENDING,
            to_nth=2,
            seconds=5.0,
            everywhere=True,
        ),
    ),
    Trouble(
        name="lost_answers",
        title="Answers get lost",
        words="Telegram takes the next 3 messages, but the line breaks before it can say so.",
        button="Cut the line",
        make=_striking(
            "The next 3 messages arrive and the bot never learns it. A broadcast counts them as unknown.",
            kind=FaultKind.RESET_AFTER,
            methods=SENDING,
            to_nth=4,
        ),
    ),
    Trouble(
        name="slow",
        title="Telegram is slow",
        words="Each of the next 20 answers takes 2 seconds.",
        button="Slow it down",
        make=_striking(
            "The next 20 messages take 2 seconds each.",
            kind=FaultKind.SLOW,
            methods=SENDING,
            to_nth=21,
            seconds=2.0,
        ),
    ),
    Trouble(
        name="walk_out",
        title="People block the bot",
        words=f"One in {ONE_IN} of those who have written to it, at once.",
        button="Let them block it",
        make=_walk_out,
    ),
    Trouble(
        name="calm",
        title="All is well again",
        words="Ends what was started here; blocked stays blocked.",
        button="Calm down",
        make=_calm,
    ),
)

BY_NAME = {trouble.name: trouble for trouble in TROUBLES}
