"""An alert exactly as it would go out, and the question whether to approve just that."""

from bot.domain.alert import Alert
from bot.handlers.request import Request
from bot.services import alerts
from bot.services.approvals import Proposal
from bot.telegram_io.replies import Reply
from bot.wording.alert_message import alert_screen
from bot.wording.approval import approval_screen


async def show_for_approval(request: Request, proposal: Proposal) -> list[Reply]:
    """Show exactly what would be approved, and ask."""
    alert = proposal.alert
    reach = await alerts.reach_of(request.tx, alert, actor=request.actor)
    paid = request.resources.paid_broadcast
    asked = approval_screen(request.localizer, alert, reach, seen=proposal.seen, paid=paid)
    return [*request.acknowledge(), *previews(request, alert), request.message(asked)]


def previews(request: Request, alert: Alert) -> list[Reply]:
    """Return a message for each language, as its readers will see it."""
    in_locale = request.resources.catalogs.words
    return [request.message(alert_screen(alert, in_locale(locale))) for locale in alert.translations]
