"""An alert exactly as it would go out, and the question whether to approve just that."""

from bot.domain.alert import Alert
from bot.domain.organizer import Right
from bot.domain.reach import Reach
from bot.domain.rich_text import RichText, styled
from bot.handlers.request import Request
from bot.i18n.localizer import Localizer
from bot.services import alerts
from bot.services.approvals import Proposal
from bot.telegram_io.replies import Reply
from bot.wording.alert_message import alert_screen
from bot.wording.approval import approval_screen, fallback_heading, preview_heading
from bot.wording.fields import texts_with
from bot.wording.screen import Screen


async def show_for_approval(request: Request, proposal: Proposal) -> list[Reply]:
    """Show exactly what would be approved, in every language in which anybody gets it, and ask."""
    alert = proposal.alert
    reach = await alerts.reach_of(request.tx, alert, actor=request.actor)
    asked = approval_screen(
        request.localizer,
        alert,
        reach,
        seen=proposal.seen,
        paid=request.resources.paid_broadcast,
        decides=proposal.by_author and request.actor.may(Right.COMPOSE),
    )
    return [*request.acknowledge(), *previews(request, alert, reach), request.message(asked)]


def previews(request: Request, alert: Alert, reach: Reach) -> list[Reply]:
    """Return a message for each language, as its readers will see it, and one for those who get the base's words.

    Below each stand the texts of its action, such as a letter.
    """
    in_locale = request.resources.catalogs.words
    shown: list[Screen | RichText] = []
    for locale in alert.translations:
        people = reach.by_locale.get(locale, 0)
        heading = preview_heading(request.localizer, alert, locale, people=people)
        shown += _under(heading, alert, in_locale(locale))
        if (texts := texts_with(request.localizer, alert, locale)).text:
            shown.append(texts)
    if any(reach.missing.values()) and alert.base in alert.translations:
        most = max(reach.missing, key=lambda locale: reach.missing[locale])
        heading = fallback_heading(request.localizer, alert, reach)
        shown += _under(heading, alert, in_locale(most))
    return [request.message(each) for each in shown]


def _under(heading: str, alert: Alert, words: Localizer) -> list[Screen | RichText]:
    """Return an alert under its heading; above a picture that stands alone, for the caption has no room."""
    if alert.picture is None:
        return [alert_screen(alert, words, mark=heading)]
    return [styled(heading, "italic"), alert_screen(alert, words)]
