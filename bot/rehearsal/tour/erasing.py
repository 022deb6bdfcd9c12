"""What people see of what is kept about them on a tour: the file with their rows, and how all of it is erased."""

from typing import Any

from bot.rehearsal.tour.afterwards import attached
from bot.rehearsal.tour.ladder import file_problems
from bot.rehearsal.tour.numbers import LADDER, MAIN, MOMENT, SENDINGS
from bot.rehearsal.tour.play import Play
from bot.rehearsal.tour.witness import Post
from bot.rehearsal.world.actor import Actor


async def get_file_and_erase(play: Play) -> None:
    """Get what is kept as a file, look whether it is theirs and nothing else, and erase it, confirmed twice."""
    for chat_id in play.deeds.erasing:
        await _get_and_erase(play, Actor(play.world, chat_id))
    play.note(
        "erased",
        f"{len(play.erased):,} got what is kept as a file, their rows and nothing else; erased it, and heard no "
        "more",
        files=len(play.erased),
        erased=len(play.erased),
    )


async def _get_and_erase(play: Play, person: Actor) -> None:
    await person.say("/privacy", shows="privacy:file")
    await person.press("privacy:file")
    file = await person.until(lambda: attached(person))
    assert file.attachment is not None  # noqa: S101  it was chosen by that
    text = file.attachment.content.decode()
    everybody = (name for each in play.world.people.values() for name in (str(each.chat_id), each.first_name))
    play.problems += file_problems(text, theirs=_theirs(play, person.chat_id), others=everybody)
    await person.press("erase", shows="erase:yes")
    await person.press("erase:yes")
    play.erased[person.chat_id] = max(each.message_id for each in play.world.messages(person.chat_id))


def heard_afterwards(play: Play) -> int:
    """Return how many were sent anything after the receipt of their erasure."""
    return sum(
        any(each.from_bot and each.message_id > receipt for each in play.world.messages(chat_id))
        for chat_id, receipt in play.erased.items()
    )


def _theirs(play: Play, chat_id: int) -> dict[str, Any]:
    """Return what the file is to say of somebody who joined, opened the second alert and acted at the moment."""
    got = [SENDINGS[number] for number in SENDINGS if play.witness.got(Post.ALERT, number)[chat_id]]
    recalled = [play.recall] if SENDINGS[MAIN] in got else []
    return {
        "locale": play.locale(chat_id),
        "zone": play.world.people[chat_id].zone,
        "deliveries": sorted([*got, *recalled]),
        "steps": [LADDER],
        "outcomes": [MOMENT],
        "consents": 1,
    }
