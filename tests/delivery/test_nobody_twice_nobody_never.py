"""Where what people chose meets languages left out, zones, small beginnings: nobody gets it twice, nobody never."""

import asyncio
from datetime import timedelta

import pytest

from bot.delivery import starting
from bot.domain.broadcast import BroadcastStatus, StopReason
from bot.domain.choices import Choice, Chosen
from bot.domain.delivery import DeliveryState
from bot.domain.preferences import Rhythm
from bot.domain.schedule import Late, LocalHour
from bot.services import preferences
from bot.store.store import Store
from tests.making import NOW
from tests.worlds.virtual.by_itself import DAILY, EVENING, World
from tests.worlds.virtual.campaign import Campaign
from tests.worlds.virtual.play import NewDatabase, play

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TOMORROW = LocalHour(day=NOW.date() + DAY, hour=NOW.time(), zone="Europe/Madrid", late=Late.SEND_NOW)

pytestmark = pytest.mark.usefixtures("ids_rise")


@pytest.fixture
async def world(store: Store) -> World:
    """Make a world without people."""
    return World(store=store)


async def test_a_language_one_alert_left_out(world: World) -> None:
    """Its readers get their digest all the same, of the other alerts."""
    _, french = await world.people(DAILY, DAILY)
    async with world.store.transaction() as tx:
        await tx.subscribers.save(french.with_locale("fr"))
    _, first = await world.alert(choices={"fr": Chosen(choice=Choice.LEAVE_OUT, by=1)})
    _, second = await world.alert()
    assert await world.digested(EVENING) == {0: ([first, second], 0), 1: ([second], 0)}


def test_every_alert_again_between_two_zones(new_database: NewDatabase) -> None:
    """Whoever will have it in a digest, and wants every alert since, is not sent it at their zone's hour as well."""

    async def script(campaign: Campaign) -> None:
        await campaign.join(3)
        for chat_id, place in zip(
            campaign.chats, ("Asia/Tokyo", "Pacific/Honolulu", "America/New_York"), strict=True
        ):
            await campaign.move(chat_id, place)
        reader = campaign.chats[1]
        async with campaign.store.transaction() as tx:
            await preferences.set_rhythm(tx, reader, Rhythm.DAILY, zone="UTC", now=campaign.now())
        sent = await campaign.queue_for_hour(TOMORROW)
        campaign.start()
        campaign.jump((TOMORROW.instant("Asia/Tokyo") - campaign.now()).total_seconds() + 1)
        await asyncio.sleep(3)
        async with campaign.store.transaction() as tx:
            assert (await tx.digest_counts.tally(sent)).waiting == 1
        async with campaign.store.transaction() as tx:
            await preferences.set_rhythm(tx, reader, Rhythm.EVERY, zone="UTC", now=campaign.now())
        for place in ("America/New_York", "Pacific/Honolulu"):
            campaign.jump((TOMORROW.instant(place) - campaign.now()).total_seconds() + 1)
            await asyncio.sleep(3)
        got = [campaign.telegram.accepted[(sent, chat_id)] for chat_id in campaign.chats]
        assert got == [1, 0, 1]
        async with campaign.store.reading() as tx:
            assert (await tx.broadcasts.get_unlocked(sent)).status is BroadcastStatus.FINISHED
            assert (await tx.digest_counts.tally(sent)).waiting == 1

    assert play(new_database, script) == []


def test_the_first_few_all_left(new_database: NewDatabase) -> None:
    """A small beginning of which nobody was sent anything still stops for a look; it neither ends nor hangs."""

    async def script(campaign: Campaign) -> None:
        await campaign.join(6)
        sent = await campaign.queue(canary=2)
        async with campaign.store.transaction() as tx:
            await tx.broadcasts.set_start(sent, campaign.now() + timedelta(seconds=30))
        # Frozen by hand, so that they leave between the freeze and the first claim.
        campaign.jump(31)
        async with campaign.store.transaction() as tx:
            assert await starting.start(tx, sent, clock=campaign.now, paid=False) is not None
        async with campaign.store.reading() as tx:
            last = (await tx.broadcasts.get_unlocked(sent)).canary_last_id
        assert last is not None
        for chat_id in campaign.chats:
            async with campaign.store.reading() as tx:
                person = await tx.subscribers.find(chat_id)
            assert person is not None
            if person.id <= last:
                await campaign.leave(chat_id)
        campaign.start()
        await asyncio.sleep(5)
        async with campaign.store.reading() as tx:
            stopped = await tx.broadcasts.get_unlocked(sent)
            tally = await tx.counts.tally(sent)
        assert (stopped.status, stopped.stop_reason) == (BroadcastStatus.PAUSED, StopReason.CANARY)
        assert tally.counts == {DeliveryState.SKIPPED: 2, DeliveryState.PENDING: 4}

    assert play(new_database, script) == []
