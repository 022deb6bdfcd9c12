"""The check on an organizer's phone is by the campaign's hours."""

from dataclasses import replace

import pytest

from bot.domain.organizer import Role
from bot.handlers.router import Router
from bot.store.store import Transaction
from bot.wording.resources import Resources
from tests.handlers.conftest import Doing, tapped
from tests.making import CHAT, NOW, draft, join

ZONES = {"UTC": "hours: between 9 and 21 (UTC)", "Asia/Tokyo": "is not between 9 and 21"}
"""What is said at noon in UTC, by the campaign's zone."""


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> str:
    """Name the campaign's zone."""
    return str(request.param)


@pytest.fixture
def router(resources: Resources, zone: str) -> Router:
    """Put the router together for a campaign of this zone."""
    content = resources.content
    campaign = replace(content.campaign, zone=zone)
    return Router(replace(resources, content=replace(content, campaign=campaign)))


@pytest.mark.parametrize("what", ["check:1", "review:1"])
async def test_the_hours_of_the_campaign(do: Doing, zone: str, what: str) -> None:
    """What starts at once is judged by the clocks of the campaign's zone, and not by those of UTC."""

    async def written(tx: Transaction) -> None:
        await join(tx, 1, first=CHAT + 1)
        await tx.alerts.add(draft(), now=NOW)

    replies = await do(tapped(what), role=Role.OWNER, before=written)
    told = "\n".join(reply.parameters.get("text", "") for reply in replies)
    assert (ZONES["Asia/Tokyo"] in told) is (zone == "Asia/Tokyo")
