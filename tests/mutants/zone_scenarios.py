"""What happens to alerts that go out at a time of their own, each told so that a wrong part breaks an invariant."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.schedule import Late, LocalHour
from tests.making import NOW
from tests.worlds.virtual.campaign import Campaign

PAST = LocalHour(day=NOW.date(), hour=NOW.time(), zone="Europe/Madrid", late=Late.LEAVE_OUT)
"""Past in Madrid and Tokyo, to come in New York and Honolulu."""

AHEAD = replace(PAST, day=NOW.date() + timedelta(days=1))
PLACES = ("Asia/Tokyo", None, "America/New_York", "Pacific/Honolulu")


async def _live(campaign: Campaign) -> None:
    await campaign.join(len(PLACES))
    for chat_id, place in zip(campaign.chats, PLACES, strict=True):
        await campaign.move(chat_id, place)


async def _around_the_world(campaign: Campaign, hour: LocalHour) -> None:
    """Let it be the hour of each place, one after the other; then look once more."""
    for place in PLACES:
        campaign.jump(max(0.0, (hour.instant(place) - campaign.now()).total_seconds() + 1))
        await asyncio.sleep(3)
        await campaign.inspect()
    await campaign.settle(within=60.0)


def _expect(campaign: Campaign, broadcast_id: int, times: Sequence[int]) -> None:
    got = [campaign.telegram.accepted[(broadcast_id, chat_id)] for chat_id in campaign.chats]
    if got != list(times):
        campaign.telegram.violated("I3", f"the people got it {got} times")


async def each_zone(campaign: Campaign) -> None:
    """Everybody gets it at their hour."""
    await _live(campaign)
    sent = await campaign.queue_for_hour(AHEAD)
    campaign.start()
    await _around_the_world(campaign, AHEAD)
    _expect(campaign, sent, [1, 1, 1, 1])


async def somebody_moves(campaign: Campaign) -> None:
    """Who has got it moves west, who has not moves east, and somebody joins."""
    await _live(campaign)
    sent = await campaign.queue_for_hour(AHEAD)
    campaign.start()
    campaign.jump((AHEAD.instant("Asia/Tokyo") - campaign.now()).total_seconds() + 1)
    await asyncio.sleep(3)
    first, *_, last = campaign.chats
    await campaign.move(first, "Pacific/Honolulu")
    await campaign.move(last, "Asia/Tokyo")
    await campaign.join(1)
    await _around_the_world(campaign, AHEAD)
    _expect(campaign, sent, [1] * 5)


async def some_are_left_out(campaign: Campaign) -> None:
    """Nobody whose hour was past gets it."""
    await _live(campaign)
    sent = await campaign.queue_for_hour(PAST)
    campaign.start()
    await _around_the_world(campaign, PAST)
    _expect(campaign, sent, [0, 0, 1, 1])


async def brought_forward(campaign: Campaign) -> None:
    """Somebody moves the start before the moment that was approved."""
    await campaign.join(2)
    sent = await campaign.queue_for_moment(NOW + timedelta(days=1))
    campaign.start()
    await campaign.bring_forward(sent)
    await asyncio.sleep(3)
    await campaign.inspect()


SCENARIOS: dict[str, Callable[[Campaign], Awaitable[None]]] = {
    "each zone": each_zone,
    "somebody moves": somebody_moves,
    "some are left out": some_are_left_out,
    "brought forward": brought_forward,
}
