"""The days after the sending of a tour: what the bot sends of its own accord, to whom, and that no more comes."""

import asyncio

from bot.rehearsal.tour.afterwards import checkpoint
from bot.rehearsal.tour.erasing import heard_afterwards
from bot.rehearsal.tour.ladder import post_problems
from bot.rehearsal.tour.numbers import LADDER, MAIN, MOMENT
from bot.rehearsal.tour.play import LOOK_AGAIN, Play, Status
from bot.rehearsal.tour.witness import Post
from bot.rehearsal.world.actor import Actor

OPEN = frozenset({"queued", "sending"})


async def wait_for_evening(play: Play) -> None:
    """Wait for what comes when it is the hour at which quiet hours are over and digests are due."""
    deeds, witness = play.deeds, play.witness
    await play.until(
        lambda: all(witness.has_come(Post.ALERT, number, deeds.quiet) for number in (LADDER, MOMENT)),
        "An alert did not come when quiet hours were over.",
    )
    await play.until(
        lambda: witness.has_come(Post.DIGEST, LADDER, deeds.digest), "A digest did not come at its hour."
    )
    too_early = sum(
        each.at < play.course.hour.timestamp() and each.chat_id in deeds.quiet for each in witness.posted
    )
    if too_early:
        play.problems.append(f"Sent in somebody's quiet hours: {too_early}.")


async def next_day(play: Play) -> None:
    """Let it be the next day: the moment is over, and who began something is reminded of it."""
    deeds, witness = play.deeds, play.witness
    took_part = frozenset(deeds.together) - frozenset(deeds.erasing)
    play.tools.put_forward(play.course.next_day)
    await play.until(
        lambda: witness.has_come(Post.THANKS, MOMENT, took_part), "The thanks for the moment did not come."
    )
    await play.until(
        lambda: witness.has_come(Post.REMINDER, LADDER, deeds.unfinished), "A reminder did not come."
    )
    play.note(
        "next_day",
        f"A day later {len(took_part):,} were thanked, and {len(deeds.unfinished):,} who had begun were reminded "
        "once; who did it or said no was not",
        thanked=len(took_part),
        reminded=len(deeds.unfinished),
    )


async def end(play: Play) -> None:
    """Let two more days go by, in which nothing comes to anybody; then look at all that came."""
    owner = play.team.owner
    known = checkpoint(owner)
    play.tools.put_forward(play.course.ends)
    # With it the bot has looked at what is due at this hour.
    await play.until(lambda: checkpoint(owner) != known, "No checkpoint of the audit came after a day.")
    await Actor(play.world, play.deeds.wondering[0]).say("/help")
    while _is_any_open(await play.tools.status()):  # noqa: ASYNC110  another process does it
        await asyncio.sleep(LOOK_AGAIN)
    _look_at_all(play)


def _look_at_all(play: Play) -> None:
    deeds = play.deeds
    took_part = frozenset(deeds.together) - frozenset(deeds.erasing)
    for what, post, number, wanted in (
        ("The alert to act on", Post.ALERT, LADDER, play.reached),
        ("The card of the moment", Post.ALERT, MOMENT, play.reached),
        ("A digest", Post.DIGEST, LADDER, deeds.digest),
        ("A reminder", Post.REMINDER, LADDER, deeds.unfinished),
        ("A reminder of the recalled alert", Post.REMINDER, MAIN, ()),
        ("The thanks for the moment", Post.THANKS, MOMENT, took_part),
    ):
        # What the team sees of an alert is a preview; who comes by a link is shown it because they asked.
        asked = play.team.chats | (frozenset(deeds.friends) if post is Post.ALERT else frozenset())
        got = {chat_id: n for chat_id, n in play.witness.got(post, number).items() if chat_id not in asked}
        play.problems += post_problems(what, got, wanted)
    if heard := heard_afterwards(play):
        play.problems.append(f"Sent something after everything about them had been erased: {heard}.")


def _is_any_open(status: Status) -> bool:
    return any(each["status"] in OPEN for each in status["broadcasts"])
