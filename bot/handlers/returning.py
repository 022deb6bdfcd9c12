"""Returning an alert to its authors with a note: the button, and the note that is typed."""

from bot.domain.review import NoteInvalid
from bot.handlers.flows import save_state
from bot.handlers.proposals import show_changed
from bot.handlers.request import Request
from bot.handlers.states import AwaitNote
from bot.handlers.telling import tell
from bot.services import alerts, approvals, conversations, reviews
from bot.telegram_io.replies import Reply
from bot.telegram_io.review_buttons import ReturnAlert
from bot.wording import reviewing as wording


async def ask_note(request: Request, button: ReturnAlert) -> list[Reply]:
    """Ask what is to be changed; if the alert was edited meanwhile, show it again."""
    paid = request.resources.paid_broadcast
    try:
        proposal = await reviews.may_return(
            request.tx, button.alert_id, seen=button.seen, paid=paid, actor=request.actor
        )
    except approvals.PlanChanged:
        return await show_changed(request, button.alert_id)
    await save_state(request, AwaitNote(alert_id=button.alert_id, seen=button.seen))
    return request.reply(wording.ask_note(request.localizer, proposal.alert))


async def take_note(request: Request, state: AwaitNote) -> list[Reply]:
    """Return the alert with the note, if it is what was looked at still; its authors get the note."""
    try:
        authors = await reviews.give_back(
            request.tx,
            state.alert_id,
            request.incoming.text,
            seen=state.seen,
            paid=request.resources.paid_broadcast,
            actor=request.actor,
            now=request.now,
        )
    except NoteInvalid:
        return request.reply(wording.note_refused(request.localizer))
    except approvals.PlanChanged:
        await conversations.end(request.tx, request.chat_id)
        return await show_changed(request, state.alert_id)
    await conversations.end(request.tx, request.chat_id)
    alert = await alerts.get(request.tx, state.alert_id, actor=request.actor)
    note = request.incoming.text.strip()
    return [
        *request.reply(wording.returned_screen(request.localizer, len(authors))),
        *tell(request, authors, lambda words: wording.return_told(words, alert, by=request.actor, note=note)),
    ]


async def not_a_note(request: Request, _state: AwaitNote) -> list[Reply]:
    """Say what a note is, to whoever sent a picture or the like."""
    return request.reply(wording.note_refused(request.localizer))
