"""Seeing an alert exactly as it would go out, and approving just that."""

from bot.domain.organizer import Right
from bot.handlers.proposals import previews, show_for_approval
from bot.handlers.request import Request
from bot.handlers.sending import ask_number
from bot.services import alerts, approvals
from bot.telegram_io.callbacks import Approve, Preview
from bot.telegram_io.replies import Reply
from bot.wording import approval as wording


async def preview(request: Request, button: Preview) -> list[Reply]:
    """Show the alert as the readers of each language will see it."""
    alert = await alerts.get(request.tx, button.alert_id, actor=request.actor)
    sent = await alerts.is_sent(request.tx, alert.id, actor=request.actor)
    reach = await alerts.reach_of(request.tx, alert, actor=request.actor)
    below = request.message(wording.below_previews(request.localizer, alert, sent=sent))
    return [*request.acknowledge(), *previews(request, alert, reach), below]


async def review(request: Request, alert_id: int) -> list[Reply]:
    """Show a colleague exactly what they would approve."""
    paid = request.resources.paid_broadcast
    proposal = await approvals.propose(request.tx, alert_id, paid=paid, actor=request.actor)
    return await show_for_approval(request, proposal)


async def approve(request: Request, button: Approve) -> list[Reply]:
    """Approve what was shown; if it was edited meanwhile, show it again."""
    paid = request.resources.paid_broadcast
    try:
        approval = await approvals.approve(
            request.tx, button.alert_id, seen=button.seen, paid=paid, actor=request.actor, now=request.now
        )
    except approvals.PlanChanged:
        proposal = await approvals.propose(request.tx, button.alert_id, paid=paid, actor=request.actor)
        changed = wording.changed_since_seen(request.localizer)
        return [request.message(changed), *await show_for_approval(request, proposal)]
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    sends = request.actor.may(Right.SEND)
    if approval.by_author and sends:
        return await ask_number(request, alert)
    return request.replace(wording.approved_screen(request.localizer, alert, sends=sends))
