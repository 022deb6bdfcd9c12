"""Reminders through the real engine, on both databases: to whom, once, and what a kill leaves of them."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.action_fields import FieldName
from bot.domain.alert import ActionKind
from bot.domain.broadcast import BroadcastKind, BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.outcome import Outcome
from bot.domain.preferences import QuietHours
from bot.jobs import by_itself
from bot.services import actions, follow_ups, privacy, subscriptions
from bot.store.store import Store
from tests.making import CHAT, NOW
from tests.worlds.virtual.by_itself import (
    DAILY,
    DAY,
    DEADLINE,
    EVENING,
    HOUR,
    NOBODY,
    PLAIN,
    REMINDED_AT,
    WORDING,
    World,
)

pytestmark = pytest.mark.usefixtures("ids_rise")


@pytest.fixture
async def world(store: Store) -> World:
    """Make a world without people."""
    return World(store=store)


async def test_who_is_reminded(world: World) -> None:
    """Once, only who began before that day: nobody who said what came of it, paused, left, blocked or was erased."""
    await world.people(*[PLAIN] * 10)
    _, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, 0, 1, 2, 3, 4, 5, 6, 7)
    for who, outcome in zip((1, 2, 3), Outcome, strict=True):
        await world.say(alert_id, who, outcome)
    async with world.store.transaction() as tx:
        await subscriptions.pause(tx, CHAT + 4)
        await subscriptions.leave(tx, CHAT + 5, wording=WORDING, now=NOW)
        await subscriptions.blocked(tx, CHAT + 6, now=NOW)
        await privacy.erase(tx, CHAT + 7, now=NOW)
    assert await world.reminded(REMINDED_AT - HOUR) == []
    await world.press(alert_id, 8)
    assert await world.reminded(REMINDED_AT) == [0]
    for later in (HOUR, 5 * HOUR, DAY, 2 * DAY):
        assert await world.reminded(REMINDED_AT + later) == []
    _, tally = await world.last(BroadcastKind.REMIND)
    assert tally.counts == {DeliveryState.SENT: 1}


async def test_what_is_done_meanwhile(world: World) -> None:
    """Whoever did it, paused or was erased between the freeze and the claim is skipped; who undid it is reminded."""
    await world.people(*[PLAIN] * 5)
    _, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, 0, 1, 2, 3, 4)
    for who in range(5):
        await world.choose(who, replace(PLAIN, quiet=QuietHours(start=11 * 60, end=14 * 60)))
    assert await world.reminded(REMINDED_AT) == []
    _, waiting = await world.last(BroadcastKind.REMIND)
    assert waiting.counts == {DeliveryState.PENDING: 5}
    await world.say(alert_id, 0, Outcome.DONE)
    await world.say(alert_id, 1, Outcome.NOT_FOR_ME)
    async with world.store.transaction() as tx:
        await actions.undo(tx, CHAT + 1, alert_id)
        await subscriptions.pause(tx, CHAT + 2)
        await privacy.erase(tx, CHAT + 3, now=NOW)
    assert await world.reminded(REMINDED_AT + 2 * HOUR) == [1, 4]


async def test_within_the_hours_of_who_chose_none(world: World) -> None:
    """Nobody hears of it in the campaign's night; what would be too late by the morning never comes."""
    await world.people(PLAIN, replace(PLAIN, zone="Asia/Tokyo"))
    late = datetime(2026, 11, 30, 23, tzinfo=UTC)
    _, alert_id = await world.alert(deadline=late)
    await world.press(alert_id, 0, 1)
    assert await world.reminded(late - DAY) == []
    assert await world.reminded(late - DAY + HOUR) == [1]
    assert await world.reminded(datetime(2026, 11, 30, 9, tzinfo=UTC)) == [0]


async def test_an_event(world: World) -> None:
    """The day before and an hour before, in the event's zone; nothing once it has begun."""
    await world.people(*[PLAIN] * 3)
    details = {FieldName.ZONE: "Asia/Gaza", FieldName.STARTS_AT: "2026-11-27T18:00"}
    begins = datetime(2026, 11, 27, 16, tzinfo=UTC)
    _, alert_id = await world.alert(kind=ActionKind.ATTEND, details=details)
    await world.press(alert_id, 0, 1)
    assert await world.reminded(begins - DAY) == [0, 1]
    await world.say(alert_id, 1, Outcome.NOT_FOR_ME)
    await world.press(alert_id, 2)
    assert await world.reminded(begins - HOUR) == [0, 2]
    assert await world.reminded(begins) == []


@pytest.mark.parametrize("how", ["halted", "cancelled", "recalled"])
async def test_what_does_not_stand(world: World, how: str) -> None:
    """Of what was stopped, cancelled or recalled nobody is reminded."""
    await world.people(PLAIN)
    broadcast_id, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, 0)
    async with world.store.transaction() as tx:
        if how == "recalled":
            await follow_ups.recall(tx, broadcast_id, confirmed=1, actor=NOBODY, now=NOW)
        elif how == "cancelled":
            await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.CANCELLED, now=NOW)
        else:
            await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.HALTED, now=NOW)
    assert await world.reminded(REMINDED_AT) == []


async def test_a_recall_takes_reminders_along(world: World) -> None:
    """What reminded of an alert is deleted with it; what it was to remind of later is not said."""
    await world.people(PLAIN)
    begins = datetime(2026, 11, 25, 12, tzinfo=UTC)
    details = {FieldName.ZONE: "UTC", FieldName.STARTS_AT: "2026-11-25T12:00"}
    world.now = begins - DAY - HOUR
    broadcast_id, alert_id = await world.alert(kind=ActionKind.ATTEND, details=details)
    await world.press(alert_id, 0)
    assert await world.reminded(begins - DAY) == [0]
    remind_id, _ = await world.last(BroadcastKind.REMIND)
    async with world.store.transaction() as tx:
        await follow_ups.recall(tx, broadcast_id, confirmed=1, actor=NOBODY, now=world.now)
    await world.at(world.now)
    assert await world.reminded(begins - HOUR) == []
    async with world.store.reading() as tx:
        recalled = {each.follows for each in await tx.broadcasts.all() if each.kind is BroadcastKind.RECALL}
    assert recalled == {broadcast_id, remind_id}


async def test_a_correction_moves_reminders(world: World) -> None:
    """A deadline that was corrected counts; what reminds carries the corrected words."""
    await world.people(PLAIN)
    broadcast_id, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, 0)
    _, corrected = await world.alert(deadline=DEADLINE + 2 * DAY, corrects=broadcast_id)
    assert await world.reminded(REMINDED_AT) == []
    sent = await world.at(REMINDED_AT + 2 * DAY)
    assert [(chat_id, what[2]) for chat_id, what in sent] == [(CHAT, corrected)]


async def test_an_alert_that_does_not_remind(world: World) -> None:
    """Where its plan says so, nobody is reminded."""
    await world.people(PLAIN)
    _, alert_id = await world.alert(deadline=DEADLINE, reminds=False)
    await world.press(alert_id, 0)
    assert await world.reminded(REMINDED_AT) == []


@pytest.mark.parametrize("kind", [BroadcastKind.REMIND, BroadcastKind.DIGEST])
async def test_killed_in_the_middle(world: World, kind: BroadcastKind) -> None:
    """What was on the wire is unknown and not sent again; everybody else gets it, once."""
    people = 40
    await world.people(*[PLAIN if kind is BroadcastKind.REMIND else DAILY] * people)
    _, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, *range(people))
    world.sent.clear()
    world.now = REMINDED_AT if kind is BroadcastKind.REMIND else EVENING
    await by_itself.queue_due(world.store, world.clock)
    world.answered, world.awaited = 10, people
    dying = asyncio.create_task(world.engine().run())
    await asyncio.wait_for(world.enough.wait(), 30)
    # The ten answers are recorded by the next turn, or lost with the process.
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    async with world.store.transaction() as tx:
        await tx.deliveries.settle_lost([world.worker])
    world.answered = None
    await world.at(world.now)
    await world.at(world.now + timedelta(minutes=1))
    _, tally = await world.last(kind)
    assert tally.remaining == 0
    assert tally[DeliveryState.SENT] + tally[DeliveryState.UNKNOWN] == people
    assert tally[DeliveryState.UNKNOWN] >= people - 10
    assert set(Counter(chat_id for chat_id, _ in world.sent).values()) == {1}


@pytest.mark.parametrize("kind", [BroadcastKind.REMIND, BroadcastKind.DIGEST])
async def test_killed_before_it_begins(world: World, kind: BroadcastKind) -> None:
    """What was queued, or frozen, when every process died goes out by itself, to each once."""
    await world.people(*[PLAIN if kind is BroadcastKind.REMIND else DAILY] * 5)
    _, alert_id = await world.alert(deadline=DEADLINE)
    await world.press(alert_id, *range(5))
    world.sent.clear()
    world.now = REMINDED_AT if kind is BroadcastKind.REMIND else EVENING
    for _ in range(3):
        await by_itself.queue_due(world.store, world.clock)
    await world.at(world.now + HOUR)
    assert Counter(chat_id for chat_id, _ in world.sent) == {CHAT + n: 1 for n in range(5)}
    async with world.store.reading() as tx:
        assert [each.kind for each in await tx.broadcasts.all()].count(kind) == 1
