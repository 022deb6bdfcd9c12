"""What supporters report: one of each person, sealed, and gone a month after the decision."""

import json
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sighting import ANSWER_LENGTH, KEPT_AFTER_DECISION, SightingState
from bot.privacy.cipher import Cipher, Table
from bot.services.privacy import erase
from bot.store.padding import STEP_BYTES, padded
from bot.store.schema import sightings
from bot.store.sightings import dumped, loaded
from bot.store.store import Store
from tests.making import CHAT, KEY, NOW
from tests.store.test_outcomes import begun

TODAY = NOW.date()
ANSWERS = ("At the station", "Since spring", "I saw the sign: https://nowhere")


async def test_once(store: Store) -> None:
    """A person reports once about an alert; withdrawn, it may be said anew."""
    alert_id, (person, other, _) = await begun(store)
    async with store.transaction() as tx:
        assert await tx.sightings.add(alert_id, person.id, locale="en", answers=ANSWERS, today=TODAY)
        assert not await tx.sightings.add(alert_id, person.id, locale="en", answers=["x"], today=TODAY)
        assert await tx.sightings.add(alert_id, other.id, locale="ar", answers=ANSWERS, today=TODAY)
        assert [each.answers for each in await tx.sightings.all_of(person.id)] == [ANSWERS]
        assert await tx.sightings.withdraw(alert_id, person.id)
        assert not await tx.sightings.withdraw(alert_id, person.id)
        assert await tx.sightings.all_of(person.id) == []
        assert await tx.sightings.count() == {SightingState.WAITING: 1}


async def test_decided_and_forgotten(store: Store) -> None:
    """What is decided leaves the queue, and the database 30 days later; what waits stays."""
    alert_id, (person, other, _) = await begun(store)
    async with store.transaction() as tx:
        for each in (person, other):
            await tx.sightings.add(alert_id, each.id, locale="en", answers=ANSWERS, today=TODAY)
    async with store.transaction() as tx:
        first, second = await tx.sightings.in_state(SightingState.WAITING, limit=5)
        assert await tx.sightings.in_state(SightingState.WAITING, limit=5, skipped=1) == [second]
        await tx.sightings.decide(first.id, SightingState.REJECTED, today=TODAY)
    async with store.transaction() as tx:
        found = await tx.sightings.find(first.id)
        assert found is not None
        assert found.state is SightingState.REJECTED
        assert await tx.sightings.find(first.id + 1) is None
        last = TODAY + KEPT_AFTER_DECISION
        assert not await tx.sightings.forget(decided_before=last - KEPT_AFTER_DECISION)
        assert await tx.sightings.forget(decided_before=last + timedelta(days=1) - KEPT_AFTER_DECISION)
        assert await tx.sightings.in_state(SightingState.WAITING, limit=5) == [second]


async def test_length_does_not_tell(store: Store) -> None:
    """Short answers and long ones are sealed alike, in any script; what was sealed before they were padded is read."""
    alert_id, (person, other, third) = await begun(store)
    said = (("a", "b", "c"), ("ا" * 300, "ب" * 250, "😀"), ANSWERS)
    async with store.transaction() as tx:
        for each, answers in zip((person, other, third), said, strict=True):
            await tx.sightings.add(alert_id, each.id, locale="en", answers=answers, today=TODAY)
        assert [(await tx.sightings.all_of(each.id))[0].answers for each in (person, other)] == [*said[:2]]
    async with store.database.writing() as connection:
        lengths = sa.select(sa.func.length(sightings.c.answers)).distinct()
        assert len((await connection.execute(lengths)).all()) == 1
        before = Cipher(KEY).seal(Table.SIGHTINGS, json.dumps(said[1]).encode())
        await connection.execute(sa.update(sightings).values(answers=before))
    async with store.reading() as tx:
        assert (await tx.sightings.all_of(person.id))[0].answers == said[1]


ANSWER = st.text(st.characters(exclude_categories=[]), min_size=1, max_size=ANSWER_LENGTH // 2)


@given(answers=st.lists(ANSWER, max_size=3))
def test_read_as_written(answers: list[str]) -> None:
    """Whatever was answered is read back, and three of the longest take a few steps at the most."""
    written = padded(dumped(answers))
    assert loaded(written) == tuple(answers)
    assert len(written) % STEP_BYTES == 0
    assert len(written) <= 4 * STEP_BYTES


async def test_erased_with_the_person(store: Store) -> None:
    """Whoever is erased takes what they reported along."""
    alert_id, (person, *_) = await begun(store)
    async with store.transaction() as tx:
        await tx.sightings.add(alert_id, person.id, locale="en", answers=ANSWERS, today=TODAY)
    async with store.transaction() as tx:
        await erase(tx, CHAT, now=NOW)
    async with store.database.reading() as connection:
        assert (await connection.execute(sa.select(sightings))).all() == []
