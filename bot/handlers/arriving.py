"""Coming by a link: where it leads, in the language it names, and consent first where there must be."""

from bot.domain.deep_links import DeepLink, deep_link_in
from bot.handlers import questions, sharing, welcome
from bot.handlers.request import Request
from bot.services import subscriptions
from bot.telegram_io.replies import Reply


async def start(request: Request) -> list[Reply]:
    """Follow the link that was opened; without one, show the first screen, or take an organizer's role by a code."""
    link = deep_link_in(request.incoming.argument)
    if link is None:
        return await welcome.begin(request, request.incoming.argument)
    return await _follow(await _speaking(request, link), link)


async def _follow(request: Request, link: DeepLink) -> list[Reply]:
    """Show what a link leads to. Questions are answered to anybody; an alert is shown to who is on the list."""
    found = await questions.arrive(request, link)
    if found is not None:
        return found
    if link.alert is not None:
        subscriber = await subscriptions.greet(request.tx, request.chat_id)
        if subscriber is not None and subscriber.is_on_list:
            return await sharing.show_shared(request, link)
        if not await sharing.is_shared(request, link.alert):
            link = DeepLink(source=link.source, friend=link.friend)
    return await welcome.show_start(request, link)


async def _speaking(request: Request, link: DeepLink) -> Request:
    """Return the request in the language of the link, which is theirs from now on.

    Whoever has chosen a language, or gets the alerts in one, keeps it: a link is somebody else's words.
    """
    if link.locale not in request.resources.catalogs.locales:
        return request
    subscriber = await subscriptions.find(request.tx, request.chat_id)
    if subscriber is not None or await subscriptions.language(request.tx, request.chat_id) is not None:
        return request
    await subscriptions.choose_language(request.tx, request.chat_id, str(link.locale))
    return request.speaking(str(link.locale))
