"""The sending of a tour: the number is typed, and it goes out zone by zone, on a bad day, while the editor looks on."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from bot.rehearsal.tour.numbers import MAIN, SENDINGS
from bot.rehearsal.tour.play import LOOK_AGAIN, Play, Status, together
from bot.rehearsal.tour.supporters import make_trouble
from bot.rehearsal.tour.writing import Audience
from bot.rehearsal.world.actor import NoAnswer
from bot.rehearsal.world.notifications import Change, Changes
from bot.rehearsal.world.people import ChatMessage

TROUBLE = 0.2
"""Once so many of the people have got the alert, things go wrong."""


@dataclass(kw_only=True, slots=True)
class Sent:
    """What was seen while it went out. `before`: the last message of the world that cannot be the alert."""

    before: int
    typed_at: datetime
    arrived: int = 0
    told: int = 0
    leaving: list[asyncio.Task[ChatMessage]] = field(default_factory=list)
    goodbyes: tuple[ChatMessage, ...] = ()


async def send(play: Play, audience: Audience, *, meanwhile: Callable[[], Awaitable[None]]) -> Sent:
    """Type the number, do not wait for the minute to undo it, and look on until everybody's hour has come.

    `meanwhile`: what there is to do until then. After it, it is that hour.
    """
    editor, number = play.team.editor, len(audience.due)
    for chat_id in play.parts.vanishing:
        play.world.deactivate(chat_id)
    await editor.press(f"send:{MAIN}", shows=f"tome:{MAIN}")
    sent = Sent(before=editor.heard()[-1].message_id, typed_at=play.now())
    changes = play.world.subscribe()
    heard = await editor.say(str(number), shows=("schedule", f"tome:{MAIN}"))
    if any(button.get("callback_data", "").startswith("tome:") for button in heard.buttons()):
        raise NoAnswer(f"The bot would not send the alert to the {number} people it is for.")
    await editor.press(f"broadcast:start:{SENDINGS[MAIN]}")
    done = play.watch.stage("Sending the alert", number)
    try:
        async with asyncio.timeout(120 + number / 5):
            await together(_follow(play, changes, sent, done), _until_last_hour(play, sent, meanwhile))
    except TimeoutError:
        raise NoAnswer("The broadcast did not come to its end.") from None
    sent.goodbyes = tuple(await asyncio.gather(*sent.leaving))
    return sent


def note(play: Play, audience: Audience, sent: Sent, alerts: Collection[int]) -> None:
    """Note how many got it at once, and how many when their hour came."""
    later = sum(audience.due[chat_id] > sent.typed_at for chat_id in alerts if chat_id in audience.due)
    at_once = len(alerts) - later
    play.note(
        "sent",
        f"Sent by typing {len(audience.due):,}: {at_once:,} got it at once, as their hour was past, {later:,} when it "
        "came in the last zone",
        confirmed=len(audience.due),
        at_once=at_once,
        at_their_hour=later,
        told=sent.told,
    )


async def _until_last_hour(play: Play, sent: Sent, meanwhile: Callable[[], Awaitable[None]]) -> None:
    """Let the last people's hour come, once everybody else's alert has gone and nobody is in the middle of a thing."""
    await meanwhile()
    await play.until(lambda: bool(sent.leaving), "Too few got the alert for the trouble to begin.")
    await asyncio.gather(*sent.leaving)
    while _open(await play.tools.status()):  # noqa: ASYNC110  another process does it
        await asyncio.sleep(LOOK_AGAIN)
    play.tools.put_forward(play.course.hour)


def _open(status: Status) -> bool:
    """Whether any delivery of the main alert is under way."""
    sending = next(each for each in status["broadcasts"] if each["id"] == SENDINGS[MAIN])
    return bool(sending["pending"] + sending["inflight"])


async def _follow(play: Play, changes: Changes, sent: Sent, done: Callable[[], None]) -> None:
    """Look on until the progress offers a recall, as it does at the end; make trouble once a fifth has got it."""
    editor = play.team.editor
    troubled_at = TROUBLE * (len(play.parts.joining) - len(play.parts.leaving_before))
    async for change in changes:
        message = _message(play, change)
        if message is not None and play.is_alert(message) and change.kind == "message":
            sent.arrived += 1
            done()
        elif change.chat_id == editor.chat_id:
            sent.told += message is not None and _is_progress(message)
            if editor.button("after:recall:") is not None:
                return
        if not sent.leaving and sent.arrived >= troubled_at:
            sent.leaving = make_trouble(play)


def _message(play: Play, change: Change) -> ChatMessage | None:
    if change.chat_id is None or change.message_id is None:
        return None
    return play.world.people[change.chat_id].stored[change.message_id]


def _is_progress(message: ChatMessage) -> bool:
    return any(each.get("callback_data", "").startswith("broadcast:") for each in message.buttons())
