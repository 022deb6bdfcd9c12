"""The check of an alert, and the acknowledgement of its warnings."""

from bot.handlers.proposals import checked, show_card, show_check, show_for_approval
from bot.handlers.request import Request
from bot.services import alerts, approvals, checks
from bot.telegram_io.check_buttons import Acknowledge, Check
from bot.telegram_io.replies import Reply


async def check(request: Request, button: Check) -> list[Reply]:
    """Show what stands in an alert's way, and what is to be known of it."""
    return await show_check(request, await alerts.unsent(request.tx, button.alert_id, actor=request.actor))


async def acknowledge(request: Request, button: Acknowledge) -> list[Reply]:
    """Note that the warnings were seen, and go on where they stood."""
    paid = request.resources.paid_broadcast
    alert = await checks.acknowledge(
        request.tx,
        button.alert_id,
        mark=button.mark,
        paid=paid,
        zone=request.resources.zone,
        promised=request.resources.content.campaign.alerts_a_week,
        actor=request.actor,
        now=request.now,
    )
    if not button.review:
        return await show_check(request, alert)
    proposal = await approvals.propose(request.tx, alert.id, paid=paid, actor=request.actor)
    if button.mark != (await checked(request, alert)).mark:
        # What was shown above is not what it is now.
        return await show_for_approval(request, proposal)
    return await show_card(request, proposal)
