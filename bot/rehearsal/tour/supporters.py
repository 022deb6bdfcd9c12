"""What supporters do on a tour: they join, ask and leave, and make trouble while the alert goes out."""

import asyncio
from typing import Any

from bot.rehearsal.tour import choosing, wondering
from bot.rehearsal.tour.play import Play
from bot.rehearsal.world.actor import Actor
from bot.rehearsal.world.faults import FaultKind, Faults
from bot.rehearsal.world.people import ChatMessage
from bot.rehearsal.world.population import join

BURST: dict[str, Any] = {"kind": FaultKind.TOO_MANY, "methods": ["sendMessage"], "to_nth": 6, "seconds": 1}
"""The next five messages are refused with a 429: wait a second."""


async def come(play: Play) -> None:
    """Let people join, choose, ask and leave."""
    parts = play.parts
    await play.each("Joining", parts.joining, lambda chat_id: join(play.world, chat_id))
    play.joined.set()
    await choosing.choose(play)
    await play.each("Asking", parts.asking, lambda chat_id: _ask(play, chat_id))
    await wondering.wonder(play)
    await play.each("Leaving", parts.leaving_before, lambda chat_id: leave(play, chat_id))
    play.ready.set()
    left = len(parts.leaving_before)
    countries = len(
        {zone for chat_id in parts.joining if (zone := play.world.people[chat_id].zone) is not None}
    )
    play.note(
        "people",
        f"{len(parts.joining):,} of {len(play.world.people) - len(play.team.chats):,} people joined, in {countries} "
        f"time zones; {len(parts.asking):,} asked a question, {left:,} left again",
        joined=len(parts.joining),
        zones=countries,
        asked=len(parts.asking),
        left=left,
    )


async def leave(play: Play, chat_id: int) -> ChatMessage:
    """Let somebody leave by /stop. Returns what the bot said last."""
    return await Actor(play.world, chat_id, unasked=play.is_alert).say("/stop")


def make_trouble(play: Play) -> list[asyncio.Task[ChatMessage]]:
    """Let Telegram ask the bot to slow down, and people block it and leave. Returns those goodbyes, on their way."""
    play.world.faults = Faults.from_plan({"rules": [BURST]})
    for chat_id in play.parts.blocking:
        play.world.block(chat_id)
    return [asyncio.create_task(leave(play, chat_id)) for chat_id in play.parts.leaving_meanwhile]


async def _ask(play: Play, chat_id: int) -> None:
    slug = play.content.entries[chat_id % len(play.content.entries)]
    await Actor(play.world, chat_id).say(play.content.entry(slug, play.locale(chat_id)).question)
