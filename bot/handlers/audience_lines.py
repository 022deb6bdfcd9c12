"""Whom an alert is for, in the words of whoever looks at it, and the screen on which that is built."""

from dataclasses import replace

from bot.domain.alert import Alert
from bot.domain.audience import Audience
from bot.handlers.request import Request
from bot.services import audiences, counting
from bot.services.audiences import Built, Names
from bot.wording import audience as wording
from bot.wording.audience_builder import builder_screen
from bot.wording.screen import Screen


async def audience_line(request: Request, alert: Alert) -> str:
    """Return whom an alert is for, on one line; empty for a correction, which says itself whom it reaches."""
    if alert.corrects is not None:
        return ""
    names = await names_of(request, alert.audience)
    return wording.audience_line(request.localizer, alert.audience, names)


async def builder(request: Request, built: Built, *, why: str = "") -> Screen:
    """Return the screen of an audience as it stands; `why`: what was refused, or done."""
    count = await counting.count(
        request.tx,
        built.audience,
        actor=request.actor,
        urgent=built.alert is not None and built.alert.urgent,
        now=request.now,
    )
    names = await names_of(request, built.audience)
    return builder_screen(request.localizer, built, count, names, why=why)


async def names_of(request: Request, audience: Audience) -> Names:
    """Return what the numbers and slugs in an audience stand for, in the language of whoever asks."""
    names = await audiences.names(request.tx, audience, actor=request.actor)
    campaign = request.resources.content.campaign
    return replace(names, localities=campaign.places(request.locale), topics=campaign.topics(request.locale))
