"""After a send: recall, correct, send again to the unknown; each asked about before it is done."""

from bot.handlers.board import show_board
from bot.handlers.request import Request
from bot.services import alerts, broadcasts, follow_ups
from bot.telegram_io.callbacks import Answer, Correct, Recall, Resend
from bot.telegram_io.replies import Reply
from bot.wording.follow_ups import ask_recall, ask_resend, begun, left_as_it_is
from bot.wording.titles import title_of


async def correct(request: Request, button: Correct) -> list[Reply]:
    """Begin a correction, or go on with it."""
    draft = await follow_ups.begin_correction(
        request.tx, button.broadcast_id, actor=request.actor, now=request.now
    )
    return [*request.acknowledge(), *await show_board(request.below(), draft)]


async def recall(request: Request, button: Recall) -> list[Reply]:
    """Ask about a recall; with a yes, begin it."""
    match button.answer:
        case Answer.YES:
            await follow_ups.recall(request.tx, button.broadcast_id, actor=request.actor, now=request.now)
            return request.replace(begun(request.localizer))
        case Answer.NO:
            return request.replace(left_as_it_is(request.localizer))
        case None:
            title = await _title(request, button.broadcast_id)
            return request.reply(ask_recall(request.localizer, button.broadcast_id, title=title))


async def resend(request: Request, button: Resend) -> list[Reply]:
    """Ask about sending again to the unknown; with a yes, begin it."""
    match button.answer:
        case Answer.YES:
            await follow_ups.resend_unknown(
                request.tx, button.broadcast_id, actor=request.actor, now=request.now
            )
            return request.replace(begun(request.localizer))
        case Answer.NO:
            return request.replace(left_as_it_is(request.localizer))
        case None:
            title = await _title(request, button.broadcast_id)
            return request.reply(ask_resend(request.localizer, button.broadcast_id, title=title))


async def _title(request: Request, broadcast_id: int) -> str:
    progress = await broadcasts.progress(request.tx, broadcast_id, actor=request.actor)
    return title_of(await alerts.get(request.tx, progress.broadcast.alert_id, actor=request.actor))
