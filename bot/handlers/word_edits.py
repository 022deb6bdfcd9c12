"""Edits of the messages that an alert's words came from."""

from dataclasses import replace

from bot.domain.alert import Alert
from bot.domain.staleness import locale_version
from bot.handlers.flows import save_state, standing
from bot.handlers.request import Request
from bot.handlers.states import (
    AtBoard,
    AwaitLink,
    AwaitNumber,
    AwaitPicture,
    AwaitWords,
)
from bot.handlers.words import take_words, words_of
from bot.services import alerts, reaching
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import formatted
from bot.wording import composing as wording
from bot.wording.errors import apology


async def take_words_edit(request: Request, state: AwaitWords) -> list[Reply]:
    """Take an edit of what was refused in its place, or of the words that an earlier message gave."""
    if request.incoming.message_id is None or request.incoming.message_id != state.message_id:
        return await edit_words(request, awaited=True)
    return await take_words(request, replace(state, length=0, sent_at=0, message_id=None, text="", album=""))


async def take_edit(
    request: Request, _state: AwaitLink | AwaitNumber | AwaitPicture | AtBoard
) -> list[Reply]:
    """Take an edit of the message that an alert's words came from."""
    return await edit_words(request, awaited=False)


async def edit_words(request: Request, *, awaited: bool) -> list[Reply]:
    """Edit the words that a message gave. Of one that gave none something is said where words are awaited."""
    message_id = request.incoming.message_id
    try:
        found = None
        if message_id is not None:
            found = await alerts.written_in(request.tx, message_id, actor=request.actor)
        if found is None:
            return request.reply(wording.edit_changes_nothing(request.localizer)) if awaited else []
        alert, locale = await _rewrite(request, *found)
    except (alerts.AlertSent, alerts.WordsNewer) as error:
        # It is another alert's flow that goes on.
        return request.reply(apology(error, request.localizer))
    state = await standing(request)
    if isinstance(state, AwaitWords) and (state.alert_id, state.locale) == (alert.id, locale):
        # Their own edit is no colleague's: what they send next goes over it.
        await save_state(request, replace(state, over=locale_version(alert, locale)))
    reach = await reaching.reach_of(request.tx, alert, actor=request.actor)
    return request.reply(wording.edit_taken(request.localizer, alert, locale, reach))


async def _rewrite(request: Request, alert: Alert, locale: str) -> tuple[Alert, str]:
    """Write what the message says now in the place of what it said; it is a translation of the same base still."""
    text = formatted(request.incoming.text, request.incoming.entities)
    edited = await alerts.write(
        request.tx,
        alert.id,
        words_of(alert, locale, text, literally=False),
        actor=request.actor,
        now=request.now,
        message_id=request.incoming.message_id,
        written_for=alert.translations[locale].written_for,
    )
    return edited, locale
