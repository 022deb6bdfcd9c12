"""Words said in a hurry: /halt stops everything; /stop, /cancel and *stop* show an organizer what goes on."""

from bot.domain.organizer import Right
from bot.handlers import compose, leaving
from bot.handlers.flows import standing
from bot.handlers.going_on import cards, guarded, titled
from bot.handlers.request import Request
from bot.handlers.route import Handler
from bot.handlers.states import (
    AwaitCheckpoint,
    AwaitName,
    AwaitNumber,
    AwaitRecall,
    AwaitSourceName,
    load,
)
from bot.handlers.telling import tell
from bot.services import conversations, overview, subscriptions, team
from bot.telegram_io.replies import Reply
from bot.wording.follow_ups import left_as_it_is
from bot.wording.halting import halt_told, halted_screen

ASIDE = (AwaitCheckpoint, AwaitName, AwaitSourceName)
"""Whoever is asked for one of these and says /cancel means the question, which told them to."""


async def halt(request: Request) -> list[Reply]:
    """Stop everything that is queued or goes out, say what that was, and tell those who send."""
    stopped = await titled(request, await overview.halt_all(request.tx, actor=request.actor, now=request.now))
    replies = [*request.reply(halted_screen(request.localizer, stopped)), *await _disarmed(request)]
    if stopped:
        told = await team.contacts(request.tx, Right.SEND, actor=request.actor)
        replies += tell(request, told, lambda words: halt_told(words, stopped, by=request.actor))
    return replies


async def stop(request: Request) -> list[Reply]:
    """Leave, as anybody does; below it, or in its place for who is on no list, show what goes on."""
    return await _leave(request, leaving.stop)


async def leave_by_word(request: Request) -> list[Reply]:
    """Do the same for a word for leaving."""
    return await _leave(request, leaving.leave_by_word)


async def leave_by_button(request: Request) -> list[Reply]:
    """Do the same for the button."""
    return await _leave(request, leaving.leave_by_button)


async def cancel(request: Request) -> list[Reply]:
    """Leave the flow, as anybody does; show what goes on besides, unless the question had nothing to do with alerts."""
    stored = await conversations.step(request.tx, request.chat_id)
    state = load(stored or {})
    going = [] if isinstance(state, ASIDE) else await cards(request)
    if going and stored is None:
        return [*request.acknowledge(), *going]
    if isinstance(state, (AwaitRecall, *ASIDE)):
        # Nothing was written that could be kept.
        await conversations.end(request.tx, request.chat_id)
        return [*request.reply(left_as_it_is(request.localizer)), *going]
    return [*await compose.cancel(request), *going]


async def _leave(request: Request, leave: Handler) -> list[Reply]:
    person = await subscriptions.find(request.tx, request.chat_id)
    left = await leave(request)
    besides = [*await _disarmed(request), *await cards(request)]
    if besides and (person is None or not person.is_on_list):
        # That there was nothing to leave is not what they wanted to hear.
        return [*request.acknowledge(), *besides]
    return [*left, *besides]


async def _disarmed(request: Request) -> list[Reply]:
    """End a question of which the number would send or recall something: whoever stops does not confirm that."""
    return await guarded(request.below(), _disarm)


async def _disarm(request: Request) -> list[Reply]:
    match await standing(request):
        case AwaitNumber():
            return await compose.cancel(request)
        case AwaitRecall():
            await conversations.end(request.tx, request.chat_id)
            return request.reply(left_as_it_is(request.localizer))
        case _:
            return []
