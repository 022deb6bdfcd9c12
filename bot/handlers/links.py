"""Where a named link leads, in which language, and its QR code."""

from dataclasses import replace

from bot.domain.deep_links import DeepLink, Leads, address, deep_link_in
from bot.domain.source import Source
from bot.handlers.request import Request
from bot.services import growth, sharing
from bot.services.growth import SourceMissing
from bot.services.sharing import NothingToShare, Shareable
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.link_buttons import LinkGoals, LinkLanguages, LinkPoster, OpenLink
from bot.telegram_io.replies import Reply
from bot.telegram_io.uploads import Upload, UploadKind
from bot.wording import links as wording
from bot.wording.screen import screen


async def open_link(request: Request, button: OpenLink) -> list[Reply]:
    """Show a link as it stands."""
    link, source = await _found(request, button.link)
    goal = await _goal(request, link)
    where = _address(request, link)
    return request.replace(wording.link_screen(request.localizer, source, link, goal=goal, where=where))


async def send_link_poster(request: Request, button: LinkPoster) -> list[Reply]:
    """Send a link as a QR code, in a file that is printed as it is."""
    link, source = await _found(request, button.link)
    where = _address(request, link)
    if where is None:
        raise SourceMissing
    upload = Upload(kind=UploadKind.QR, name=f"poster-{link.payload}.png", of={"text": where})
    goal = await _goal(request, link)
    return request.send_file(
        upload, screen(wording.poster_words(request.localizer, source, goal=goal, where=where))
    )


async def offer_link_languages(request: Request, button: LinkLanguages) -> list[Reply]:
    """Offer the languages that a link can name."""
    link, _ = await _found(request, button.link)
    locales = request.resources.catalogs.locales
    return request.replace(wording.languages_screen(request.localizer, link, locales))


async def offer_link_goals(request: Request, button: LinkGoals) -> list[Reply]:
    """Offer where a link can lead."""
    link, _ = await _found(request, button.link)
    localizer, content = request.localizer, request.resources.content
    link = replace(link, topic=None, answer=None, alert=None)
    if button.topic is None:
        alerts = await sharing.going_round(request.tx, now=request.now)
        return request.replace(wording.goals_screen(localizer, link, content, alerts))
    topic = next((each for each in content.topics if each.slug == button.topic), None)
    if topic is None or not topic.entries[button.page * wording.QUESTIONS_SHOWN :]:
        raise ButtonOutdated
    return request.replace(wording.questions_screen(localizer, link, content, topic, page=button.page))


async def _found(request: Request, payload: str) -> tuple[DeepLink, Source]:
    """Return what a button carries, and the source that it begins with.

    Raises ButtonOutdated, SourceMissing.
    """
    link = deep_link_in(payload)
    if link is None or link.source is None:
        raise ButtonOutdated
    return link, await growth.source_under(request.tx, link.source, actor=request.actor)


async def _goal(request: Request, link: DeepLink) -> str:
    shared: Shareable | None = None
    if link.leads is Leads.ALERT:
        try:
            shared = await sharing.shared(request.tx, str(link.alert), now=request.now)
        except NothingToShare:
            shared = None
    return wording.goal_words(request.localizer, link, request.resources.content, shared)


def _address(request: Request, link: DeepLink) -> str | None:
    username = request.resources.profile.username
    return None if username is None else address(username, link)
