"""Writing an alert: kind → link → words → board, one step a message; what is written is kept at once."""

from bot.domain.alert import Alert, Translation
from bot.domain.markup import MarkupInvalid
from bot.handlers.board import show_board
from bot.handlers.flows import AwaitLink, AwaitWords, save_state
from bot.handlers.request import Request
from bot.services import alerts, conversations
from bot.telegram_io.callbacks import ButtonOutdated, ChooseKind, NoLink, WriteWords
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import as_markup, is_formatted
from bot.wording.composing import ask_link, ask_words, cancelled, kinds_screen, nothing_to_cancel

DRAFTS_SHOWN = 3
"""Unfinished alerts that are offered to be gone on with."""


async def new(request: Request) -> list[Reply]:
    """Begin, by the kind of action, or go on with what is unfinished."""
    await conversations.end(request.tx, request.chat_id)
    drafts = await alerts.drafts(request.tx, limit=DRAFTS_SHOWN, actor=request.actor)
    return request.replace(kinds_screen(request.localizer, drafts))


async def choose_kind(request: Request, button: ChooseKind) -> list[Reply]:
    """Begin the draft, and ask for the link."""
    alert = await alerts.draft(
        request.tx, button.kind, base=request.locale, actor=request.actor, now=request.now
    )
    await save_state(request, AwaitLink(alert_id=alert.id))
    return request.replace(ask_link(request.localizer, alert.id))


async def no_link(request: Request, button: NoLink) -> list[Reply]:
    """Go on without a link."""
    alert = await alerts.set_link(request.tx, button.alert_id, None, actor=request.actor, now=request.now)
    return await _after_link(request, alert)


async def take_link(request: Request, state: AwaitLink) -> list[Reply]:
    """Take the address that was sent."""
    alert = await alerts.set_link(
        request.tx, state.alert_id, request.incoming.text, actor=request.actor, now=request.now
    )
    return await _after_link(request, alert)


async def write_locale(request: Request, button: WriteWords) -> list[Reply]:
    """Ask for the words of one locale."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    if button.locale not in request.resources.catalogs.locales:
        raise ButtonOutdated
    return await _ask_words(request, alert, button.locale)


async def take_words(request: Request, state: AwaitWords) -> list[Reply]:
    """Take title and text that were sent, and show the board."""
    title, _, text = request.incoming.text.partition("\n")
    text_starts = len(title) + 1 + len(text) - len(text.lstrip())
    written = Translation(
        locale=state.locale,
        title=title.strip() if is_formatted(request.incoming) else alerts.without_markup(title).strip(),
        text=as_markup(request.incoming, start=text_starts).rstrip(),
    )
    try:
        alert = await alerts.write(request.tx, state.alert_id, written, actor=request.actor, now=request.now)
    except MarkupInvalid as error:
        # They look for it in the message they sent, where the title is the first line.
        above = request.incoming.text.count("\n", 0, text_starts)
        raise MarkupInvalid(line=error.line + above, column=error.column, tag=error.tag) from error
    await conversations.end(request.tx, request.chat_id)
    return await show_board(request, alert)


async def cancel(request: Request) -> list[Reply]:
    """Leave the flow; what is written stays a draft."""
    if await conversations.step(request.tx, request.chat_id) is None:
        return request.reply(nothing_to_cancel(request.localizer))
    await conversations.end(request.tx, request.chat_id)
    return request.reply(cancelled(request.localizer))


async def _after_link(request: Request, alert: Alert) -> list[Reply]:
    if alert.translations:
        return await show_board(request, alert)
    return await _ask_words(request, alert, alert.base)


async def _ask_words(request: Request, alert: Alert, locale: str) -> list[Reply]:
    await save_state(request, AwaitWords(alert_id=alert.id, locale=locale))
    return request.replace(ask_words(request.localizer, locale))
