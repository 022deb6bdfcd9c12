"""The list of alerts: what goes on, the drafts, what was sent; each opens anew."""

from bot.domain.alert import Alert, TranslationMissing
from bot.domain.organizer import Right
from bot.domain.review import AlertState
from bot.handlers.going_on import titled
from bot.handlers.request import Request
from bot.services import alerts, broadcast_progress, overview, reviews
from bot.telegram_io.compose_buttons import Discard
from bot.telegram_io.organizer_buttons import Answer, OpenAlerts, OpenReport, Shelf
from bot.telegram_io.replies import Reply
from bot.telegram_io.review_buttons import SendToMe
from bot.wording.alert_message import alert_screen
from bot.wording.alerts_list import ask_discard, drafts_screen, now_screen, report_rows, sent_screen
from bot.wording.confirmation import only_to_you
from bot.wording.progress import progress_screen

DRAFTS_LISTED = 50
"""Drafts that are listed, the newest."""

SENT_LISTED = 10
"""Broadcasts that have ended and are listed, the newest."""


async def list_alerts(request: Request) -> list[Reply]:
    """Show what goes on now, and lead to the rest."""
    return await _now(request, page=0)


async def _now(request: Request, *, page: int) -> list[Reply]:
    tx, actor = request.tx, request.actor
    running = await titled(request, await overview.unfinished(tx, actor=actor))
    running.reverse()
    drafts = await alerts.drafts(tx, limit=DRAFTS_LISTED, actor=actor)
    sent = await overview.latest(tx, limit=SENT_LISTED, actor=actor)
    states = await _states(request, drafts)
    in_review = [each for each in drafts if states[each.id] is AlertState.IN_REVIEW]
    return request.replace(
        now_screen(
            request.localizer,
            running,
            page=page,
            drafts=len(drafts),
            sent=len(sent),
            actor=actor,
            in_review=in_review,
        )
    )


async def open_list(request: Request, button: OpenAlerts) -> list[Reply]:
    """Show one part of the list."""
    match button.shelf:
        case Shelf.NOW:
            return await _now(request, page=button.page)
        case Shelf.DRAFTS:
            return await _drafts(request, page=button.page)
        case Shelf.SENT:
            latest = await overview.latest(request.tx, limit=SENT_LISTED, actor=request.actor)
            sent = await titled(request, latest)
            return request.replace(sent_screen(request.localizer, sent, page=button.page))


async def open_report(request: Request, button: OpenReport) -> list[Reply]:
    """Show where a broadcast stands, and what can be done with it."""
    progress = await broadcast_progress.progress(request.tx, button.broadcast_id, actor=request.actor)
    [(_, title)] = await titled(request, [progress])
    return request.replace(
        progress_screen(
            request.localizer,
            progress,
            title=title,
            now=request.now,
            more=report_rows(request.localizer, progress),
            steers=request.actor.may(Right.SEND),
        )
    )


async def discard(request: Request, button: Discard) -> list[Reply]:
    """Ask about deleting a draft; with a yes, delete it."""
    match button.answer:
        case Answer.YES:
            await alerts.discard(request.tx, button.alert_id, actor=request.actor, now=request.now)
            return await _drafts(request, page=0)
        case Answer.NO:
            return await _drafts(request, page=0)
        case None:
            draft = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
            return request.replace(ask_discard(request.localizer, draft))


async def send_to_me(request: Request, button: SendToMe) -> list[Reply]:
    """Send an alert to the organizer alone, as a reader of their language gets it."""
    alert = await alerts.get(request.tx, button.alert_id, actor=request.actor)
    if alert.base not in alert.translations:
        raise TranslationMissing
    mark = only_to_you(request.localizer)
    return request.reply(alert_screen(alert, request.localizer, mark=mark))


async def _drafts(request: Request, *, page: int) -> list[Reply]:
    drafts = await alerts.drafts(request.tx, limit=DRAFTS_LISTED, actor=request.actor)
    states = await _states(request, drafts)
    return request.replace(
        drafts_screen(request.localizer, drafts, page=page, actor=request.actor, states=states)
    )


async def _states(request: Request, drafts: list[Alert]) -> dict[int, AlertState]:
    paid = request.resources.paid_broadcast
    return await reviews.states(request.tx, drafts, paid=paid, actor=request.actor)
