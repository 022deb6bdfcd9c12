"""What a broadcast that goes slowly, or not at all, says it waits for."""

import asyncio
from datetime import timedelta

from bot.domain.broadcast import BroadcastStatus
from bot.domain.pacing import LONG_WAIT
from bot.services import broadcast_progress
from bot.services.broadcast_progress import Progress
from tests.worlds.virtual.campaign import Campaign
from tests.worlds.virtual.play import NewDatabase, play
from tests.worlds.virtual.telegram import WAIT, Fate


async def report(campaign: Campaign, broadcast_id: int) -> Progress:
    """Return where the broadcast stands, as its progress message reads it."""
    async with campaign.store.reading() as tx:
        return await broadcast_progress.report(tx, broadcast_id)


def test_replies_hold_it_up(new_database: NewDatabase) -> None:
    """While answers to people take most of the rate it says so; before, after and at its end it does not (F4)."""
    seen: list[bool] = []

    async def script(campaign: Campaign) -> None:
        await campaign.join(150)
        campaign.start()
        broadcast_id = await campaign.queue()
        await asyncio.sleep(2.0)
        seen.append((await report(campaign, broadcast_id)).held_up_by_replies)
        chatting = campaign.chatter(40)
        await asyncio.sleep(15.0)
        seen.append((await report(campaign, broadcast_id)).held_up_by_replies)
        chatting.cancel()
        await asyncio.sleep(6.0)
        seen.append((await report(campaign, broadcast_id)).held_up_by_replies)
        await campaign.settle()
        seen.append((await report(campaign, broadcast_id)).held_up_by_replies)

    assert play(new_database, script) == []
    assert seen == [False, True, False, False]


def test_a_chat_that_waits(new_database: NewDatabase) -> None:
    """When all that is left is a chat under a 429, it says until when it waits; then it goes on (F13)."""
    seen: list[bool] = []

    async def script(campaign: Campaign) -> None:
        await campaign.join(4)
        campaign.script = [Fate.TOO_MANY]
        campaign.start()
        broadcast_id = await campaign.queue()
        await asyncio.sleep(1.5)
        waiting = await report(campaign, broadcast_id)
        assert (waiting.tally.remaining, waiting.broadcast.status) == (1, BroadcastStatus.SENDING)
        assert waiting.waits_until is not None
        seen.append(timedelta(0) < waiting.waits_until - campaign.now() <= timedelta(seconds=WAIT))
        await campaign.settle()
        assert (await report(campaign, broadcast_id)).waits_until is None

    assert play(new_database, script) == []
    assert seen == [True]


def test_a_break_of_everything(new_database: NewDatabase) -> None:
    """When Telegram asked for a break of everything, it says until when."""
    seen: list[bool] = []

    async def script(campaign: Campaign) -> None:
        await campaign.join(40)
        campaign.start()
        broadcast_id = await campaign.queue()
        await asyncio.sleep(1.0)
        campaign.script = [Fate.LONG_WAIT]
        await asyncio.sleep(2.0)
        waiting = await report(campaign, broadcast_id)
        assert waiting.waits_until is not None
        left = waiting.waits_until - campaign.now()
        seen.append(timedelta(seconds=LONG_WAIT - 3) < left <= timedelta(seconds=LONG_WAIT))
        await campaign.settle()

    assert play(new_database, script) == []
    assert seen == [True]
