"""An alert exactly as it would go out, and the question whether to approve just that."""

from bot.domain.alert import Alert
from bot.domain.choices import Choice
from bot.domain.cooling import cools_for
from bot.domain.organizer import Right
from bot.domain.reach import Reach
from bot.domain.rich_text import styled
from bot.handlers.audience_lines import audience_line
from bot.handlers.request import Request
from bot.services import approvals, checks, reaching, reviews
from bot.services.approvals import Proposal
from bot.services.checks import Checked
from bot.telegram_io.replies import Reply
from bot.wording.alert_message import alert_screen
from bot.wording.approval import (
    Looking,
    approval_screen,
    changed_since_seen,
    fallback_heading,
    preview_heading,
)
from bot.wording.check import check_screen
from bot.wording.fields import texts_with
from bot.wording.screen import Screen


async def show_for_approval(request: Request, proposal: Proposal) -> list[Reply]:
    """Show exactly what would be approved, in every language in which anybody gets it, and ask."""
    reach = await reaching.reach_of(request.tx, proposal.alert, actor=request.actor, now=request.now)
    asked = await _card(request, proposal, reach)
    return [*request.acknowledge(), *previews(request, proposal.alert, reach), request.message(asked)]


async def show_card(request: Request, proposal: Proposal) -> list[Reply]:
    """Ask anew, below what is shown already."""
    reach = await reaching.reach_of(request.tx, proposal.alert, actor=request.actor, now=request.now)
    return request.replace(await _card(request, proposal, reach))


async def _card(request: Request, proposal: Proposal, reach: Reach) -> Screen:
    alert = proposal.alert
    halted = await approvals.halted(request.tx, alert.id, actor=request.actor)
    return approval_screen(
        request.localizer,
        await checked(request, proposal.alert),
        reach,
        seen=proposal.seen,
        paid=request.resources.paid_broadcast,
        looking=Looking(
            by=request.actor,
            changes=await reviews.look(request.tx, alert.id, actor=request.actor),
            decides=proposal.by_author and request.actor.may(Right.COMPOSE),
            alone=proposal.by_author,
            left=cools_for(request.actor, now=request.now),
            returns=halted is None,
        ),
        audience=await audience_line(request, alert),
    )


async def show_changed(request: Request, alert_id: int) -> list[Reply]:
    """Show again what was edited since it was shown for approval."""
    paid = request.resources.paid_broadcast
    proposal = await approvals.propose(request.tx, alert_id, paid=paid, actor=request.actor)
    changed = changed_since_seen(request.localizer)
    return [request.message(changed), *await show_for_approval(request, proposal)]


def previews(request: Request, alert: Alert, reach: Reach) -> list[Reply]:
    """Return a message for each language, as its readers will see it, and one for those who get the base's words.

    Below each stand the texts of its action, such as a letter. Readers who are left out see nothing, nor does anybody
    here.
    """
    shown: list[Reply] = []
    for locale in alert.translations:
        if reach.choices.get(locale) in (Choice.BASE, Choice.LEAVE_OUT):
            continue  # nobody gets these words
        people = reach.by_locale.get(locale, 0)
        heading = preview_heading(
            request.localizer, alert, locale, people=people, is_estimate=reach.is_estimate
        )
        shown += _under(request.speaking(locale), heading, alert)
        if (texts := texts_with(request.localizer, alert, locale)).text:
            shown.append(request.message(texts))
    if reach.missing and alert.base in alert.translations:
        most = max(reach.missing, key=lambda locale: reach.missing[locale])
        heading = fallback_heading(request.localizer, alert, reach)
        shown += _under(request.speaking(most), heading, alert)
    return shown


def _under(reading: Request, heading: str, alert: Alert) -> list[Reply]:
    """Return an alert under its heading, as `reading` would get it; above a picture that stands alone.

    The caption has no room for it.
    """
    words = reading.localizer
    if alert.picture is None:
        return [reading.message(alert_screen(alert, words, mark=heading))]
    return [reading.message(styled(heading, "italic")), reading.message(alert_screen(alert, words))]


async def checked(request: Request, alert: Alert) -> Checked:
    """Check the alert as it would go out now."""
    return await checks.look(
        request.tx,
        alert,
        paid=request.resources.paid_broadcast,
        zone=request.resources.zone,
        promised=request.resources.content.campaign.alerts_a_week,
        actor=request.actor,
        now=request.now,
        rate=request.resources.send_rate,
    )


async def show_check(request: Request, alert: Alert) -> list[Reply]:
    """Show what stands in an alert's way, and what is to be known of it."""
    found = await checked(request, alert)
    reach = await reaching.reach_of(request.tx, alert, actor=request.actor, now=request.now)
    return request.replace(check_screen(request.localizer, found, reach, actor=request.actor))
