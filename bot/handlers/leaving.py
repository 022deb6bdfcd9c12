"""Leaving, by command, by word or by button: at once and without a question; and taking it back."""

from collections.abc import Collection

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.consent import ConsentMethod
from bot.domain.rich_text import joined
from bot.handlers.request import Request
from bot.handlers.thread_news import tell_ended
from bot.handlers.unfinished import drop_unfinished
from bot.handlers.welcome import member_rows, show_start
from bot.services import subscriptions
from bot.telegram_io.replies import Reply
from bot.telegram_io.supporter_buttons import UndoLeaving, UndoLeavingTopics
from bot.wording.leaving import left_screen, undone
from bot.wording.screen import screen
from bot.wording.threads import closed_line


async def stop(request: Request) -> list[Reply]:
    """Leave: they sent /stop."""
    return await _leave(request, ConsentMethod.COMMAND)


async def leave_by_word(request: Request) -> list[Reply]:
    """Leave: they wrote a word for it, and nothing besides."""
    return await _leave(request, ConsentMethod.WORD)


async def leave_by_button(request: Request) -> list[Reply]:
    """Leave: they touched the button."""
    return await _leave(request, ConsentMethod.BUTTON)


async def undo(request: Request, button: UndoLeaving) -> list[Reply]:
    """Be on the list as before; when too much time has passed, under the first screen's words as anybody."""
    return await _undo(request, paused=button.paused, topics={DEFAULT_TOPIC})


async def undo_with_topics(request: Request, button: UndoLeavingTopics) -> list[Reply]:
    """Be on the list as before, with the topics they had chosen, as far as the campaign still has them."""
    known = {DEFAULT_TOPIC, *request.resources.content.campaign.alert_topics}
    return await _undo(request, paused=button.paused, topics=button.topics_of(known))


async def _undo(request: Request, *, paused: bool, topics: Collection[str]) -> list[Reply]:
    back = await subscriptions.undo_leaving(
        request.tx,
        request.chat_id,
        wording=request.resources.content.consent(request.locale),
        paused=paused,
        now=request.now,
        topics=topics,
    )
    if back is None:
        return await show_start(request)
    said = undone(request.localizer, paused=not back.receives_alerts)
    return request.replace(screen(said, member_rows(request)))


async def _leave(request: Request, method: ConsentMethod) -> list[Reply]:
    receipt = await subscriptions.leave(
        request.tx,
        request.chat_id,
        wording=request.resources.content.consent(request.locale),
        method=method,
        now=request.now,
    )
    shown = left_screen(request.localizer, receipt.was, topics=receipt.topics)
    await drop_unfinished(request)
    if receipt.thread is None:
        return request.replace(shown)
    text = joined([shown.text, closed_line(request.localizer)])
    return [*request.replace(screen(text, shown.rows)), *tell_ended(request, receipt.thread)]
