"""An alert exactly as it would go out, and the question whether to approve just that."""

from bot.domain.alert import Alert
from bot.domain.cooling import cools_for
from bot.domain.organizer import Right
from bot.domain.reach import Reach
from bot.handlers.request import Request
from bot.services import alerts, approvals, reviews
from bot.services.approvals import Proposal
from bot.telegram_io.replies import Reply
from bot.wording.alert_message import alert_screen
from bot.wording.approval import (
    Looking,
    approval_screen,
    changed_since_seen,
    fallback_heading,
    preview_heading,
)


async def show_for_approval(request: Request, proposal: Proposal) -> list[Reply]:
    """Show exactly what would be approved, in every language in which anybody gets it, and ask."""
    alert = proposal.alert
    reach = await alerts.reach_of(request.tx, alert, actor=request.actor)
    halted = await approvals.halted(request.tx, alert.id, actor=request.actor)
    asked = approval_screen(
        request.localizer,
        alert,
        reach,
        seen=proposal.seen,
        paid=request.resources.paid_broadcast,
        looking=Looking(
            changes=await reviews.look(request.tx, alert.id, actor=request.actor),
            decides=proposal.by_author and request.actor.may(Right.COMPOSE),
            alone=proposal.by_author,
            left=cools_for(request.actor, now=request.now),
            returns=halted is None,
        ),
    )
    return [*request.acknowledge(), *previews(request, alert, reach), request.message(asked)]


async def show_changed(request: Request, alert_id: int) -> list[Reply]:
    """Show again what was edited since it was shown for approval."""
    paid = request.resources.paid_broadcast
    proposal = await approvals.propose(request.tx, alert_id, paid=paid, actor=request.actor)
    changed = changed_since_seen(request.localizer)
    return [request.message(changed), *await show_for_approval(request, proposal)]


def previews(request: Request, alert: Alert, reach: Reach) -> list[Reply]:
    """Return a message for each language, as its readers will see it, and one for those who get the base's words."""
    in_locale = request.resources.catalogs.words
    shown = []
    for locale in alert.translations:
        people = reach.by_locale.get(locale, 0)
        heading = preview_heading(request.localizer, alert, locale, people=people)
        shown.append(alert_screen(alert, in_locale(locale), mark=heading))
    if any(reach.missing.values()) and alert.base in alert.translations:
        most = max(reach.missing, key=lambda locale: reach.missing[locale])
        heading = fallback_heading(request.localizer, alert, reach)
        shown.append(alert_screen(alert, in_locale(most), mark=heading))
    return [request.message(each) for each in shown]
