"""Seeing an alert exactly as it would go out, and approving just that."""

from bot.domain.organizer import Right
from bot.domain.rich_text import RichText
from bot.handlers.board import back_button, send_button
from bot.handlers.previews import previews, shown_for_approval
from bot.handlers.request import Request
from bot.handlers.sending import ask_number
from bot.services import alerts, approvals, team
from bot.telegram_io.callbacks import number
from bot.telegram_io.replies import Reply, say


async def preview(request: Request) -> list[Reply]:
    """Show the alert as the readers of each language will see it."""
    actor = await team.require(request.tx, request.chat_id)
    alert = await alerts.get(request.tx, number(request.incoming.argument), actor=actor)
    # Translators: below previews of an alert in all its languages.
    text = RichText(request.words.gettext("This is how it will look, in each language."))
    row = [back_button(request, alert)]
    if not await alerts.is_sent(request.tx, alert.id, actor=actor):
        row.append(send_button(request, alert))
    return [*request.acknowledge(), *previews(request, alert), say(request.chat_id, text, [row])]


async def review(request: Request) -> list[Reply]:
    """Show a colleague exactly what they would approve."""
    actor = await team.require_approver(request.tx, request.chat_id)
    alert_id = number(request.incoming.name.removeprefix("approve_"))
    paid = request.resources.paid_broadcast
    proposal = await approvals.propose(request.tx, alert_id, paid=paid, actor=actor)
    return await shown_for_approval(request, proposal, actor=actor)


async def approve(request: Request) -> list[Reply]:
    """Approve what was shown; if it was edited meanwhile, show it again."""
    actor = await team.require_approver(request.tx, request.chat_id)
    argument, _, seen = request.incoming.argument.partition(":")
    alert_id, paid = number(argument), request.resources.paid_broadcast
    words = request.words
    try:
        approval = await approvals.approve(
            request.tx, alert_id, seen=seen, paid=paid, actor=actor, now=request.now
        )
    except approvals.PlanChanged:
        proposal = await approvals.propose(request.tx, alert_id, paid=paid, actor=actor)
        # Translators: the alert was edited between being shown and being approved; it is shown anew below.
        changed = RichText(words.gettext("It has changed since you looked. Look again:"))
        return [*request.reply(changed), *await shown_for_approval(request, proposal, actor=actor)]
    alert = await alerts.unsent(request.tx, alert_id, actor=actor)
    if approval.by_author:
        return await ask_number(request, alert, actor=actor)
    rows = [[send_button(request, alert)]] if actor.may(Right.SEND) else None
    # Translators: a colleague has approved an alert.
    done = words.gettext("Approved, exactly as you saw it. Its author can send it now.")
    return request.replace(done, rows)
