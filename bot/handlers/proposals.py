"""An alert exactly as it would go out, and the question whether to approve just that."""

from bot.domain.alert import Alert
from bot.domain.choices import Choice
from bot.domain.organizer import Right
from bot.domain.reach import Reach
from bot.handlers.request import Request
from bot.services import alerts, checks
from bot.services.approvals import Proposal
from bot.services.checks import Checked
from bot.telegram_io.replies import Reply
from bot.wording.alert_message import alert_screen
from bot.wording.approval import approval_screen, fallback_heading, preview_heading
from bot.wording.check import check_screen
from bot.wording.screen import Screen


async def show_for_approval(request: Request, proposal: Proposal) -> list[Reply]:
    """Show exactly what would be approved, in every language in which anybody gets it, and ask."""
    reach = await alerts.reach_of(request.tx, proposal.alert, actor=request.actor)
    asked = await _card(request, proposal, reach)
    return [*request.acknowledge(), *previews(request, proposal.alert, reach), request.message(asked)]


async def show_card(request: Request, proposal: Proposal) -> list[Reply]:
    """Ask anew, below what is shown already."""
    reach = await alerts.reach_of(request.tx, proposal.alert, actor=request.actor)
    return request.replace(await _card(request, proposal, reach))


async def _card(request: Request, proposal: Proposal, reach: Reach) -> Screen:
    return approval_screen(
        request.localizer,
        await checked(request, proposal.alert),
        reach,
        seen=proposal.seen,
        paid=request.resources.paid_broadcast,
        actor=request.actor,
        decides=proposal.by_author and request.actor.may(Right.COMPOSE),
    )


def previews(request: Request, alert: Alert, reach: Reach) -> list[Reply]:
    """Return a message for each language, as its readers will see it, and one for those who get the base's words.

    Readers who are left out see nothing, nor does anybody here.
    """
    in_locale = request.resources.catalogs.words
    shown = []
    for locale in alert.translations:
        if reach.choices.get(locale) in (Choice.BASE, Choice.LEAVE_OUT):
            continue  # nobody gets these words
        people = reach.by_locale.get(locale, 0)
        heading = preview_heading(request.localizer, alert, locale, people=people)
        shown.append(alert_screen(alert, in_locale(locale), mark=heading))
    if any(reach.missing.values()) and alert.base in alert.translations:
        most = max(reach.missing, key=lambda locale: reach.missing[locale])
        heading = fallback_heading(request.localizer, alert, reach)
        shown.append(alert_screen(alert, in_locale(most), mark=heading))
    return [request.message(each) for each in shown]


async def checked(request: Request, alert: Alert) -> Checked:
    """Check the alert as it would go out now."""
    return await checks.look(
        request.tx,
        alert,
        paid=request.resources.paid_broadcast,
        actor=request.actor,
        now=request.now,
        rate=request.resources.send_rate,
    )


async def show_check(request: Request, alert: Alert) -> list[Reply]:
    """Show what stands in an alert's way, and what is to be known of it."""
    found = await checked(request, alert)
    reach = await alerts.reach_of(request.tx, alert, actor=request.actor)
    return request.replace(check_screen(request.localizer, found, reach, actor=request.actor))
