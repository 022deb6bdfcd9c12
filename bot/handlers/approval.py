"""Seeing an alert exactly as it would go out, and approving just that."""

from bot.domain.alert import Alert, TranslationMissing
from bot.domain.rich_text import RichText, joined
from bot.handlers.board import back_button, in_place_line, missing_lines, reach_line, send_button
from bot.handlers.request import Request
from bot.services import alerts, team
from bot.telegram_io.callbacks import number
from bot.telegram_io.replies import Reply, button, say
from bot.wording.alert_message import alert_keyboard, alert_text

SEEN = 16
"""Digits of the content's hash that the button carries: what is approved is what was shown."""


async def preview(request: Request) -> list[Reply]:
    """Show the alert as the readers of each language will see it."""
    await team.require(request.tx, request.chat_id)
    alert = await alerts.get(request.tx, number(request.incoming.argument))
    # Translators: below previews of an alert in all its languages.
    text = RichText(request.words.gettext("This is how it will look, in each language."))
    row = [back_button(request, alert)]
    if not await alerts.is_sent(request.tx, alert.id):
        row.append(send_button(request, alert))
    return [*request.acknowledge(), *_previews(request, alert), say(request.chat_id, text, [row])]


async def review(request: Request) -> list[Reply]:
    """Show a colleague exactly what they would approve."""
    await team.require_approver(request.tx, request.chat_id)
    alert = await alerts.unsent(request.tx, number(request.incoming.name.removeprefix("approve_")))
    if alert.base not in alert.translations:
        raise TranslationMissing
    return await _shown_for_approval(request, alert)


async def approve(request: Request) -> list[Reply]:
    """Approve what was shown; if it was edited meanwhile, show it again."""
    approver = await team.require_approver(request.tx, request.chat_id)
    alert_id, _, seen = request.incoming.argument.partition(":")
    alert = await alerts.unsent(request.tx, number(alert_id))
    words = request.words
    if alert.content_hash()[:SEEN] != seen:
        # Translators: the alert was edited between being shown and being approved; it is shown anew below.
        changed = RichText(words.gettext("It has changed since you looked. Look again:"))
        return [*request.reply(changed), *await _shown_for_approval(request, alert)]
    await alerts.approve(request.tx, alert.id, approver, now=request.now)
    # Translators: a colleague has approved an alert.
    return request.replace(words.gettext("Approved, exactly as you saw it. Its author can send it now."))


async def _shown_for_approval(request: Request, alert: Alert) -> list[Reply]:
    words = request.words
    reach = await alerts.reach_of(request.tx, alert)
    text = joined(
        [
            # Translators: a colleague of an alert's author is asked to approve it, having seen it above.
            words.gettext("This is what would be sent."),
            in_place_line(request, alert),
            reach_line(request, reach),
            missing_lines(request, reach),
        ]
    )
    # Translators: button; a colleague approves the alert exactly as shown.
    yes = button(words.gettext("Approve"), f"approve:{alert.id}:{alert.content_hash()[:SEEN]}")
    return [*_previews(request, alert), say(request.chat_id, text, [[yes]])]


def _previews(request: Request, alert: Alert) -> list[Reply]:
    shown = []
    for locale in alert.translations:
        words = request.resources.catalogs.words(locale)
        shown.append(say(request.chat_id, alert_text(alert, words), alert_keyboard(alert, words)))
    return shown
