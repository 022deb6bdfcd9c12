"""People by their zone: read by the database as by the domain, counted, and frozen once."""

from datetime import timedelta

import pytest

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import of_topic
from bot.domain.schedule import LocalHour, Zones
from bot.domain.subscriber import SubscriberState
from bot.store.store import Store
from tests.making import CHAT, NOW, draft, join

PLACES = (None, "No/Where", "Europe/Madrid", "Asia/Tokyo", "America/New_York", "Asia/Tokyo")
EVERYBODY = of_topic(DEFAULT_TOPIC)
HOUR = LocalHour(day=NOW.date(), hour=NOW.time(), zone="Europe/Madrid")


async def people(store: Store) -> dict[int, str | None]:
    """Put somebody into each place on the list. Returns each one's zone by their id."""
    async with store.transaction() as tx:
        joined = await join(tx, len(PLACES))
        for person, place in zip(joined, PLACES, strict=True):
            await tx.subscribers.set_zone(person.id, place)
    return {person.id: place for person, place in zip(joined, PLACES, strict=True)}


@pytest.mark.parametrize(
    "zones",
    [
        Zones(names=frozenset()),
        Zones(names=frozenset(), negated=True),
        Zones(names=frozenset({"Asia/Tokyo", "No/Where"})),
        Zones(names=frozenset({"Asia/Tokyo"}), negated=True),
        *(HOUR.due(until=NOW + timedelta(hours=hours)) for hours in (-10, -1, 0, 5, 12)),
        HOUR.due(until=NOW + timedelta(hours=12), since=NOW),
    ],
    ids=lambda zones: f"{'not ' * zones.negated}{len(zones.names)} zones",
)
async def test_the_same_people(store: Store, zones: Zones) -> None:
    """The freeze writes exactly those whose zone is in it; a second one, of everybody, adds exactly the others."""
    zone_of = await people(store)
    expected = sum(place in zones for place in zone_of.values())
    async with store.transaction() as tx:
        alert = await tx.alerts.add(draft(), now=NOW)
        sent = await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)
        assert await tx.freezing.freeze(sent, audience=EVERYBODY, zones=zones) == expected
        left = await tx.audiences.zones_left(EVERYBODY, sent)
        assert left == {place for place in zone_of.values() if place not in zones}
        everybody = Zones(names=frozenset(), negated=True)
        assert (
            await tx.freezing.freeze(sent, audience=EVERYBODY, zones=everybody, again=True)
            == len(PLACES) - expected
        )
        assert await tx.audiences.zones_left(EVERYBODY, sent) == set()


async def test_counts(store: Store) -> None:
    """Active people are counted by their zone; who paused is not."""
    await people(store)
    async with store.transaction() as tx:
        first = await tx.subscribers.find(CHAT)
        assert first is not None
        await tx.subscribers.save(first.pause())
        assert first.state is SubscriberState.ACTIVE
        assert await tx.audiences.count_zones(EVERYBODY) == {
            "No/Where": 1,
            "Europe/Madrid": 1,
            "Asia/Tokyo": 2,
            "America/New_York": 1,
        }


async def test_a_mark_is_made_once(store: Store) -> None:
    """An occurrence begins once; a second one of the same key is told so."""
    async with store.transaction() as tx:
        assert await tx.occurrences.mark("one", 1, due_at=NOW, now=NOW)
    async with store.transaction() as tx:
        assert not await tx.occurrences.mark("one", 1, due_at=NOW, now=NOW)
        assert await tx.occurrences.mark("other", 1, due_at=NOW + timedelta(hours=1), now=NOW)
    async with store.reading() as tx:
        assert await tx.occurrences.of(1) == [NOW, NOW + timedelta(hours=1)]
