"""How the list grows, and the links by which people come."""

from bot.domain.deep_links import DeepLink, address
from bot.domain.growth import GrowthBy
from bot.handlers.flows import save_state
from bot.handlers.request import Request
from bot.handlers.states import AwaitSourceName
from bot.services import conversations, growth
from bot.services.growth import SourceMissing
from bot.telegram_io.replies import Reply
from bot.telegram_io.report_buttons import OpenGrowth, OpenSource, OpenSources, SourcePoster
from bot.telegram_io.uploads import Upload, UploadKind
from bot.wording.growth import growth_chart, growth_screen
from bot.wording.screen import screen
from bot.wording.sources import ask_source_name, poster_caption, source_screen, sources_screen


async def show_growth(request: Request) -> list[Reply]:
    """Send a picture of who joined and left, by week."""
    return await open_growth(request, OpenGrowth())


async def open_growth(request: Request, button: OpenGrowth) -> list[Reply]:
    """Send one of the pictures."""
    by_week = button.by is GrowthBy.WEEK
    grown = await growth.grown(
        request.tx,
        button.by,
        actor=request.actor,
        now=request.now,
        weeks_page=button.page if by_week else 0,
    )
    shown = growth_screen(request.localizer, grown, page=button.page)
    if grown.is_empty:
        return request.replace(shown)
    chart = growth_chart(request.localizer, grown, page=button.page).as_dict()
    return request.send_file(Upload(kind=UploadKind.CHART, name="growth.png", of=chart), shown)


async def open_sources(request: Request, button: OpenSources) -> list[Reply]:
    """Show a page of the links."""
    found = await growth.sources(request.tx, actor=request.actor, now=request.now)
    return request.replace(sources_screen(request.localizer, found, page=button.page, actor=request.actor))


async def new_source(request: Request) -> list[Reply]:
    """Ask for the name of a new link."""
    await save_state(request, AwaitSourceName())
    return request.reply(ask_source_name(request.localizer))


async def take_source_name(request: Request, _state: AwaitSourceName) -> list[Reply]:
    """Make the link under the name that was sent."""
    made = await growth.add_source(request.tx, request.incoming.text, actor=request.actor, now=request.now)
    await conversations.end(request.tx, request.chat_id)
    return await open_source(request, OpenSource(made.id))


async def open_source(request: Request, button: OpenSource) -> list[Reply]:
    """Show one link, and how many joined by it."""
    source, joined = await growth.source(request.tx, button.source_id, actor=request.actor, now=request.now)
    return request.replace(source_screen(request.localizer, source, joined, link=_link(request, source.link)))


async def send_poster(request: Request, button: SourcePoster) -> list[Reply]:
    """Send the link as a QR code, in a file that is printed as it is."""
    source, _ = await growth.source(request.tx, button.source_id, actor=request.actor, now=request.now)
    link = _link(request, source.link)
    if link is None:
        raise SourceMissing
    upload = Upload(kind=UploadKind.QR, name=f"poster-{source.code}.png", of={"text": link})
    return request.send_file(upload, screen(poster_caption(request.localizer, source, link)))


def _link(request: Request, link: DeepLink) -> str | None:
    username = request.resources.profile.username
    return None if username is None else address(username, link)
