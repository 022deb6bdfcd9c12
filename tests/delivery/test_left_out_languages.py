"""Readers of a language that is left out: nothing is sent to them, whenever they began to read it."""

import asyncio

from bot.domain.broadcast import BroadcastStatus, Tally
from bot.domain.delivery import DeliveryState
from tests.worlds.virtual.campaign import Campaign
from tests.worlds.virtual.play import NewDatabase, play


async def tally(campaign: Campaign, broadcast_id: int) -> Tally:
    """Return how its deliveries stand."""
    async with campaign.store.reading() as tx:
        return await tx.counts.tally(broadcast_id)


def got(campaign: Campaign, broadcast_id: int) -> list[int]:
    """Return how often each person got it."""
    return [campaign.telegram.accepted[(broadcast_id, chat_id)] for chat_id in campaign.chats]


async def in_turn(campaign: Campaign) -> list[int]:
    """Return the chats in the order in which they are sent something: that of ids, which are drawn at random."""
    async with campaign.store.reading() as tx:
        found = [(await tx.subscribers.find(chat_id), chat_id) for chat_id in campaign.chats]
    return [chat_id for _, chat_id in sorted((person.id, chat_id) for person, chat_id in found if person)]


def test_who_changes_to_it_after_the_freeze(new_database: NewDatabase) -> None:
    """They are skipped, and counted so; who came back from it in time gets it."""

    async def script(campaign: Campaign) -> None:
        await campaign.join(120)
        campaign.left_out = {"fr"}
        before, *_, came_back, last = await in_turn(campaign)
        await campaign.read(before, "fr")
        sent = await campaign.queue()
        campaign.start()
        await asyncio.sleep(1)
        assert 0 < sum(got(campaign, sent)) < 60  # the last two of them are on no wire yet
        await campaign.read(last, "fr")
        await campaign.read(came_back, "fr")
        await campaign.read(came_back, "en")
        await campaign.settle()
        counted = await tally(campaign, sent)
        assert counted.audience == 119  # who read it before was not frozen
        assert counted[DeliveryState.SKIPPED] == 1
        assert counted[DeliveryState.SENT] == 118
        accepted = campaign.telegram.accepted
        assert [accepted[sent, chat_id] for chat_id in (before, came_back, last)] == [0, 1, 0]

    assert play(new_database, script) == []


def test_what_they_got_is_taken_from_them(new_database: NewDatabase) -> None:
    """A recall reaches who got it before they changed to a language that is left out."""

    async def script(campaign: Campaign) -> None:
        await campaign.join(3)
        campaign.left_out = {"fr"}
        sent = await campaign.queue()
        campaign.start()
        await campaign.settle()
        await campaign.read(campaign.chats[0], "fr")
        recall = await campaign.recall(sent)
        assert recall is not None
        await campaign.settle()
        assert got(campaign, recall) == [1, 1, 1]
        async with campaign.store.reading() as tx:
            assert (await tx.broadcasts.get_unlocked(recall)).status is BroadcastStatus.FINISHED

    assert play(new_database, script) == []
