"""The engine against a Bot API over HTTP that enforces its limits: who gets what of the rate, and who is gone."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from bot import figures
from bot.delivery.cycle import IN_FLIGHT
from bot.delivery.governed_api import GovernedApi
from bot.delivery.governor import Governor
from bot.domain.broadcast import UNKNOWN_SEEN, BroadcastStatus, StopReason
from bot.domain.budget import BULK_SHARE
from bot.domain.delivery import DeliveryState
from bot.domain.subscriber import SubscriberState
from bot.rehearsal.world.limits import Limits
from bot.rehearsal.world.people import Crowd
from bot.store.schema import deliveries, subscribers
from bot.store.store import Store
from bot.telegram_io.answers import Accepted
from bot.telegram_io.api import BotApi
from bot.telegram_io.connections import Pool, Response
from tests.making import CHAT
from tests.worlds.in_process.sending import Sending, sending_to

RATE = 300.0
PEOPLE, CHATTING = 200, 400
"""Each chat has its own pace too, so it takes as many to ask for more than the whole rate."""


async def chatter(sending: Sending, governor: Governor, answered: list[int]) -> None:
    """Answer many chats without a pause, as a process does that sends no alerts."""
    api = GovernedApi(
        BotApi(sending.pool, token=sending.world.token),
        governor,
        clock=sending.clock,
        sleep=sending.clock.sleep,
    )

    async def answer(chat_id: int) -> None:
        while True:
            came = await api.call("sendMessage", {"chat_id": chat_id, "text": "Yes"})
            assert isinstance(came, Accepted)
            answered.append(chat_id)

    async with asyncio.TaskGroup() as chats:
        for number in range(CHATTING):
            chats.create_task(answer(CHAT + PEOPLE + number))


async def test_alerts_among_answers(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """While hundreds of chats ask for more than the whole rate, every fifth message is still an alert's (F4)."""
    async with sending_to(PEOPLE, store, monkeypatch) as sending:
        sending.rate = RATE
        sending.world.crowd = Crowd(first_id=CHAT, size=PEOPLE + CHATTING)
        sending.world.gate.limits = Limits(overall_per_second=RATE, burst=RATE / 10)
        answered: list[int] = []
        governor = Governor(RATE, store=store, clock=sending.clock, sleep=sending.clock.sleep)
        chatting = asyncio.create_task(chatter(sending, governor, answered))
        while len(answered) < RATE:  # noqa: ASYNC110  # there is nobody to tell
            await asyncio.sleep(0.01)
        before = len(answered)
        assert (await sending.run()).status is BroadcastStatus.FINISHED
        among = len(answered) - before
        chatting.cancel()
        assert governor._leasing is not None
        await asyncio.gather(chatting, governor._leasing, return_exceptions=True)
    # Before its first and after its last send the broadcast does not wait, and answers have the whole rate.
    assert among <= PEOPLE * (1 - BULK_SHARE) / BULK_SHARE + RATE
    assert sending.world.gate.refused == sending.world.violations == 0
    sending_tally = await sending.counts()
    assert sending_tally == {DeliveryState.SENT: PEOPLE}


async def test_what_is_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each attempt of a broadcast that was recorded is counted once, by what came of it."""
    async with sending_to(PEOPLE, store, monkeypatch) as sending:
        figures.drain()
        assert (await sending.run()).status is BroadcastStatus.FINISHED
    counted = figures.drain()
    assert counted[figures.CALLS.name, (figures.BULK, "accepted")] == PEOPLE
    assert counted[figures.DELIVERED.name, ("sent",)] == PEOPLE


async def states(store: Store) -> dict[str, int]:
    """Count the people by their state."""
    query = sa.select(subscribers.c.state, sa.func.count()).group_by(subscribers.c.state)
    async with store.database.reading() as connection:
        return {row[0]: row[1] for row in await connection.execute(query)}


async def test_those_who_are_gone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chats that Telegram does not know fail once, pause nothing, and leave the list when it ends (F13, I9)."""
    people, there = 220, 200
    async with sending_to(people, store, monkeypatch) as sending:
        sending.world.crowd = Crowd(first_id=CHAT, size=there)
        assert (await sending.run()).status is BroadcastStatus.FINISHED
        assert await sending.counts() == {DeliveryState.SENT: there, DeliveryState.FAILED: people - there}
        query = sa.select(deliveries.c.error).where(deliveries.c.state == DeliveryState.FAILED).distinct()
        async with store.database.reading() as connection:
            assert (await connection.execute(query)).scalars().all() == ["chat not found"]
        assert await states(store) == {
            SubscriberState.ACTIVE: there,
            SubscriberState.BLOCKED: people - there,
        }


async def test_another_bots_list(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that knows next to nobody on the list pauses early, and takes nobody off it, not even once it is right."""
    people = 1000
    async with sending_to(people, store, monkeypatch) as sending:
        sending.world.crowd = Crowd(first_id=CHAT, size=1)
        broadcast = await sending.run()
        assert (broadcast.status, broadcast.stop_reason) == (BroadcastStatus.PAUSED, StopReason.UNKNOWN_CHATS)
        tally = await sending.counts()
        assert tally[DeliveryState.FAILED] <= UNKNOWN_SEEN + 2 * IN_FLIGHT
        sending.world.crowd = Crowd(first_id=CHAT, size=people)
        await sending.resume()
        assert (await sending.run()).status is BroadcastStatus.FINISHED
        assert (await sending.counts())[DeliveryState.FAILED] == tally[DeliveryState.FAILED]
        assert await states(store) == {SubscriberState.ACTIVE: people}


@pytest.mark.parametrize("people", [5, 50])
async def test_another_bots_short_list(store: Store, monkeypatch: pytest.MonkeyPatch, people: int) -> None:
    """Where nobody is known to the bot, nobody is taken off, however few they are."""
    async with sending_to(people, store, monkeypatch) as sending:
        sending.world.crowd = None
        await sending.run()
        assert await states(store) == {SubscriberState.ACTIVE: people}


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_three_senders(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three senders on one PostgreSQL never begin more sends in any second than the rate (I7, S13)."""
    people = 3 * int(RATE)
    async with sending_to(people, store, monkeypatch) as sending:
        sending.rate = RATE
        began: list[float] = []
        post = Pool.post

        def note(pool: Pool, *of: Any, **more: Any) -> "asyncio.Future[Response]":
            began.append(sending.clock())
            return post(pool, *of, **more)

        monkeypatch.setattr(Pool, "post", note)
        await asyncio.gather(*(sending.run() for _ in range(3)))
        assert await sending.counts() == {DeliveryState.SENT: people}
    assert max(sum(at - 1.0 < one <= at for one in began) for at in began) <= RATE
