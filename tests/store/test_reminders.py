"""Whom a reminder is frozen for is whom the domain says; each is queued once, on both databases."""

from datetime import timedelta
from itertools import product

import pytest

from bot.domain.broadcast import BroadcastKind
from bot.domain.outcome import Outcome, Standing, Step
from bot.domain.reminder import Reminder, is_for
from bot.domain.subscriber import SubscriberState
from bot.services import by_itself
from bot.store.store import Store
from tests.making import NOW, draft, join

pytestmark = pytest.mark.usefixtures("ids_rise")

DAY = timedelta(days=1)
TODAY = NOW.date()
ONE = Reminder(number=1, at=NOW, over_at=NOW + DAY, began_before=TODAY)
ANY_DAY = Reminder(number=2, at=NOW, over_at=NOW + DAY)

STANDINGS = [
    Standing(step=step, step_on=None if step is None else day, outcome=outcome, said_on=outcome and TODAY)
    for step, day, outcome in product((None, *Step), (TODAY, TODAY - DAY), (None, *Outcome))
]
CASES = list(product(STANDINGS, SubscriberState))


@pytest.mark.parametrize("reminder", [ONE, ANY_DAY])
async def test_freeze_agrees_with_the_domain(store: Store, reminder: Reminder) -> None:
    """The deliveries are of those who are active and whom the reminder is for; the claim reads the same standings."""
    async with store.transaction() as tx:
        alert = await tx.alerts.add(draft(), now=NOW)
        other = await tx.alerts.add(draft(), now=NOW)
        people = await join(tx, len(CASES))
        for person, (standing, state) in zip(people, CASES, strict=True):
            await tx.outcomes.save(alert.id, person, standing)
            await tx.outcomes.save(other.id, person, Standing(step=Step.OPENED, step_on=TODAY - DAY))
            if state is not SubscriberState.ACTIVE:
                made = {
                    SubscriberState.PAUSED: person.pause,
                    SubscriberState.LEFT: person.leave,
                    SubscriberState.BLOCKED: person.block,
                }
                await tx.subscribers.save(made[state]())
        broadcast_id = await tx.broadcasts.add(
            alert_id=alert.id, organizer_id=None, now=NOW, kind=BroadcastKind.REMIND
        )
        frozen = await tx.reminders.freeze(broadcast_id, alert.id, reminder)
        claimed = await tx.claims.claim(broadcast_id, worker="w", limit=1000, now=NOW, urgent=None)
        standings = await tx.reminders.standings(alert.id, [person.id for person in people])
    expected = [
        person.id
        for person, (standing, state) in zip(people, CASES, strict=True)
        if state is SubscriberState.ACTIVE and is_for(reminder, standing)
    ]
    assert [one.subscriber_id for one in claimed] == expected
    assert frozen == len(expected) > 0
    for person, (standing, _) in zip(people, CASES, strict=True):
        assert is_for(reminder, standings.get(person.id, Standing())) is is_for(reminder, standing)


async def test_queued_once(store: Store) -> None:
    """What is due becomes one broadcast; planning anew neither forgets it nor lets it come again."""
    async with store.transaction() as tx:
        alert = await tx.alerts.add(draft(), now=NOW)
        sent = await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)
        await tx.reminders.plan(sent, [ONE, Reminder(number=2, at=NOW + DAY, over_at=NOW + 2 * DAY)])
        assert not await tx.reminders.is_due(now=NOW - DAY)
        (remind_id,) = await by_itself.queue_due(tx, now=NOW)
        assert await by_itself.queue_due(tx, now=NOW) == []
        await tx.reminders.plan(sent, [ONE])
        assert await by_itself.queue_due(tx, now=NOW) == []
        assert [each.remind_id for each in await tx.reminders.of(sent)] == [remind_id]
        found = await tx.reminders.that_is(remind_id)
    assert found is not None
    assert (found.broadcast_id, found.reminder) == (sent, ONE)


async def test_too_late(store: Store) -> None:
    """What could not be queued until it was over never is."""
    async with store.transaction() as tx:
        alert = await tx.alerts.add(draft(), now=NOW)
        sent = await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)
        await tx.reminders.plan(sent, [ONE])
        assert await by_itself.queue_due(tx, now=NOW + DAY) == []
        assert await tx.reminders.of(sent) == []
