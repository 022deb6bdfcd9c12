"""An alert exactly as it would go out, and the button that approves just that."""

from bot.domain.alert import Alert
from bot.domain.organizer import Organizer
from bot.domain.pacing import paid_stars
from bot.domain.rich_text import joined
from bot.handlers.board import in_place_line, missing_lines, reach_line
from bot.handlers.request import Request
from bot.services import alerts
from bot.services.approvals import Proposal
from bot.telegram_io.replies import Reply, button, say
from bot.wording.alert_message import alert_keyboard, alert_text


async def shown_for_approval(request: Request, proposal: Proposal, *, actor: Organizer) -> list[Reply]:
    """Show exactly what would be approved."""
    words, alert = request.words, proposal.alert
    reach = await alerts.reach_of(request.tx, alert, actor=actor)
    text = joined(
        [
            # Translators: a colleague of an alert's author is asked to approve it, having seen it above.
            words.gettext("This is what would be sent."),
            in_place_line(request, alert),
            reach_line(request, reach),
            missing_lines(request, reach),
            paid_line(request, alert, reach.total),
        ]
    )
    # Translators: button; a colleague approves the alert exactly as shown.
    yes = button(words.gettext("Approve"), f"approve:{alert.id}:{proposal.seen}")
    return [*previews(request, alert), say(request.chat_id, text, [[yes]])]


def previews(request: Request, alert: Alert) -> list[Reply]:
    """Return a message for each language, as its readers will see it."""
    shown = []
    for locale in alert.translations:
        words = request.resources.catalogs.words(locale)
        shown.append(say(request.chat_id, alert_text(alert, words), alert_keyboard(alert, words)))
    return shown


def paid_line(request: Request, alert: Alert, people: int) -> str:
    """Return what it may cost; empty where it costs nothing."""
    if not request.resources.paid_broadcast or alert.corrects is not None:
        return ""
    # Translators: Telegram takes a price for fast sending; {stars} is a number of Telegram Stars.
    return request.words.gettext("Paid sending: up to {stars} Telegram Stars.", stars=paid_stars(people))
