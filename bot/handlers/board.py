"""An alert's board: its languages, whom it reaches, and what can be done next."""

from bot.domain.alert import Alert
from bot.domain.review import AlertState
from bot.handlers.audience_lines import audience_line
from bot.handlers.flows import save_state
from bot.handlers.request import Request
from bot.handlers.states import AtBoard
from bot.services import alerts, co_writing, conversations, reaching, reviews, series
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.telegram_io.replies import Reply
from bot.wording.board import Around, board_screen, sent_board
from bot.wording.co_writing import writing_lines
from bot.wording.reviewing import standing_lines, submit_button


async def board(request: Request, button: OpenAlert) -> list[Reply]:
    """Show where the alert stands; whoever goes back to it is not confirming or writing any more."""
    alert = await alerts.get(request.tx, button.alert_id, actor=request.actor)
    if button.below:
        return [*request.acknowledge(), *await show_board(request.below(), alert)]
    return await show_board(request, alert)


async def show_board(
    request: Request, alert: Alert, *, state: AtBoard | None = None, above: str = ""
) -> list[Reply]:
    """Show the alert's translations, whom it reaches, and what can be done next.

    A text sent now may be meant for it; `state` says more of where its organizer stands. `above`: what was just done.
    """
    if await alerts.is_sent(request.tx, alert.id, actor=request.actor):
        await conversations.end(request.tx, request.chat_id)
        going_out = await alerts.is_going_out(request.tx, alert.id, actor=request.actor)
        return request.replace(sent_board(request.localizer, alert, going_out=going_out))
    opened = int(request.now.timestamp())
    await save_state(request, state or AtBoard(alert_id=alert.id, locale=alert.base, opened=opened))
    reach = await reaching.reach_of(request.tx, alert, actor=request.actor, now=request.now)
    locales = request.resources.catalogs.locales
    audience = await audience_line(request, alert)
    writers = await co_writing.others(request.tx, alert.id, actor=request.actor, now=request.now)
    repeats = await series.of_alert(request.tx, alert.id, actor=request.actor)
    paid = request.resources.paid_broadcast
    standing = await reviews.standing(request.tx, alert, paid=paid, actor=request.actor)
    can_submit = standing.state is AlertState.DRAFT and not standing.alone
    around = Around(
        notes=[above, *writing_lines(request.localizer, writers)],
        audience=audience,
        series=repeats,
        standing=standing_lines(request.localizer, standing),
        submit=submit_button(request.localizer, alert) if can_submit else None,
    )
    return request.replace(board_screen(request.localizer, alert, reach, locales, around))
