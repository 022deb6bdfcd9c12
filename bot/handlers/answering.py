"""Threads, for organizers: the queue, taking one, answering, handing it back, closing; and the owners' switch."""

from contextlib import suppress

from bot.domain.thread import MessageInvalid, ThreadNotTaken, ThreadTaken
from bot.handlers.flows import save_state
from bot.handlers.request import Request
from bot.handlers.thread_news import say
from bot.handlers.thread_states import AwaitAnswer
from bot.i18n.localizer import Localizer
from bot.services import answering, conversations, team
from bot.services.answering import Reached
from bot.telegram_io.replies import Reply, once, protected
from bot.telegram_io.thread_buttons import (
    AnswerThread,
    CloseThread,
    HandBack,
    OpenThread,
    OpenThreads,
    Switched,
    SwitchThreads,
    TakeThread,
)
from bot.wording import answering as wording
from bot.wording import threads as supporters_wording
from bot.wording.chat import new_message
from bot.wording.screen import Screen


async def list_threads(request: Request) -> list[Reply]:
    """Show who waits for an answer."""
    return await _queue(request, 0)


async def open_threads(request: Request, button: OpenThreads) -> list[Reply]:
    """Show a page of it."""
    return await _queue(request, button.page)


async def switch_threads(request: Request, button: SwitchThreads) -> list[Reply]:
    """Let people ask a person, or let nobody begin to."""
    is_on = button.to is Switched.ON
    await answering.switch(request.tx, on=is_on, actor=request.actor, now=request.now)
    return await _queue(request, 0)


async def open_thread(request: Request, button: OpenThread) -> list[Reply]:
    """Show a thread; its words in a message that cannot be forwarded."""
    return await _show(request, button.thread_id)


async def take_thread(request: Request, button: TakeThread) -> list[Reply]:
    """Take a thread, and show its words; where a colleague was faster, say who."""
    with suppress(ThreadTaken):  # the card says who has it
        await answering.take(request.tx, button.thread_id, actor=request.actor, now=request.now)
    return await _show(request, button.thread_id)


async def ask_answer(request: Request, button: AnswerThread) -> list[Reply]:
    """Ask for the answer."""
    thread = await answering.require_taken(request.tx, button.thread_id, actor=request.actor, now=request.now)
    await save_state(request, AwaitAnswer(thread_id=thread.id))
    return say(request, wording.ask_answer(request.localizer, thread))


async def take_answer(request: Request, state: AwaitAnswer) -> list[Reply]:
    """Pass the answer on."""
    try:
        reached = await answering.answer(
            request.tx, state.thread_id, request.incoming.text, actor=request.actor, now=request.now
        )
    except MessageInvalid:
        return request.reply(wording.answer_refused(request.localizer))
    await conversations.end(request.tx, request.chat_id)
    receipt = say(request, wording.answer_passed_on(request.localizer, reached.thread))
    words = request.resources.catalogs.words(reached.thread.locale)
    return [*receipt, _to_them(reached, supporters_wording.answered(words, reached.thread), words)]


async def not_an_answer(request: Request, _state: AwaitAnswer) -> list[Reply]:
    """Say what an answer is, to who sent a picture or the like."""
    return once(request.reply(wording.answer_refused(request.localizer)))


async def hand_back(request: Request, button: HandBack) -> list[Reply]:
    """Let anybody take the thread; its words go from the message."""
    thread = await answering.hand_back(request.tx, button.thread_id, actor=request.actor, now=request.now)
    return request.replace(wording.handed_back(request.localizer, thread))


async def close_thread(request: Request, button: CloseThread) -> list[Reply]:
    """Close and erase the thread; its words go from the message, and who asked is told."""
    reached = await answering.close(request.tx, button.thread_id, actor=request.actor, now=request.now)
    shown = request.replace(wording.thread_closed(request.localizer, reached.thread))
    words = request.resources.catalogs.words(reached.thread.locale)
    return [*shown, _to_them(reached, supporters_wording.closed_by_campaign(words), words)]


async def _queue(request: Request, page: int) -> list[Reply]:
    queue = await answering.queue(request.tx, page=page, actor=request.actor, now=request.now)
    return request.replace(wording.queue_screen(request.localizer, queue, actor=request.actor))


async def _show(request: Request, thread_id: int) -> list[Reply]:
    looked = await answering.look(request.tx, thread_id, actor=request.actor, now=request.now)
    return say(request, wording.thread_screen(request.localizer, looked))


def _to_them(reached: Reached, shown: Screen, words: Localizer) -> Reply:
    """Return a message to who asked, of whom nothing but the chat is known."""
    return protected(new_message(reached.chat_id, shown, words))


OVER = (answering.ThreadGone, ThreadTaken, ThreadNotTaken, team.MayNotAnswer, team.NotAnOrganizer)
"""What ends the flow: no other message mends it."""
