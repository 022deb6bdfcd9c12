"""Seeing an alert exactly as it would go out, and approving just that."""

from bot.domain.alert import Alert, TranslationMissing
from bot.handlers.request import Request
from bot.services import alerts
from bot.telegram_io.callbacks import HASH_LENGTH, Approve, Preview
from bot.telegram_io.replies import Reply
from bot.wording import approval as wording
from bot.wording.alert_message import alert_screen


async def preview(request: Request, button: Preview) -> list[Reply]:
    """Show the alert as the readers of each language will see it."""
    alert = await alerts.get(request.tx, button.alert_id)
    sent = await alerts.is_sent(request.tx, alert.id)
    below = request.message(wording.below_previews(request.localizer, alert, sent=sent))
    return [*request.acknowledge(), *_previews(request, alert), below]


async def review(request: Request, alert_id: int) -> list[Reply]:
    """Show a colleague exactly what they would approve."""
    alert = await alerts.unsent(request.tx, alert_id)
    if alert.base not in alert.translations:
        raise TranslationMissing
    return await _shown_for_approval(request, alert)


async def approve(request: Request, button: Approve) -> list[Reply]:
    """Approve what was shown; if it was edited meanwhile, show it again."""
    alert = await alerts.unsent(request.tx, button.alert_id)
    if alert.content_hash()[:HASH_LENGTH] != button.seen:
        changed = wording.changed_since_seen(request.localizer)
        return [*request.reply(changed), *await _shown_for_approval(request, alert)]
    await alerts.approve(request.tx, alert.id, request.actor, now=request.now)
    return request.replace(wording.approved(request.localizer))


async def _shown_for_approval(request: Request, alert: Alert) -> list[Reply]:
    reach = await alerts.reach_of(request.tx, alert)
    seen = alert.content_hash()[:HASH_LENGTH]
    asked = wording.approval_screen(request.localizer, alert, reach, seen=seen)
    return [*_previews(request, alert), request.message(asked)]


def _previews(request: Request, alert: Alert) -> list[Reply]:
    in_locale = request.resources.catalogs.words
    return [request.message(alert_screen(alert, in_locale(locale))) for locale in alert.translations]
