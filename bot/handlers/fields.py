"""What an alert's action needs: asked for in the order of the kind's fields, taken from a message, or passed over."""

from dataclasses import replace

from bot.domain.action_fields import Field, FieldName, field_after, field_of
from bot.domain.alert import Alert
from bot.domain.field_values import FieldInvalid
from bot.domain.links import LinkInvalid
from bot.domain.pasting import Paste
from bot.domain.private_links import PersonLinked
from bot.domain.rich_text import utf16_length
from bot.handlers import word_edits
from bot.handlers.asking import ask, ask_for_link, question
from bot.handlers.board import show_board
from bot.handlers.flows import save_state, standing
from bot.handlers.request import Request
from bot.handlers.states import AwaitField
from bot.handlers.words import answer_typed_back, ask_for_words, joined, refuse_taken
from bot.services import alert_fields, alerts
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.compose_buttons import EditField, OpenFields, RemoveField, SkipField
from bot.telegram_io.replies import Reply
from bot.wording import composing, fields
from bot.wording.details import details_screen
from bot.wording.errors import apology


async def ask_next(
    request: Request, alert: Alert, after: FieldName | None = None, locale: str = ""
) -> list[Reply]:
    """Ask a new alert's next question: a field of the kind, then the words, then what each language needs."""
    field = field_after(alert.kind, after, per_locale=bool(locale))
    if field is None:
        return await (show_board(request, alert) if locale else ask_for_words(request, alert, alert.base))
    if field.name is FieldName.LINK:
        return await ask_for_link(request, alert)
    return await ask(request, alert, field, question(alert, field, locale, walking=True))


async def open_fields(request: Request, button: OpenFields) -> list[Reply]:
    """Show what the alert asks for, and what its action needs."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    return request.replace(details_screen(request.localizer, alert))


async def edit_field(request: Request, button: EditField) -> list[Reply]:
    """Ask for one field anew."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    locale = button.locale or ""
    field = alert_fields.asked(alert, button.name, locale)
    return await ask(request, alert, field, question(alert, field, locale))


async def skip_field(request: Request, button: SkipField) -> list[Reply]:
    """Go on without an answer."""
    state = await _asked(request, button)
    return await _go_on(request, await alerts.unsent(request.tx, button.alert_id, actor=request.actor), state)


async def remove_field(request: Request, button: RemoveField) -> list[Reply]:
    """Take out what is there."""
    state = await _asked(request, button)
    alert = await alert_fields.set_field(
        request.tx,
        button.alert_id,
        button.name,
        None,
        locale=state.locale,
        over=state.over,
        actor=request.actor,
        now=request.now,
    )
    return await _go_on(request, alert, state)


async def _asked(request: Request, button: SkipField | RemoveField) -> AwaitField:
    """Return the question that a button stands under.

    Raises ButtonOutdated where another is asked by now.
    """
    state = await standing(request)
    asked = (button.alert_id, button.name, button.locale or "")
    if not isinstance(state, AwaitField) or (state.alert_id, state.name, state.locale) != asked:
        raise ButtonOutdated
    return state


async def take_field(request: Request, state: AwaitField) -> list[Reply]:
    """Take what was sent for a field; what cannot be used is refused in a sentence, and awaited anew."""
    back = await answer_typed_back(request, state)
    if back is not None:
        return back
    alert = await alerts.unsent(request.tx, state.alert_id, actor=request.actor)
    field = field_of(alert.kind, FieldName(state.name))
    if field is None or field.per_locale is not bool(state.locale):
        # A colleague lets the alert ask for something else by now.
        return await show_board(request, alert)
    paste = joined(request, Paste(length=state.length, sent_at=state.sent_at))
    if paste.length > utf16_length(request.incoming.text):
        return await _refuse_rest(request, state, field, paste)
    try:
        alert = await alert_fields.set_field(
            request.tx,
            alert.id,
            field.name,
            request.incoming.text,
            locale=state.locale,
            over=state.over,
            actor=request.actor,
            now=request.now,
        )
    except alerts.WordsChanged as error:
        why = apology(error, request.localizer)
        return await ask(
            request, alert, field, question(alert, field, state.locale, walking=state.walking), why=why
        )
    except (FieldInvalid, LinkInvalid, PersonLinked) as error:
        return await _refuse(request, state, field, paste, error)
    return await _go_on(request, alert, state)


async def take_field_edit(request: Request, state: AwaitField) -> list[Reply]:
    """Take an edit of what was refused in its place, or of the words that an earlier message gave."""
    if request.incoming.message_id is None or request.incoming.message_id != state.message_id:
        return await word_edits.edit_words(request, awaited=True)
    return await take_field(request, replace(state, length=0, sent_at=0, message_id=None))


async def _go_on(request: Request, alert: Alert, state: AwaitField) -> list[Reply]:
    if not state.walking:
        return await show_board(request, alert)
    return await ask_next(request, alert, FieldName(state.name), state.locale)


async def _refuse(
    request: Request, state: AwaitField, field: Field, paste: Paste, error: Exception
) -> list[Reply]:
    refused = replace(
        state,
        length=paste.length,
        sent_at=paste.sent_at,
        message_id=request.incoming.message_id,
        album="",
        revision=0,
    )
    await save_state(request, refused)
    said = apology(error, request.localizer)
    return request.reply(fields.field_refused(request.localizer, state.alert_id, field, state.locale, said))


async def _refuse_rest(request: Request, state: AwaitField, field: Field, paste: Paste) -> list[Reply]:
    """Refuse all parts of a text that was cut: of one for this field, or of the words that were taken just before."""
    if state.revision:
        return await refuse_taken(request, state, paste)
    await save_state(request, replace(state, length=paste.length, sent_at=paste.sent_at, message_id=None))
    return request.reply(
        composing.cut_text_refused(request.localizer, state.alert_id, paste.length, limit=field.limit)
    )
