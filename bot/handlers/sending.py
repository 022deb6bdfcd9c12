"""The number typed to confirm, and the buttons of a broadcast under way."""

import re

from bot.domain.alert import Alert
from bot.domain.bidi import FSI, PDI
from bot.domain.organizer import Right
from bot.handlers.flows import AwaitNumber, save_state
from bot.handlers.proposals import show_for_approval
from bot.handlers.request import Request
from bot.services import alerts, approvals, broadcasts, conversations
from bot.services.broadcasts import ReachChanged, SentAlready
from bot.telegram_io.callbacks import AskToSend, CanaryFirst, Move, Verb
from bot.telegram_io.replies import Reply
from bot.wording.confirmation import confirm_screen, confirmed, why_again
from bot.wording.progress import progress_screen
from bot.wording.titles import title_of

SEPARATORS = re.compile(rf"[\s.,'’٬{FSI}{PDI}]")
"""What people, and the bot itself, write into or around a number."""

NUMBER_DIGITS = 9
"""Digits of a number that is taken: a billion people are not reached."""

MOVES = {
    Verb.START: broadcasts.start_now,
    Verb.PAUSE: broadcasts.pause,
    Verb.RESUME: broadcasts.resume,
    Verb.CANCEL: broadcasts.cancel,
}


async def ask_to_send(request: Request, button: AskToSend) -> list[Reply]:
    """Show the number it reaches and ask for it to be typed; what is not approved yet is shown for that first."""
    actor, paid = request.actor, request.resources.paid_broadcast
    alert = await alerts.unsent(request.tx, button.alert_id, actor=actor)
    if await approvals.is_approved(request.tx, alert, paid=paid, actor=actor):
        return await ask_number(request, alert)
    if not actor.may(Right.APPROVE):
        raise approvals.ColleagueNeeded(alert.id)
    proposal = await approvals.propose(request.tx, alert.id, paid=paid, actor=actor)
    if not (await alerts.reach_of(request.tx, alert, actor=actor)).total:
        raise broadcasts.NobodyToReach
    return await show_for_approval(request, proposal)


async def canary_first(request: Request, button: CanaryFirst) -> list[Reply]:
    """Ask for the number, with the first few to go alone."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    return await _ask(request, alert, AwaitNumber(alert_id=alert.id, canary=True))


async def take_number(request: Request, state: AwaitNumber) -> list[Reply]:
    """Send, if the number typed is the number of people it reaches now."""
    try:
        await broadcasts.send(
            request.tx,
            state.alert_id,
            confirmed=_number(request.incoming.text),
            paid=request.resources.paid_broadcast,
            actor=request.actor,
            now=request.now,
            again=state.again,
            canary=state.canary,
        )
    except (ReachChanged, SentAlready) as error:
        alert = await alerts.get(request.tx, state.alert_id, actor=request.actor)
        again = state.again or isinstance(error, SentAlready)
        asked = AwaitNumber(alert_id=alert.id, canary=state.canary, again=again)
        return await _ask(request, alert, asked, why=why_again(request.localizer, error))
    await conversations.end(request.tx, request.chat_id)
    return request.reply(confirmed(request.localizer))


async def control(request: Request, button: Move) -> list[Reply]:
    """Start, pause, resume or cancel a broadcast under way."""
    moved = await MOVES[button.verb](request.tx, button.broadcast_id, actor=request.actor, now=request.now)
    alert = await alerts.get(request.tx, moved.broadcast.alert_id, actor=request.actor)
    return request.replace(progress_screen(request.localizer, moved, title=title_of(alert), now=request.now))


async def ask_number(request: Request, alert: Alert) -> list[Reply]:
    """Ask for the number of people an approved alert reaches, to be typed."""
    return await _ask(request, alert, AwaitNumber(alert_id=alert.id))


async def _ask(request: Request, alert: Alert, state: AwaitNumber, *, why: str = "") -> list[Reply]:
    """Ask for the number of people to be typed; `why`, where it was asked before."""
    reach = await alerts.reach_of(request.tx, alert, actor=request.actor)
    if not reach.total:
        raise broadcasts.NobodyToReach
    await save_state(request, state)
    paid = request.resources.paid_broadcast
    return request.replace(
        confirm_screen(request.localizer, alert, reach, canary=state.canary, paid=paid, why=why)
    )


def _number(text: str) -> int | None:
    """Return the number that was typed, however its digits are grouped; None for anything else."""
    typed = SEPARATORS.sub("", text)
    return int(typed) if typed.isdecimal() and len(typed) <= NUMBER_DIGITS else None
