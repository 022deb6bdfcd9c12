"""What the page of a rehearsal and its tour have in common."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from bot.content import Content
from bot.errors import CampaignError
from bot.rehearsal.world.limits import Limits
from bot.rehearsal.world.world import World

T = TypeVar("T")


def world_of(content: Content, limits: Limits, now: Callable[[], float] = time.time) -> World:
    """Make a world whose BotFather was told the campaign's name."""
    world, campaign = World(limits=limits, now=now), content.campaign
    names = {locale.partition("_")[0]: campaign.name(locale) for locale in content.locales}
    world.profile.names.update({**names, "": campaign.name(campaign.default)})
    return world


async def beside(main: Awaitable[T], *others: Coroutine[Any, Any, None]) -> T:
    """Return what `main` does; the rest goes on beside it and ends with it, and an error of any ends all."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in others]
            done = await main
            for task in tasks:
                task.cancel()
    except* CampaignError as several:
        raise several.exceptions[0] from None
    return done
