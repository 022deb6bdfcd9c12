"""Seeing an alert exactly as it would go out, and approving just that."""

from bot.domain.organizer import Right
from bot.handlers.freshness import is_fresh
from bot.handlers.proposals import previews, show_changed, show_check, show_for_approval
from bot.handlers.request import Request
from bot.handlers.sending import ask_number
from bot.handlers.telling import tell
from bot.services import alerts, approvals, reaching, reviews
from bot.services.checks import CheckBlocked, WarningsUnseen
from bot.services.team import Contact
from bot.telegram_io.replies import Reply
from bot.telegram_io.review_buttons import Approve, AskColleagues, Preview, Review
from bot.wording import approval as wording
from bot.wording.confirmation import asked_long_ago
from bot.wording.errors import apology


async def preview(request: Request, button: Preview) -> list[Reply]:
    """Show the alert as the readers of each language will see it."""
    alert = await alerts.get(request.tx, button.alert_id, actor=request.actor)
    sent = await alerts.is_sent(request.tx, alert.id, actor=request.actor)
    reach = await reaching.reach_of(request.tx, alert, actor=request.actor, now=request.now)
    below = request.message(wording.below_previews(request.localizer, alert, reach, sent=sent))
    return [*request.acknowledge(), *previews(request, alert, reach), below]


async def review(request: Request, alert_id: int) -> list[Reply]:
    """Show a colleague exactly what they would approve."""
    paid = request.resources.paid_broadcast
    proposal = await approvals.propose(request.tx, alert_id, paid=paid, actor=request.actor)
    return await show_for_approval(request, proposal)


async def look(request: Request, button: Review) -> list[Reply]:
    """Show a colleague who was asked what they would approve."""
    return await review(request, button.alert_id)


async def ask_colleagues(request: Request, button: AskColleagues) -> list[Reply]:
    """Submit the alert: everybody who may approve it is asked to look at it."""
    paid = request.resources.paid_broadcast
    alert = await alerts.get(request.tx, button.alert_id, actor=request.actor)
    try:
        colleagues = await reviews.submit(
            request.tx, alert.id, paid=paid, actor=request.actor, now=request.now
        )
    except CheckBlocked as error:
        blocked = request.message(apology(error, request.localizer))
        return [blocked, *await show_check(request.below(), alert)]
    reach = await reaching.reach_of(request.tx, alert, actor=request.actor, now=request.now)
    return [
        *request.replace(wording.asked(request.localizer, alert, len(colleagues))),
        *tell(request, colleagues, lambda words: wording.asks_you(words, alert, reach, by=request.actor)),
    ]


async def approve(request: Request, button: Approve) -> list[Reply]:
    """Approve what was shown; if it was edited meanwhile, or shown long ago, show it again."""
    paid = request.resources.paid_broadcast
    if not is_fresh(request):
        late = request.message(asked_long_ago(request.localizer))
        return [late, *await review(request, button.alert_id)]
    authors = await approvals.authors(request.tx, button.alert_id, actor=request.actor)
    try:
        approval = await approvals.approve(
            request.tx,
            button.alert_id,
            seen=button.seen,
            paid=paid,
            zone=request.resources.zone,
            promised=request.resources.content.campaign.alerts_a_week,
            actor=request.actor,
            now=request.now,
        )
    except approvals.PlanChanged:
        return await show_changed(request, button.alert_id)
    except (CheckBlocked, WarningsUnseen) as error:
        why = request.message(apology(error, request.localizer))
        return [why, *await review(request, button.alert_id)]
    alert = await alerts.get(request.tx, button.alert_id, actor=request.actor)
    sends = request.actor.may(Right.SEND)
    halted = await approvals.halted(request.tx, alert.id, actor=request.actor)
    if halted is not None:
        return _about_halted(request, halted.id, authors, sends=sends)
    if approval.by_author and sends:
        return await ask_number(request, alert)
    told = tell(request, authors, lambda words: wording.approval_told(words, alert, by=request.actor))
    return [*request.replace(wording.approved_screen(request.localizer, alert, sends=sends)), *told]


def _about_halted(request: Request, broadcast_id: int, authors: list[Contact], *, sends: bool) -> list[Reply]:
    """Tell whoever may that a broadcast which was halted can go on."""
    told = tell(request, authors, lambda words: wording.approved_again(words, broadcast_id, sends=True))
    return [*request.replace(wording.approved_again(request.localizer, broadcast_id, sends=sends)), *told]
