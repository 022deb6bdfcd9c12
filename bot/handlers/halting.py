"""Words said in a hurry: /halt stops everything; /stop, /cancel and *stop* show an organizer what goes on."""

import structlog

from bot.domain.organizer import Right
from bot.handlers import compose, leaving
from bot.handlers.flows import AwaitName, AwaitRecall, load
from bot.handlers.request import Request
from bot.handlers.route import Handler
from bot.handlers.telling import tell
from bot.services import alerts, conversations, overview, subscriptions, team
from bot.services.broadcasts import Progress
from bot.telegram_io.replies import Reply
from bot.wording.follow_ups import left_as_it_is
from bot.wording.halting import halt_button, halt_told, halted_screen, stopping_screen, what_should_stop
from bot.wording.screen import screen
from bot.wording.titles import title_of

log = structlog.get_logger(__name__)

SHOWN = 3
"""Broadcasts that are shown, the newest; *Halt everything* stops the others, too."""

Going = list[tuple[Progress, str]]
"""Broadcasts, each with its alert's title."""


async def halt(request: Request) -> list[Reply]:
    """Stop everything that is queued or goes out, say what that was, and tell those who send."""
    stopped = await titled(request, await overview.halt_all(request.tx, actor=request.actor, now=request.now))
    replies = request.reply(halted_screen(request.localizer, stopped))
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


async def cancel(request: Request) -> list[Reply]:
    """Leave the flow, as anybody does; show what goes on besides."""
    going = await _cards(request)
    stored = await conversations.step(request.tx, request.chat_id)
    if going and stored is None:
        return [*request.acknowledge(), *going]
    if isinstance(load(stored or {}), AwaitRecall | AwaitName):
        # Nothing was written that could be kept.
        await conversations.end(request.tx, request.chat_id)
        return [*request.reply(left_as_it_is(request.localizer)), *going]
    return [*await compose.cancel(request), *going]


async def _leave(request: Request, leave: Handler) -> list[Reply]:
    person = await subscriptions.find(request.tx, request.chat_id)
    left, going = await leave(request), await _cards(request)
    if going and (person is None or not person.is_on_list):
        # That there was nothing to leave is not what they wanted to hear.
        return [*request.acknowledge(), *going]
    return [*left, *going]


async def titled(request: Request, found: list[Progress]) -> Going:
    """Return each broadcast with its alert's title."""
    return [
        (each, title_of(await alerts.get(request.tx, each.broadcast.alert_id, actor=request.actor)))
        for each in found
    ]


async def _cards(request: Request) -> list[Reply]:
    """Return what goes on, a message each, newest last. Whatever fails here, leaving does not."""
    try:
        async with request.tx.savepoint():
            return await _shown(request)
    except Exception as error:  # noqa: BLE001  # a withdrawal of consent must not depend on it
        log.warning("cards_failed", error=type(error).__name__)
        return []


async def _shown(request: Request) -> list[Reply]:
    going = await titled(request, await overview.unfinished(request.tx, actor=request.actor))
    if not going:
        return []
    localizer, steers = request.localizer, request.actor.may(Right.SEND)
    screens = [stopping_screen(localizer, each, title=title, steers=steers) for each, title in going[-SHOWN:]]
    head = screen(what_should_stop(localizer), [[halt_button(localizer)]])
    return [request.message(each) for each in (head, *screens)]
