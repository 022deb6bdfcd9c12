"""Asking a person of the campaign: what is passed on is shown first, and nothing of it is kept before the yes.

Until then the question stays in its chat: the messages here answer it, and Telegram brings it along with each tap.
"""

from datetime import UTC, datetime, timedelta

from bot.domain.faq import SmallTalk
from bot.domain.thread import QUESTION_LENGTH, ThreadMissing, readable
from bot.handlers import questions, small_talk, welcome
from bot.handlers.flows import save_state
from bot.handlers.request import Request
from bot.handlers.thread_news import say, stop_writing, tell_ended, tell_passed_on
from bot.handlers.thread_states import AwaitQuestion, WritingBack
from bot.services import conversations, subscriptions, threads
from bot.telegram_io.replies import Reply, answering, once
from bot.telegram_io.thread_buttons import CloseOwn, PassOn, WriteBack
from bot.wording import threads as wording

WRITES = timedelta(hours=1)
"""For so long after the last text the next one goes into the thread, too: then people have forgotten it."""


async def ask_person(request: Request) -> list[Reply]:
    """Show what would be passed on; where nothing is known yet, the open thread, or ask for the question."""
    await threads.require_askable(request.tx, request.chat_id)
    if request.incoming.answered:
        words = readable(request.incoming.answered, at_most=QUESTION_LENGTH)
        return request.replace(wording.pass_on_card(request.localizer, words))
    thread = await threads.find(request.tx, request.chat_id)
    if thread is not None:
        return say(request, wording.own_thread(request.localizer, thread))
    await save_state(request, AwaitQuestion())
    return request.reply(wording.ask_question(request.localizer))


async def take_question(request: Request, _state: AwaitQuestion) -> list[Reply]:
    """Show a question as it would be passed on; what is plainly hatred or despair is answered as ever.

    What only may be either is passed on here, where a person was asked for: it may as well be neither.
    """
    await conversations.end(request.tx, request.chat_id)
    match = request.match
    if match is not None and not may_be_offered(request, match.small_talk):
        return await questions.ask(request, match)
    await threads.require_askable(request.tx, request.chat_id)
    words = readable(request.incoming.text, at_most=QUESTION_LENGTH)
    *before, card = request.reply(wording.pass_on_card(request.localizer, words))
    return [*await _for_despair(request), *before, answering(card, request.incoming.message_id)]


async def not_a_question(request: Request, _state: AwaitQuestion) -> list[Reply]:
    """Say that only text is passed on."""
    return once(request.reply(wording.only_text(request.localizer)))


async def pass_on(request: Request, button: PassOn) -> list[Reply]:
    """Pass the words on, if they are those that were shown; else show them as they are now."""
    words = request.incoming.answered.replace("\0", "").strip()
    if not words or wording.seen_words(words) != button.seen:
        return await ask_person(request)
    passed = await threads.pass_on(request.tx, request.chat_id, words, locale=request.locale, now=request.now)
    shown = request.replace(wording.passed_on(request.localizer, passed.thread))
    return [*shown, *tell_passed_on(request, passed)]


async def keep_back(request: Request) -> list[Reply]:
    """Pass nothing on."""
    await stop_writing(request)
    return request.replace(wording.kept_back(request.localizer))


async def write_back(request: Request, button: WriteBack) -> list[Reply]:
    """Let the next texts go into the thread."""
    await threads.require(request.tx, request.chat_id, button.thread_id)
    await _write_on(request, button.thread_id)
    return say(request, wording.writing(request.localizer))


async def take_text(request: Request, state: WritingBack) -> list[Reply]:
    """Pass a text on. Hatred is not; despair is, and gets its own answer before; after an hour it is a question."""
    if request.now - datetime.fromtimestamp(state.since, UTC) > WRITES:
        await conversations.end(request.tx, request.chat_id)
        if request.match is None:
            return await welcome.not_understood(request)
        return await questions.ask(request, request.match)
    if request.match is not None and request.match.small_talk is SmallTalk.HOSTILITY:
        return await questions.ask(request, request.match)
    passed = await threads.write_back(
        request.tx,
        request.chat_id,
        state.thread_id,
        request.incoming.text,
        locale=request.locale,
        now=request.now,
    )
    await _write_on(request, state.thread_id)
    receipt = say(request, wording.written(request.localizer, passed.thread))
    return [*await _for_despair(request), *receipt, *tell_passed_on(request, passed)]


async def not_a_text(request: Request, _state: WritingBack) -> list[Reply]:
    """Say that only text is passed on."""
    return once(request.reply(wording.only_text(request.localizer)))


async def end_writing(request: Request) -> list[Reply]:
    """Let the next texts be questions again."""
    await stop_writing(request)
    thread = await threads.find(request.tx, request.chat_id)
    return request.replace(wording.done(request.localizer, thread))


async def close_own(request: Request, button: CloseOwn) -> list[Reply]:
    """Close and erase their thread; whoever has it in hand is told."""
    await threads.require(request.tx, request.chat_id, button.thread_id)
    ended = await threads.close(request.tx, request.chat_id, now=request.now)
    await stop_writing(request)
    return [*request.replace(wording.closed_by_you(request.localizer)), *tell_ended(request, ended)]


def may_be_offered(request: Request, said: SmallTalk | None) -> bool:
    """Whether somebody who says this may be offered a person: never who hates; who despairs where the campaign can."""
    if said is SmallTalk.HOSTILITY:
        return False
    return said is not SmallTalk.DISTRESS or request.resources.content.campaign.answers_distress


async def _for_despair(request: Request) -> list[Reply]:
    """Return the words for somebody in distress: they come first, whoever will read what was written."""
    if request.match is None or request.match.small_talk is not SmallTalk.DISTRESS:
        return []
    return small_talk.reply(
        request, SmallTalk.DISTRESS, await subscriptions.find(request.tx, request.chat_id)
    )


async def _write_on(request: Request, thread_id: int) -> None:
    await save_state(request, WritingBack(thread_id=thread_id, since=int(request.now.timestamp())))


OVER = (ThreadMissing, threads.ThreadsOff)
"""What ends the flow: no other message mends it."""
