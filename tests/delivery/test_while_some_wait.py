"""A recall and a correction while some wait for the end of their quiet hours."""

import asyncio

from bot.domain.broadcast import BroadcastKind, BroadcastStatus, Tally
from bot.domain.delivery import DeliveryState
from bot.domain.preferences import Preferences, QuietHours, Rhythm
from tests.making import NOW
from tests.worlds.virtual.campaign import Campaign
from tests.worlds.virtual.play import NewDatabase, play

MINUTE = NOW.hour * 60 + NOW.minute
ASLEEP = Preferences(zone="UTC", quiet=QuietHours(start=MINUTE - 60, end=MINUTE + 17))
"""For twenty seconds more: a campaign begins a thousand seconds after `NOW`."""

DAILY = Preferences(zone="UTC", rhythm=Rhythm.DAILY, digest_hour=18)


async def choose(campaign: Campaign, chat_id: int, chosen: Preferences) -> int:
    """Let somebody choose. Returns their id."""
    async with campaign.store.transaction() as tx:
        person = await tx.subscribers.find(chat_id)
        assert person is not None
        await tx.subscribers.save_preferences(person.with_preferences(chosen))
        return person.id


async def tally(campaign: Campaign, broadcast_id: int) -> Tally:
    """Return how its deliveries stand."""
    async with campaign.store.reading() as tx:
        return await tx.counts.tally(broadcast_id)


def test_recalled(new_database: NewDatabase) -> None:
    """Who was to get it after their quiet hours, or in a digest, never does."""

    async def script(campaign: Campaign) -> None:
        await campaign.join(6)
        sleeper, reader = campaign.chats[1], campaign.chats[4]
        await choose(campaign, sleeper, ASLEEP)
        reader_id = await choose(campaign, reader, DAILY)
        sent = await campaign.queue()
        campaign.start()
        await asyncio.sleep(6)
        assert (await tally(campaign, sent))[DeliveryState.SENT] == 4
        async with campaign.store.reading() as tx:
            assert (await tx.digest_counts.tally(sent)).waiting == 1
        recall = await campaign.recall(sent)
        assert recall is not None
        await campaign.settle()
        await asyncio.sleep(20)
        counted = await tally(campaign, sent)
        assert (counted[DeliveryState.SENT], counted[DeliveryState.CANCELLED]) == (4, 1)
        assert (await tally(campaign, recall))[DeliveryState.SENT] == 4
        assert campaign.telegram.accepted[(sent, sleeper)] == 0
        async with campaign.store.reading() as tx:
            assert await tx.digests.entries(reader_id) == []
            assert (await tx.broadcasts.get_unlocked(sent)).status is BroadcastStatus.CANCELLED

    assert play(new_database, script) == []


def test_corrected(new_database: NewDatabase) -> None:
    """Who got it has it corrected at once; who gets it after their quiet hours gets it as corrected."""

    async def script(campaign: Campaign) -> None:
        await campaign.join(6)
        sleeper = campaign.chats[1]
        await choose(campaign, sleeper, ASLEEP)
        sent = await campaign.queue()
        campaign.start()
        campaign.start()
        await asyncio.sleep(6)
        assert (await tally(campaign, sent))[DeliveryState.SENT] == 5
        correction = await campaign.correct(sent)
        await asyncio.sleep(6)
        assert (await tally(campaign, correction))[DeliveryState.SENT] == 5
        async with campaign.store.reading() as tx:
            corrected = (await tx.broadcasts.get_unlocked(correction)).alert_id
            assert (await tx.broadcasts.get_unlocked(sent)).status is BroadcastStatus.SENDING
            assert (await tx.broadcasts.follow_ups_of(sent, BroadcastKind.CORRECT))[0].id == correction
        assert campaign.telegram.accepted[(sent, sleeper)] == 0
        await asyncio.sleep(20)
        await campaign.settle()
        assert campaign.telegram.accepted[(sent, sleeper)] == 1
        assert campaign.telegram.said[(sent, sleeper)] == corrected
        assert campaign.telegram.accepted[(correction, sleeper)] == 0

    assert play(new_database, script) == []
