"""The number typed to confirm, and the buttons of a broadcast under way."""

from dataclasses import replace

from bot.domain.alert import Alert
from bot.domain.organizer import Right
from bot.domain.schedule import ON_CONFIRMATION, Weekly
from bot.handlers.audience_lines import audience_line
from bot.handlers.flows import save_state
from bot.handlers.freshness import is_fresh, is_recent
from bot.handlers.numbers import number_in
from bot.handlers.proposals import checked, show_check, show_for_approval
from bot.handlers.request import Request
from bot.handlers.states import AwaitNumber
from bot.services import (
    alerts,
    approvals,
    broadcast_progress,
    broadcasts,
    conversations,
    due,
    reaching,
    series,
    steering,
)
from bot.services.broadcast_progress import Progress
from bot.services.broadcasts import ReachChanged, SentAlready
from bot.services.checks import CheckBlocked
from bot.services.outlook import outlook
from bot.telegram_io.broadcast_buttons import AskToSend, CanaryFirst, Move, Verb
from bot.telegram_io.replies import Reply
from bot.wording import approval as wording
from bot.wording.alert_message import alert_screen
from bot.wording.confirmation import (
    asked_long_ago,
    asked_too_long_ago,
    changed_since_asked,
    confirm_screen,
    confirmed,
    number_of_the_first,
    too_old,
    why_again,
    you_too,
)
from bot.wording.errors import apology
from bot.wording.progress import progress_screen
from bot.wording.scheduling import scheduled
from bot.wording.times import goes_out
from bot.wording.titles import title_of

MOVES = {
    Verb.START: steering.start_now,
    Verb.PAUSE: steering.pause,
    Verb.RESUME: steering.resume,
    Verb.CANCEL: steering.cancel,
    Verb.LEAVE: due.leave_out,
}

SENDS = frozenset({Verb.START, Verb.RESUME})
"""After these something goes out."""


async def ask_to_send(request: Request, button: AskToSend) -> list[Reply]:
    """Show the number it reaches and ask for it to be typed; what is not approved yet is shown for that first."""
    actor, paid = request.actor, request.resources.paid_broadcast
    halted = await approvals.halted(request.tx, button.alert_id, actor=actor)
    alert = await approvals.approvable(request.tx, button.alert_id, actor=actor)
    if await approvals.is_approved(request.tx, alert, paid=paid, actor=actor):
        if halted is None:
            return await ask_number(request, alert)
        return request.reply(wording.approved_again(request.localizer, halted.id, sends=True))
    if not actor.may(Right.APPROVE):
        return await _ask_colleagues(request, alert)
    try:
        proposal = await approvals.propose(request.tx, alert.id, paid=paid, actor=actor)
    except approvals.ColleagueNeeded:
        return await _ask_colleagues(request, alert)
    reach = await reaching.reach_of(request.tx, alert, actor=actor, now=request.now)
    # That an estimate is nought says little; and whether it is exactly nought would tell.
    if halted is None and reach.is_exact and not reach.total:
        raise broadcasts.NobodyToReach
    return await show_for_approval(request, proposal)


async def _ask_colleagues(request: Request, alert: Alert) -> list[Reply]:
    """Say that a colleague has to approve it, and offer to ask them, once the check lets it through."""
    found = await checked(request, alert)
    if found.blocks or found.unseen:
        return await show_check(request.below(), alert)
    colleagues = len(await approvals.colleagues(request.tx, alert.id, actor=request.actor))
    needed = approvals.ColleagueNeeded if colleagues else approvals.NobodyElse
    why = apology(needed(alert.id), request.localizer)
    offers_alone = not colleagues and request.actor.may(Right.TEAM)
    return request.reply(
        wording.ask_colleague(
            request.localizer, alert.id, why=why, colleagues=colleagues, offers_alone=offers_alone
        )
    )


async def canary_first(request: Request, button: CanaryFirst) -> list[Reply]:
    """Ask for the number, with the first few to go alone."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    return await _ask(request, alert, AwaitNumber(alert_id=alert.id, canary=True))


async def take_number(request: Request, state: AwaitNumber) -> list[Reply]:
    """Send, if the number typed is the number of people it reaches now, and was typed now."""
    number, localizer = number_in(request.incoming.text), request.localizer
    alert = await alerts.unsent(request.tx, state.alert_id, actor=request.actor)
    if not is_fresh(request):
        return await _ask(request, alert, state, why=too_old(localizer))
    paid = request.resources.paid_broadcast
    if state.seen != approvals.seen_of(alert, paid=paid) and await approvals.is_approved(
        request.tx, alert, paid=paid, actor=request.actor
    ):
        asked = AwaitNumber(alert_id=alert.id, canary=state.canary)
        return await _ask(request, alert, asked, why=changed_since_asked(localizer))
    if not is_recent(request, state.asked):
        return await _ask(request, alert, state, why=asked_too_long_ago(localizer))
    try:
        if isinstance(alert.start, Weekly):
            return await _repeat(request, alert, state, number)
        broadcast = await broadcasts.send(
            request.tx,
            state.alert_id,
            confirmed=number,
            paid=paid,
            actor=request.actor,
            now=request.now,
            again=state.again,
            canary=state.canary,
        )
    except (ReachChanged, SentAlready) as error:
        again = state.again or isinstance(error, SentAlready)
        asked = AwaitNumber(alert_id=alert.id, canary=state.canary, again=again)
        only_the_first = state.canary and number == broadcasts.CANARY
        why = number_of_the_first(localizer) if only_the_first else why_again(localizer, error)
        return await _ask(request, alert, asked, why=why)
    except CheckBlocked as error:
        await conversations.end(request.tx, request.chat_id)
        return [*request.reply(apology(error, localizer)), *await show_check(request, alert)]
    await conversations.end(request.tx, request.chat_id)
    if alert.start != ON_CONFIRMATION:
        return await _scheduled(request, alert)
    replies = request.reply(confirmed(localizer))
    if state.canary:
        alert = await alerts.get(request.tx, broadcast.alert_id, actor=request.actor)
        replies.append(request.message(alert_screen(alert, localizer, mark=you_too(localizer))))
    return replies


async def _repeat(request: Request, alert: Alert, state: AwaitNumber, number: int | None) -> list[Reply]:
    """Let what repeats begin with its next day."""
    await series.repeat(
        request.tx,
        alert.id,
        confirmed=number,
        paid=request.resources.paid_broadcast,
        actor=request.actor,
        now=request.now,
        again=state.again,
    )
    await conversations.end(request.tx, request.chat_id)
    return await _scheduled(request, alert)


async def _scheduled(request: Request, alert: Alert) -> list[Reply]:
    """Say when it goes out."""
    ahead = await outlook(request.tx, alert, actor=request.actor, now=request.now)
    return request.reply(scheduled(request.localizer, goes_out(request.localizer, ahead)))


async def control(request: Request, button: Move) -> list[Reply]:
    """Start, pause, resume or cancel a broadcast under way; what sends, only by a button that was shown just now."""
    if button.verb in SENDS and not is_fresh(request):
        # A new message: one that is edited to what it says already stays as old as it is.
        stands = await broadcast_progress.progress(request.tx, button.broadcast_id, actor=request.actor)
        again = request.reply(asked_long_ago(request.localizer))
        return [*again, *await _show(request.below(), stands)]
    moved = await MOVES[button.verb](request.tx, button.broadcast_id, actor=request.actor, now=request.now)
    return await _show(request, moved)


async def _show(request: Request, progress: Progress) -> list[Reply]:
    alert = await alerts.get(request.tx, progress.broadcast.alert_id, actor=request.actor)
    return request.replace(
        progress_screen(request.localizer, progress, title=title_of(alert), now=request.now)
    )


async def ask_number(request: Request, alert: Alert) -> list[Reply]:
    """Ask for the number of people an approved alert reaches, to be typed."""
    return await _ask(request, alert, AwaitNumber(alert_id=alert.id))


async def _ask(request: Request, alert: Alert, state: AwaitNumber, *, why: str = "") -> list[Reply]:
    """Ask for the number of people to be typed; `why`, where it was asked before."""
    paid = request.resources.paid_broadcast
    reach = await broadcasts.reach_to_confirm(
        request.tx, alert, paid=paid, actor=request.actor, now=request.now
    )
    ahead = await outlook(request.tx, alert, actor=request.actor, now=request.now, exactly=reach.is_exact)
    asked = int(request.now.timestamp())
    await save_state(request, replace(state, seen=approvals.seen_of(alert, paid=paid), asked=asked))
    alone = await approvals.working_alone(request.tx, actor=request.actor) is not None
    return request.replace(
        confirm_screen(
            request.localizer,
            alert,
            reach,
            canary=state.canary,
            paid=paid,
            why=why,
            audience=await audience_line(request, alert),
            ahead=ahead,
            alone=alone,
        )
    )
