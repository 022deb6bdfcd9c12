"""What a supporter had begun to write, and is gone before it was whole."""

from bot.handlers.flows import standing
from bot.handlers.request import Request
from bot.handlers.states import AwaitReport
from bot.handlers.thread_states import AwaitQuestion, WritingBack
from bot.services import conversations

BY_SUPPORTERS = AwaitReport | AwaitQuestion | WritingBack
"""What anybody can be in the middle of; an organizer's work stays when they leave as a supporter."""


async def drop_unfinished(request: Request) -> None:
    """Keep no answer that is part of a report, and let their next text go into no thread: it is one to the bot."""
    if isinstance(await standing(request), BY_SUPPORTERS):
        await conversations.end(request.tx, request.chat_id)
