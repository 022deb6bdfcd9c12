"""The number typed to confirm, and the buttons of a broadcast under way."""

import re

from bot.domain.alert import Alert
from bot.domain.bidi import FSI, PDI
from bot.domain.organizer import Organizer, Right
from bot.domain.rich_text import bold, joined
from bot.handlers.board import back_button, in_place_line, left_out_line, missing_lines, reach_line
from bot.handlers.flows import Step, save_step
from bot.handlers.previews import paid_line, shown_for_approval
from bot.handlers.request import Request
from bot.services import alerts, approvals, broadcasts, team
from bot.services.broadcasts import ReachChanged, SentAlready
from bot.telegram_io.callbacks import ButtonOutdated, number
from bot.telegram_io.replies import Reply, button
from bot.wording.progress import progress_keyboard, progress_text
from bot.wording.titles import title_of

SEPARATORS = re.compile(rf"[\s.,'’٬{FSI}{PDI}]")
"""What people, and the bot itself, write into or around a number."""

NUMBER_DIGITS = 9
"""Digits of a number that is taken: a billion people are not reached."""

MOVES = {
    "start": broadcasts.start_now,
    "pause": broadcasts.pause,
    "resume": broadcasts.resume,
    "cancel": broadcasts.cancel,
}


async def ask_to_send(request: Request) -> list[Reply]:
    """Show the number it reaches and ask for it to be typed; what is not approved yet is shown for that first."""
    actor = await team.require_composer(request.tx, request.chat_id)
    alert = await alerts.unsent(request.tx, number(request.incoming.argument), actor=actor)
    paid = request.resources.paid_broadcast
    if await approvals.is_approved(request.tx, alert, paid=paid, actor=actor):
        return await ask_number(request, alert, actor=actor)
    if not actor.may(Right.APPROVE):
        raise approvals.ColleagueNeeded(alert.id)
    proposal = await approvals.propose(request.tx, alert.id, paid=paid, actor=actor)
    if not (await alerts.reach_of(request.tx, alert, actor=actor)).total:
        raise broadcasts.NobodyToReach
    return [*request.acknowledge(), *await shown_for_approval(request, proposal, actor=actor)]


async def ask_number(request: Request, alert: Alert, *, actor: Organizer) -> list[Reply]:
    """Ask for the number of people an approved alert reaches, to be typed."""
    return await _ask_number(request, alert, Step(at="confirm", alert_id=alert.id), actor)


async def canary_first(request: Request) -> list[Reply]:
    """Ask for the number, with the first few to go alone."""
    actor = await team.require_composer(request.tx, request.chat_id)
    alert = await alerts.unsent(request.tx, number(request.incoming.argument), actor=actor)
    return await _ask_number(request, alert, Step(at="confirm", alert_id=alert.id, canary=True), actor)


async def take_number(request: Request, step: Step) -> list[Reply]:
    """Send, if the number typed is the number of people it reaches now."""
    actor = await team.require_composer(request.tx, request.chat_id)
    try:
        await broadcasts.send(
            request.tx,
            step.alert_id,
            confirmed=_number(request.incoming.text),
            paid=request.resources.paid_broadcast,
            actor=actor,
            now=request.now,
            again=step.again,
            canary=step.canary,
        )
    except (ReachChanged, SentAlready) as error:
        alert = await alerts.get(request.tx, step.alert_id, actor=actor)
        again = step.again or isinstance(error, SentAlready)
        asked = Step(at="confirm", alert_id=alert.id, canary=step.canary, again=again)
        return await _ask_number(request, alert, asked, actor, why=_why_again(request, error))
    await request.tx.conversations.end(request.chat_id)
    # Translators: an organizer has confirmed a sending; a message below counts down and has a button Undo.
    return request.reply(request.words.gettext("Confirmed. Until it starts, you can undo it below."))


async def control(request: Request) -> list[Reply]:
    """Start, pause, resume or cancel a broadcast under way."""
    actor = await team.require_composer(request.tx, request.chat_id)
    verb, _, broadcast_id = request.incoming.argument.partition(":")
    if verb not in MOVES:
        raise ButtonOutdated
    moved = await MOVES[verb](request.tx, number(broadcast_id), actor=actor, now=request.now)
    alert = await alerts.get(request.tx, moved.broadcast.alert_id, actor=actor)
    text = progress_text(request.words, moved, title=title_of(alert), now=request.now)
    return request.replace(text, progress_keyboard(request.words, moved, now=request.now))


async def _ask_number(
    request: Request, alert: Alert, step: Step, actor: Organizer, *, why: str = ""
) -> list[Reply]:
    """Ask for the number of people to be typed; `why`, where it was asked before."""
    reach = await alerts.reach_of(request.tx, alert, actor=actor)
    if not reach.total:
        raise broadcasts.NobodyToReach
    await save_step(request, step)
    words = request.words
    text = joined(
        [
            why,
            bold(_question(request, alert)),
            reach_line(request, reach),
            left_out_line(request, reach),
            missing_lines(request, reach),
            _manner(request, alert, reach.total, canary=step.canary),
            # Translators: {number} is the number of people, to be typed as it stands.
            words.gettext(
                "To send it, type {number}. To leave it as it is, send {command}.",
                number=str(reach.total),
                command="/cancel",
            ),
        ]
    )
    rows = [[back_button(request, alert)]]
    if not step.canary and alert.corrects is None and reach.total > broadcasts.CANARY:
        # Translators: button; {n} people get the alert first, then it waits until the organizer has looked.
        label = words.ngettext("First to {n} only", "First to {n} only", broadcasts.CANARY)
        rows.insert(0, [button(label, f"careful:{alert.id}")])
    return request.replace(text, rows)


def _question(request: Request, alert: Alert) -> str:
    if alert.corrects is not None:
        # Translators: asks an organizer to confirm a correction; {title} is the title as it is corrected.
        return request.words.gettext("Replace what was sent by “{title}”?", title=title_of(alert))
    # Translators: asks an organizer to confirm a sending; {title} is the alert's title.
    return request.words.gettext("Send “{title}”?", title=title_of(alert))


def _why_again(request: Request, error: ReachChanged | SentAlready) -> str:
    words = request.words
    if isinstance(error, ReachChanged):
        # Translators: an organizer typed another number than that of the people it reaches; it is asked again below.
        return words.gettext("Nothing was sent: that is not the number of people it reaches now.")
    # Translators: an organizer is about to send the same words to the same people a second time within a day.
    return words.gettext(
        "Nothing was sent yet: exactly this went to the same people within the last day. Send it once more?"
    )


def _manner(request: Request, alert: Alert, people: int, *, canary: bool) -> str:
    words = request.words
    lines = [in_place_line(request, alert)]
    if canary:
        # Translators: {n} people get the alert first, then it waits until the organizer has looked.
        first = words.ngettext(
            "It goes to {n} person first and waits for you.",
            "It goes to {n} people first and waits for you.",
            broadcasts.CANARY,
        )
        lines.append(first)
    lines.append(paid_line(request, alert, people))
    return "\n".join(line for line in lines if line)


def _number(text: str) -> int | None:
    """Return the number that was typed, however its digits are grouped; None for anything else."""
    typed = SEPARATORS.sub("", text)
    return int(typed) if typed.isdecimal() and len(typed) <= NUMBER_DIGITS else None
