"""An alert for an hour of each person's zone: each gets it at their hour, once, whoever moves, joins, dies."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.domain.broadcast import BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.schedule import Late, LocalHour
from bot.store.schema import deliveries
from tests.making import NOW
from tests.worlds.virtual.campaign import Campaign
from tests.worlds.virtual.play import NewDatabase, play

HOUR = LocalHour(day=NOW.date(), hour=NOW.time(), zone="Europe/Madrid", late=Late.SEND_NOW)
"""When it is noon in UTC: past in Madrid, in Tokyo; later in New York and Honolulu."""

PLACES = ("Asia/Tokyo", "Europe/Madrid", "America/New_York", "America/Los_Angeles", "Pacific/Honolulu")
AHEAD = replace(HOUR, day=NOW.date() + timedelta(days=1))
"""The same hour tomorrow: to come in every place."""


async def people(campaign: Campaign, *places: str | None) -> None:
    """Let a person join in each of these places."""
    first = len(campaign.chats)
    await campaign.join(len(places))
    for chat_id, place in zip(campaign.chats[first:], places, strict=True):
        await campaign.move(chat_id, place)


async def until(campaign: Campaign, hour: LocalHour, place: str | None) -> None:
    """Let the clock go on to a little after the hour of a place, and the broadcast with it."""
    seconds = (hour.instant(place) - campaign.now()).total_seconds() + 1
    campaign.jump(max(0.0, seconds))
    await asyncio.sleep(3)
    await campaign.inspect()


def got(campaign: Campaign, broadcast_id: int) -> list[int]:
    """Return how often each person got it."""
    return [campaign.telegram.accepted[(broadcast_id, chat_id)] for chat_id in campaign.chats]


async def status(campaign: Campaign, broadcast_id: int) -> BroadcastStatus:
    """Return where the broadcast stands."""
    async with campaign.store.reading() as tx:
        return (await tx.broadcasts.get_unlocked(broadcast_id)).status


async def without_delivery(campaign: Campaign, broadcast_id: int, chats: set[int]) -> set[int]:
    """Return of whom of these nothing is written down in the broadcast."""
    async with campaign.store.reading() as tx:
        query = sa.select(deliveries.c.subscriber_id).where(deliveries.c.broadcast_id == broadcast_id)
        frozen = set((await tx.deliveries._connection.execute(query)).scalars())
        people = {chat_id: await tx.subscribers.find(chat_id) for chat_id in chats}
    return {chat_id for chat_id, person in people.items() if person is not None and person.id not in frozen}


def test_each_at_their_hour(new_database: NewDatabase) -> None:
    """Nobody gets it before it is their hour; between two zones it waits, and it ends with the last one."""

    async def script(campaign: Campaign) -> None:
        await people(campaign, *PLACES, None, "No/Where")
        sent = await campaign.queue_for_hour(AHEAD)
        campaign.start()
        await asyncio.sleep(3)
        assert got(campaign, sent) == [0] * 7
        expected = [0] * 7
        for place in PLACES:
            await until(campaign, AHEAD, place)
            expected[PLACES.index(place)] = 1
            if place == "Europe/Madrid":
                # Who has no zone that is known is where the campaign is.
                expected[5:] = [1, 1]
            assert got(campaign, sent) == expected
            over = place == PLACES[-1]
            assert await status(campaign, sent) is (
                BroadcastStatus.FINISHED if over else BroadcastStatus.QUEUED
            )

    assert play(new_database, script) == []


@pytest.mark.parametrize("late", Late)
def test_whose_hour_is_past(new_database: NewDatabase, late: Late) -> None:
    """People whose hour is past when it is confirmed get it at once, or not at all, as it was approved."""
    hour = replace(HOUR, late=late)

    async def script(campaign: Campaign) -> None:
        await people(campaign, *PLACES)
        sent = await campaign.queue_for_hour(hour)
        campaign.start()
        await asyncio.sleep(3)
        early = 1 if late is Late.SEND_NOW else 0
        assert got(campaign, sent) == [early, early, 0, 0, 0]
        for place in PLACES[2:]:
            await until(campaign, hour, place)
        assert got(campaign, sent) == [early, early, 1, 1, 1]
        assert await status(campaign, sent) is BroadcastStatus.FINISHED

    assert play(new_database, script) == []


def test_who_moves_or_joins(new_database: NewDatabase) -> None:
    """Who moves west after they got it gets it once; who moves east before gets it next; who joins gets it, too."""

    async def script(campaign: Campaign) -> None:
        await people(campaign, "Asia/Tokyo", "Pacific/Honolulu", "America/New_York")
        sent = await campaign.queue_for_hour(AHEAD)
        campaign.start()
        await until(campaign, AHEAD, "Asia/Tokyo")
        tokyo, honolulu, _ = campaign.chats
        await campaign.move(tokyo, "Pacific/Honolulu")
        await campaign.move(honolulu, "Asia/Tokyo")
        await people(campaign, "Asia/Tokyo", "America/New_York", "Pacific/Honolulu")
        await until(campaign, AHEAD, "America/New_York")
        assert got(campaign, sent) == [1, 1, 1, 1, 1, 0]
        await until(campaign, AHEAD, "Pacific/Honolulu")
        assert got(campaign, sent) == [1] * 6
        assert await status(campaign, sent) is BroadcastStatus.FINISHED

    assert play(new_database, script) == []


def test_the_next_hour_comes_while_it_is_sent(new_database: NewDatabase) -> None:
    """A zone's hour that comes while others are still sent to joins in, and nobody is asked."""

    async def script(campaign: Campaign) -> None:
        await people(campaign, *["Asia/Kolkata"] * 40, *["Asia/Karachi"] * 3)
        sent = await campaign.queue_for_hour(AHEAD)
        campaign.start()
        campaign.jump((AHEAD.instant("Asia/Kolkata") - campaign.now()).total_seconds() + 1)
        await asyncio.sleep(1)
        assert 0 < sum(got(campaign, sent)) < 40
        campaign.jump((AHEAD.instant("Asia/Karachi") - campaign.now()).total_seconds() + 1)
        await asyncio.sleep(10)
        await campaign.inspect()
        assert got(campaign, sent) == [1] * 43

    assert play(new_database, script) == []


@pytest.mark.parametrize("steps", range(0, 120, 10))
def test_killed_at_each_step(new_database: NewDatabase, steps: int) -> None:
    """Of three processes one is killed at any step of a zone's start; its people are frozen once, and get it once.

    In each zone it is another step: in one or the other, every second step of what they all take.
    """

    async def script(campaign: Campaign) -> None:
        await people(campaign, *PLACES)
        sent = await campaign.queue_for_hour(AHEAD)
        for _ in range(3):
            campaign.start()
        for later, place in enumerate(PLACES):
            campaign.jump((AHEAD.instant(place) - campaign.now()).total_seconds() + 1)
            for process in campaign.processes:
                process.engine.wake()
            await campaign.crash(campaign.processes[0], after=steps + 2 * later)
            campaign.start()
            await asyncio.sleep(8)
            await campaign.inspect()
        await campaign.settle()
        async with campaign.store.reading() as tx:
            begun = await tx.occurrences.of(sent)
            tally = await tx.counts.tally(sent)
        assert begun == [AHEAD.instant(place) for place in PLACES]
        assert tally.audience == tally[DeliveryState.SENT] + tally[DeliveryState.UNKNOWN] == len(PLACES)
        # What was claimed and not yet on the wire when the process died is unknown, and was accepted by nobody.
        assert sum(got(campaign, sent)) >= tally[DeliveryState.SENT]

    assert play(new_database, script) == []


WHERE = st.sampled_from([*PLACES, None])
DONE = st.one_of(
    st.tuples(st.just("move"), st.integers(0, 5), WHERE),
    st.tuples(st.just("join"), st.just(0), WHERE),
    st.tuples(st.just("kill"), st.integers(0, 40), st.none()),
    st.tuples(st.just("trouble"), st.integers(0, 1), st.none()),
    st.tuples(st.just("leave"), st.integers(0, 5), st.none()),
    st.tuples(st.just("hold"), st.just(0), st.none()),
    st.tuples(st.just("hours"), st.integers(1, 9), st.none()),
)
FEW = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


async def _do(campaign: Campaign, sent: int, what: tuple[str, int, str | None]) -> None:
    does, n, place = what
    chat_id = campaign.chats[n % len(campaign.chats)]
    match does:
        case "move":
            await campaign.move(chat_id, place)
        case "join":
            await people(campaign, place)
        case "kill":
            await campaign.crash(campaign.processes[0], after=n)
            campaign.start()
        case "trouble":
            campaign.processes[0].store.before_commit = n
            campaign.processes[0].store.after_commit = 1 - n
        case "leave":
            await campaign.leave(chat_id)
        case "hold":
            await campaign.hold(sent)
            await asyncio.sleep(2)
            await campaign.go_on(sent)
        case "hours":
            campaign.jump(n * 3600.0)
    await asyncio.sleep(1)
    await campaign.inspect()


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"], indirect=True)
def test_whatever_happens(new_database: NewDatabase, dialect: str) -> None:
    """Whatever people, clocks and processes do, whoever was there from the beginning and stays gets it once."""
    few = FEW if dialect == "sqlite" else settings(FEW, max_examples=6, phases=[Phase.generate])

    @few
    @given(st.lists(st.sampled_from(PLACES), min_size=1, max_size=6), st.lists(DONE, max_size=14))
    def played(places: list[str], done: list[tuple[str, int, str | None]]) -> None:
        async def script(campaign: Campaign) -> None:
            await people(campaign, *places)
            first = list(campaign.chats)
            sent = await campaign.queue_for_hour(AHEAD)
            campaign.start()
            left = set()
            for what in done:
                await _do(campaign, sent, what)
                if what[0] == "leave":
                    left.add(campaign.chats[what[1] % len(campaign.chats)])
            for place in (*PLACES, "Pacific/Honolulu"):
                await until(campaign, AHEAD, place)
            await campaign.settle()
            assert await without_delivery(campaign, sent, set(first) - left) == set()

        assert play(new_database, script) == []

    played()
