"""Sharing an alert or the bot, and being shown the alert that a link led to."""

from bot.domain.deep_links import DeepLink
from bot.handlers.request import Request
from bot.services import sharing, subscriptions
from bot.services.sharing import NothingToShare
from bot.telegram_io.replies import Reply
from bot.telegram_io.sharing_buttons import ShareAlert
from bot.wording.alert_message import alert_screen
from bot.wording.joining import join_rows
from bot.wording.screen import Screen, screen
from bot.wording.sharing import bring_friend_screen, not_shared_screen, share_alert_screen, shared_alert_over


async def share_alert(request: Request, button: ShareAlert) -> list[Reply]:
    """Offer ways to share an alert below it; the alert itself stays."""
    try:
        shared = await sharing.shareable(request.tx, button.alert_id, now=request.now)
    except NothingToShare:
        return await _card(request, not_shared_screen(request.localizer))
    own = await sharing.own_link(request.tx, request.chat_id)
    title = shared.alert.words(request.locale).title
    profile = request.resources.profile
    campaign = request.resources.content.campaign.name(request.locale)
    shown = share_alert_screen(
        request.localizer, profile, own, campaign=campaign, title=title, code=shared.code
    )
    return await _card(request, shown)


async def bring_friend(request: Request) -> list[Reply]:
    """Offer ways to share the bot."""
    own = await sharing.own_link(request.tx, request.chat_id)
    campaign = request.resources.content.campaign.name(request.locale)
    profile = request.resources.profile
    return await _card(request, bring_friend_screen(request.localizer, profile, own, campaign=campaign))


async def _card(request: Request, shown: Screen) -> list[Reply]:
    """Answer below, with the way onto the list for who is not on it."""
    subscriber = await subscriptions.find(request.tx, request.chat_id)
    return request.reply(screen(shown.text, [*shown.rows, *join_rows(request.localizer, subscriber)]))


async def is_shared(request: Request, code: str) -> bool:
    """Whether a link with this code still leads to an alert."""
    try:
        await sharing.shared(request.tx, code, now=request.now)
    except NothingToShare:
        return False
    return True


async def show_shared(request: Request, link: DeepLink) -> list[Reply]:
    """Return the alert that a link leads to, as a message of its own, or the sentence that it is over."""
    if link.alert is None:
        return []
    try:
        shared = await sharing.shared(request.tx, link.alert, now=request.now)
    except NothingToShare:
        return [request.message(shared_alert_over(request.localizer))]
    return [request.message(alert_screen(shared.alert, request.localizer))]
