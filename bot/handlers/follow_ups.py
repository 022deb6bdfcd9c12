"""After a send: recall, correct, send again to the unknown; each asked about before it is done."""

from bot.handlers.board import show_board
from bot.handlers.flows import save_state
from bot.handlers.freshness import is_fresh
from bot.handlers.numbers import number_in
from bot.handlers.request import Request
from bot.handlers.states import AwaitRecall
from bot.services import alerts, broadcast_progress, conversations, follow_ups
from bot.telegram_io.broadcast_buttons import CopyAlert, Correct, Recall, Resend
from bot.telegram_io.organizer_buttons import Answer
from bot.telegram_io.replies import Reply
from bot.wording.confirmation import asked_long_ago, too_old
from bot.wording.follow_ups import another_number, ask_recall, ask_resend, begun, left_as_it_is
from bot.wording.titles import title_of


async def correct(request: Request, button: Correct) -> list[Reply]:
    """Begin a correction, or go on with it."""
    draft = await follow_ups.begin_correction(
        request.tx, button.broadcast_id, actor=request.actor, now=request.now
    )
    return [*request.acknowledge(), *await show_board(request.below(), draft)]


async def recall(request: Request, button: Recall) -> list[Reply]:
    """Ask for the number that confirms a recall. A yes of a button of before does no more than that."""
    if button.answer is Answer.NO:
        await conversations.end(request.tx, request.chat_id)
        return request.replace(left_as_it_is(request.localizer))
    return await _ask_recall(request, button.broadcast_id)


async def take_recall(request: Request, state: AwaitRecall) -> list[Reply]:
    """Begin the recall, if the number typed is the number of people it was for, and was typed now."""
    if not is_fresh(request):
        return await _ask_recall(request, state.broadcast_id, why=too_old(request.localizer))
    try:
        await follow_ups.recall(
            request.tx,
            state.broadcast_id,
            confirmed=number_in(request.incoming.text),
            actor=request.actor,
            now=request.now,
        )
    except follow_ups.NumberDiffers:
        return await _ask_recall(request, state.broadcast_id, why=another_number(request.localizer))
    await conversations.end(request.tx, request.chat_id)
    return request.reply(begun(request.localizer))


async def write_anew(request: Request, button: CopyAlert) -> list[Reply]:
    """Begin a new alert with the words of one that was sent."""
    draft = await follow_ups.write_anew(request.tx, button.broadcast_id, actor=request.actor, now=request.now)
    return [*request.acknowledge(), *await show_board(request.below(), draft)]


async def resend(request: Request, button: Resend) -> list[Reply]:
    """Ask about sending again to the unknown; with a yes to what was asked just now, begin it."""
    localizer = request.localizer
    if button.answer is Answer.NO:
        return request.replace(left_as_it_is(localizer))
    if button.answer is Answer.YES and is_fresh(request):
        await follow_ups.resend_unknown(request.tx, button.broadcast_id, actor=request.actor, now=request.now)
        return request.replace(begun(localizer))
    title = await _title(request, button.broadcast_id)
    asked = request.reply(ask_resend(localizer, button.broadcast_id, title=title))
    late = [] if button.answer is None else [request.message(asked_long_ago(localizer))]
    return [*late, *asked]


async def _ask_recall(request: Request, broadcast_id: int, *, why: str = "") -> list[Reply]:
    people = await follow_ups.people_to_recall(request.tx, broadcast_id, actor=request.actor, now=request.now)
    await save_state(request, AwaitRecall(broadcast_id=broadcast_id))
    sent = await broadcast_progress.progress(request.tx, broadcast_id, actor=request.actor)
    asked = ask_recall(
        request.localizer,
        broadcast_id,
        title=await _title(request, broadcast_id),
        people=people,
        in_digests=bool(sent.in_digests or sent.digested),
        why=why,
    )
    return request.reply(asked)


async def _title(request: Request, broadcast_id: int) -> str:
    progress = await broadcast_progress.progress(request.tx, broadcast_id, actor=request.actor)
    return title_of(await alerts.get(request.tx, progress.broadcast.alert_id, actor=request.actor))
