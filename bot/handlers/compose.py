"""Writing an alert: kind → what the kind needs → words → board, one step a message; what is written is kept at once."""

from dataclasses import replace

from bot.domain.action_fields import FieldName, field_of
from bot.domain.links import LinkInvalid
from bot.handlers.asking import ask_for_link
from bot.handlers.board import show_board
from bot.handlers.fields import ask_next
from bot.handlers.flows import save_state, standing
from bot.handlers.request import Request
from bot.handlers.states import AlertState, AwaitLink, State
from bot.handlers.words import answer_typed_back
from bot.services import alerts, co_writing, conversations, team
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.compose_buttons import ChooseKind, EditKind, EditLink, NoLink, UseLink
from bot.telegram_io.replies import Reply
from bot.wording.composing import (
    cancelled,
    kinds_screen,
    link_refused,
    nothing_to_cancel,
    other_kinds_screen,
)
from bot.wording.errors import apology

DRAFTS_SHOWN = 3
"""Unfinished alerts that are offered to be gone on with."""


async def new(request: Request) -> list[Reply]:
    """Begin, by the kind of action, or go on with what is unfinished."""
    await conversations.end(request.tx, request.chat_id)
    await co_writing.end(request.tx, actor=request.actor)
    drafts = await alerts.drafts(request.tx, limit=DRAFTS_SHOWN, actor=request.actor)
    return request.replace(kinds_screen(request.localizer, drafts))


async def choose_kind(request: Request, button: ChooseKind) -> list[Reply]:
    """Begin the draft, and ask for the first thing that its kind needs."""
    alert = await alerts.draft(
        request.tx, button.kind, base=request.locale, actor=request.actor, now=request.now
    )
    return await ask_next(request, alert)


async def edit_kind(request: Request, button: EditKind) -> list[Reply]:
    """Offer the kinds of actions; with one named, let the alert ask for it."""
    if button.kind is None:
        alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
        return request.replace(other_kinds_screen(request.localizer, alert))
    alert = await alerts.set_kind(
        request.tx, button.alert_id, button.kind, actor=request.actor, now=request.now
    )
    return await show_board(request, alert)


async def edit_link(request: Request, button: EditLink) -> list[Reply]:
    """Ask for another address."""
    return await ask_for_link(request, await alerts.unsent(request.tx, button.alert_id, actor=request.actor))


async def no_link(request: Request, button: NoLink) -> list[Reply]:
    """Go on without a link."""
    state = await standing(request)
    if not isinstance(state, AwaitLink) or state.alert_id != button.alert_id:
        state = AwaitLink(alert_id=button.alert_id)
    return await _set_link(request, state, None)


async def take_link(request: Request, state: AwaitLink) -> list[Reply]:
    """Take the address that was sent; of one that only lacks https://, offer the whole."""
    back = await answer_typed_back(request, state)
    if back is not None:
        return back
    try:
        return await _set_link(request, state, request.incoming.text)
    except LinkInvalid as error:
        await save_state(request, replace(state, offered=error.offer or "", album=""))
        return request.reply(link_refused(request.localizer, state.alert_id, error))


async def use_link(request: Request, button: UseLink) -> list[Reply]:
    """Take the address that was offered."""
    state = await standing(request)
    if not isinstance(state, AwaitLink) or state.alert_id != button.alert_id or not state.offered:
        raise ButtonOutdated
    return await _set_link(request, state, state.offered)


async def cancel(request: Request) -> list[Reply]:
    """Leave the flow; what is written stays a draft."""
    if await conversations.step(request.tx, request.chat_id) is None:
        return request.reply(nothing_to_cancel(request.localizer))
    kept = await _keeps_draft(request, await standing(request))
    await conversations.end(request.tx, request.chat_id)
    return request.reply(cancelled(request.localizer, kept=kept))


async def _keeps_draft(request: Request, state: State | None) -> bool:
    """Whether a draft is left of what was being written; of anything else that was begun, none is."""
    organizer = await team.find(request.tx, request.chat_id)
    if organizer is None:
        return False
    await co_writing.end(request.tx, actor=organizer)
    if not isinstance(state, AlertState):
        return False
    try:
        alert = await alerts.get(request.tx, state.alert_id, actor=organizer)
    except alerts.AlertMissing:
        return False
    return bool(alert.translations or alert.details or alert.link)


async def _set_link(request: Request, asked: AwaitLink, link: str | None) -> list[Reply]:
    try:
        alert = await alerts.set_link(
            request.tx, asked.alert_id, link, over=asked.over, actor=request.actor, now=request.now
        )
    except alerts.WordsChanged as error:
        changed = await alerts.unsent(request.tx, asked.alert_id, actor=request.actor)
        return await ask_for_link(request, changed, why=apology(error, request.localizer))
    if alert.translations or field_of(alert.kind, FieldName.LINK) is None:
        return await show_board(request, alert)
    return await ask_next(request, alert, FieldName.LINK)
