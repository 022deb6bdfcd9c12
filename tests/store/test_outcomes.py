"""Outcomes and steps in the database: once per person, and in the sums with what they are about or not at all."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.outcome import ActionCount, NothingSaid, Outcome, Standing, Step
from bot.domain.subscriber import Subscriber
from bot.services.privacy import erase
from bot.store.schema import outcomes, steps
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, begin_broadcast, draft

TODAY = NOW.date()


async def begun(store: Store) -> tuple[int, list[Subscriber]]:
    """Return an alert that was sent, and three people who got it."""
    broadcast_id, people = await begin_broadcast(store, 3)
    async with store.reading() as tx:
        return (await tx.broadcasts.get(broadcast_id)).alert_id, people


async def say(tx: Transaction, alert_id: int, person: Subscriber, outcome: Outcome = Outcome.DONE) -> None:
    """Let a person say what came of an alert."""
    standing = await tx.outcomes.standing(alert_id, person.id)
    await tx.outcomes.save(alert_id, person, standing.say(outcome, today=TODAY))


async def sums(store: Store, alert_id: int) -> list[ActionCount]:
    """Return what is committed."""
    async with store.reading() as tx:
        return await tx.action_counts.of(alert_id)


def count(event: Outcome | Step, n: int, *, locale: str = "en") -> ActionCount:
    """Return a sum of people of no source."""
    return ActionCount(locale=locale, source_id=None, event=event, n=n)


async def test_said_and_undone(store: Store) -> None:
    """What is said is there and counted; undone, neither is, and the step before it stands again."""
    alert_id, (person, *_) = await begun(store)
    async with store.transaction() as tx:
        await tx.outcomes.save(alert_id, person, Standing().open(today=TODAY))
    async with store.transaction() as tx:
        await say(tx, alert_id, person)
        assert await tx.action_counts.total(alert_id, Outcome.DONE) == 1
    assert await sums(store, alert_id) == [count(Outcome.DONE, 1), count(Step.OPENED, 1)]
    async with store.transaction() as tx:
        standing = await tx.outcomes.standing(alert_id, person.id)
        await tx.outcomes.save(alert_id, person, standing.undo())
    assert await sums(store, alert_id) == [count(Step.OPENED, 1)]
    async with store.reading() as tx:
        assert (await tx.outcomes.standing(alert_id, person.id)).may_be_reminded


async def test_undone_in_another_language(store: Store) -> None:
    """Who reads another language since is taken out of the sum in which they were counted."""
    alert_id, (person, *_) = await begun(store)
    async with store.transaction() as tx:
        await say(tx, alert_id, person)
    async with store.transaction() as tx:
        standing = await tx.outcomes.standing(alert_id, person.id)
        await tx.outcomes.save(alert_id, replace(person, locale="ar"), standing.undo())
    assert await sums(store, alert_id) == []


async def test_counted_or_not(store: Store) -> None:
    """What is undone with its savepoint was never counted."""
    alert_id, (person, other, _) = await begun(store)
    async with store.transaction() as tx:
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                await say(tx, alert_id, person)
                raise ZeroDivisionError
        await say(tx, alert_id, other, Outcome.COULD_NOT)
    assert await sums(store, alert_id) == [count(Outcome.COULD_NOT, 1)]


async def test_erased(store: Store) -> None:
    """Whoever is erased leaves no row; what they said stays counted, as nobody's."""
    alert_id, (person, *_) = await begun(store)
    async with store.transaction() as tx:
        await tx.outcomes.save(alert_id, person, Standing().pledge(today=TODAY))
        await say(tx, alert_id, person)
        assert await tx.outcomes.count_of(person.id) == (1, 1)
    async with store.transaction() as tx:
        assert (await erase(tx, CHAT, now=NOW)).was_kept
    async with store.database.reading() as connection:
        for table in (outcomes, steps):
            assert (await connection.execute(sa.select(table))).all() == []
    assert await sums(store, alert_id) == [count(Outcome.DONE, 1), count(Step.PLEDGED, 1)]


async def test_everything_about_a_person(store: Store) -> None:
    """All that is kept of one person's actions is found, and nothing of another's."""
    alert_id, (person, other, _) = await begun(store)
    async with store.transaction() as tx:
        await say(tx, alert_id, person)
        await tx.outcomes.save(alert_id, other, Standing().open(today=TODAY))
    async with store.reading() as tx:
        [(of, standing)] = await tx.outcomes.all_of(person.id)
    assert (of, standing.outcome, standing.step) == (alert_id, Outcome.DONE, None)


ACTS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["open", "pledge", "take back", "undo", "speak", *Outcome]),
    ),
    max_size=30,
)


async def act(tx: Transaction, alert_id: int, person: Subscriber, done: Any) -> Subscriber:
    """Let a person do something; what is refused changes nothing."""
    standing = await tx.outcomes.standing(alert_id, person.id)
    if done == "speak":
        return replace(person, locale="ar" if person.locale == "en" else "en")
    after = {
        "open": lambda: standing.open(today=TODAY),
        "pledge": lambda: standing.pledge(today=TODAY),
        "take back": standing.take_back_pledge,
        "undo": standing.undo,
    }.get(done, lambda: standing if standing.outcome else standing.say(Outcome(done), today=TODAY))
    with suppress(NothingSaid):
        await tx.outcomes.save(alert_id, person, after())
    return person


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
async def test_sums_are_what_people_say(store: Store, acts: list[tuple[int, Any]]) -> None:
    """After any taps the sums are what is counted person by person."""
    async with store.transaction() as tx:
        alert = await tx.alerts.add(draft(), now=NOW)
        first = CHAT + alert.id * 10
        people = [await tx.subscribers.add(first + at, locale="en", today=TODAY) for at in range(3)]
    for who, done in acts:
        async with store.transaction() as tx:
            people[who] = await act(tx, alert.id, people[who], done)
    async with store.reading() as tx:
        kept = sorted(await tx.action_counts.of(alert.id), key=str)
        assert kept == sorted(await tx.action_counts.counted(alert.id), key=str)
