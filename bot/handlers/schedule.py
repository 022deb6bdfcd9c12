"""What is due: listed day by day, changed, cancelled."""

from bot.handlers.board import show_board
from bot.handlers.freshness import is_fresh
from bot.handlers.request import Request
from bot.services import alerts, due, series
from bot.services.broadcast_progress import BroadcastOver
from bot.services.due import DueBroadcast, DueSeries
from bot.services.series import SeriesOver
from bot.telegram_io.organizer_buttons import Answer
from bot.telegram_io.replies import Reply
from bot.telegram_io.schedule_buttons import EndSeries, GoOnSeries, OpenSchedule, TakeOff, Then
from bot.wording import scheduling as wording
from bot.wording.confirmation import asked_long_ago


async def list_due(request: Request) -> list[Reply]:
    """Show what is due."""
    return await _list(request, page=0)


async def open_schedule(request: Request, button: OpenSchedule) -> list[Reply]:
    """Show a page of what is due."""
    return await _list(request, page=button.page)


async def take_off(request: Request, button: TakeOff) -> list[Reply]:
    """Ask about taking a broadcast off the schedule; with a yes, do it, and open its alert to be changed."""
    match button.answer:
        case Answer.NO:
            return await _list(request, page=0)
        case Answer.YES:
            taken = await due.take_off(request.tx, button.broadcast_id, actor=request.actor, now=request.now)
            if button.then is Then.CANCEL:
                return await _list(request, page=0)
            return await show_board(
                request, await alerts.get(request.tx, taken.alert_id, actor=request.actor)
            )
        case None:
            for each in await due.due(request.tx, actor=request.actor):
                if isinstance(each, DueBroadcast) and each.broadcast.id == button.broadcast_id:
                    return request.replace(wording.ask_take_off(request.localizer, each, button.then))
            raise BroadcastOver


async def end_series(request: Request, button: EndSeries) -> list[Reply]:
    """Ask about ending what repeats; with a yes, do it."""
    match button.answer:
        case Answer.NO:
            return await _list(request, page=0)
        case Answer.YES:
            await series.end(request.tx, button.series_id, actor=request.actor, now=request.now)
            return await _list(request, page=0)
        case None:
            for each in await due.due(request.tx, actor=request.actor):
                if isinstance(each, DueSeries) and each.series.id == button.series_id:
                    return request.replace(wording.ask_end_series(request.localizer, each))
            raise SeriesOver


async def go_on_series(request: Request, button: GoOnSeries) -> list[Reply]:
    """Let what repeats and was halted go on, by a button that was shown just now: something goes out after it."""
    if not is_fresh(request):
        # A new message: one that is edited to what it says already stays as old as it is.
        late = request.reply(asked_long_ago(request.localizer))
        return [*late, *await _list(request.below(), page=0)]
    await series.go_on(request.tx, button.series_id, actor=request.actor, now=request.now)
    return await _list(request, page=0)


async def _list(request: Request, *, page: int) -> list[Reply]:
    found = await due.due(request.tx, actor=request.actor)
    zone = request.resources.zone
    return request.replace(
        wording.schedule_screen(request.localizer, found, page=page, zone=zone, actor=request.actor)
    )
