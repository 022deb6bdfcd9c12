"""The moment of a tour: one tap too early, many at the instant, each answered with the count, and thanks afterwards."""

from bot.domain.outcome import told
from bot.rehearsal.tour.ladder import NOT_COUNTED, count_problems
from bot.rehearsal.tour.numbers import MOMENT
from bot.rehearsal.tour.play import Play
from bot.rehearsal.world.actor import Actor
from bot.wording.moments import counted_notice

TAP = f"act:{MOMENT}"


async def tap_too_early(play: Play) -> None:
    """Let somebody tap before the instant: they are told when it comes, and are not counted."""
    chat_id = play.deeds.together[0]
    said = await _tap(play, chat_id)
    if said is not None and _count_in(play, chat_id, said) != NOT_COUNTED:
        play.problems.append("A tap before the moment was counted.")


async def act_together(play: Play) -> None:
    """Let it be the instant, and everybody tap; the numbers told are those of one count that only grows."""
    play.tools.put_forward(play.course.moment)
    heard, before = list[int | None](), _posted(play)

    async def tap(chat_id: int) -> None:
        said = await _tap(play, chat_id)
        if said is not None:
            heard.append(_count_in(play, chat_id, said))

    await play.each("The moment", play.deeds.together, tap)
    people = len(play.deeds.together)
    play.problems += count_problems(heard, people=people, told=told)
    if posted := _posted(play) - before:
        play.problems.append(f"Sent to supporters at the moment itself: {posted}.")
    most = max((each for each in heard if each is not None), default=0)
    play.note(
        "moment",
        f"At one instant {people:,} tapped; each was told the count at once, up to {most:,}, and no message was sent",
        tapped=people,
        told=most,
    )


def _posted(play: Play) -> int:
    """Return how many messages supporters were sent so far."""
    team = play.team.chats
    return sum(n for chat_id, n in play.world.accepted.items() if chat_id not in team)


async def _tap(play: Play, chat_id: int) -> str | None:
    """Press the main button. Returns the notice over the chat; None where it came too late for Telegram."""
    person = Actor(play.world, chat_id)
    message, button = await person.until(lambda: person.button(TAP))
    tapped = play.world.tap(chat_id, message.message_id, button["callback_data"])
    await person.until(lambda: tapped not in play.world.taps)
    answer = play.world.answers.get(tapped)
    return None if answer is None else str(answer.get("text", ""))


def _count_in(play: Play, chat_id: int, said: str) -> int | None:
    """Return the number in a notice; None where it counts and says none, as among the first few."""
    words, most = play.words(chat_id), len(play.world.people)
    told: list[int | None] = [None, *range(most + 1)]
    return next((n for n in told if said == counted_notice(words, n)), NOT_COUNTED)
