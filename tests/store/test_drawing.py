"""Just so many people, drawn by lot: the same by count and by freeze, on both databases, at once and zone by zone."""

from collections import Counter

import pytest

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import Audience, Draw, JoinedAfter, Locales, Not, Topic
from bot.domain.estimate import is_on_panel
from bot.domain.exclusion import Exclusion
from bot.domain.preferences import Preferences, Rhythm
from bot.domain.schedule import Zones
from bot.domain.subscriber import SubscriberState
from bot.store.schema import deliveries
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, draft, join

ZONES = ("Asia/Tokyo", "Europe/Madrid", "America/New_York")
TOPIC = Topic(topic=DEFAULT_TOPIC)
DRAW = Draw(people=20, salt="a")
TWENTY = Audience(terms=(TOPIC, DRAW))


async def queued(tx: Transaction) -> int:
    """Queue a broadcast. Returns its id."""
    alert = await tx.alerts.add(draft(), now=NOW)
    return await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)


async def written(tx: Transaction, broadcast_id: int) -> list[int]:
    """Return for whom something is written down."""
    query = deliveries.select().where(deliveries.c.broadcast_id == broadcast_id)
    return sorted(row.subscriber_id for row in await tx.deliveries._connection.execute(query))


@pytest.mark.parametrize("number", [1, 20, 59, 60, 61, 1_000_000_000])
async def test_just_so_many(store: Store, number: int) -> None:
    """So many of those of whom the other terms hold are frozen, or all, as were counted; once more, the same ones."""
    terms = (TOPIC, Locales(locales=frozenset({"en"})), JoinedAfter(day=NOW.date()))
    audience = Audience(terms=(*terms, Draw(people=number, salt="a")))
    async with store.transaction() as tx:
        english = [each.id for each in await join(tx, 60)]
        await join(tx, 60, first=CHAT + 100, locale="ar")
        paused = await join(tx, 60, first=CHAT + 200)
        for each in paused:
            await tx.subscribers.save(each.pause())
    frozen = []
    for _ in range(2):
        async with store.transaction() as tx:
            sent = await queued(tx)
            counted = await tx.audiences.count_locales(audience)
            assert await tx.freezing.freeze(sent, audience=audience) == counted["en"] == min(number, 60)
            assert (await tx.audiences.count_panel(audience))[1] == {}
            frozen.append(await written(tx, sent))
    assert frozen[0] == frozen[1]
    assert set(frozen[0]) <= set(english)
    async with store.transaction() as tx:
        rest = await queued(tx)
        others = Audience(terms=(*terms, Not(term=Draw(people=number, salt="a"))))
        await tx.freezing.freeze(rest, audience=others)
        assert sorted([*frozen[0], *await written(tx, rest)]) == sorted(english)
        _, left_out = await tx.audiences.count_panel(others)
        assert left_out == Counter(Exclusion.PAUSED for each in paused if is_on_panel(each.id))


async def test_who_gets_no_alert_at_once_takes_nobodys_place(store: Store) -> None:
    """Just so many are sent it at once, whoever wants digests or urgent alerts only; of urgent ones, too."""
    async with store.transaction() as tx:
        people = await join(tx, 90)
        for number, rhythm in enumerate((Rhythm.EVERY, Rhythm.DAILY, Rhythm.URGENT)):
            hour = 18 if rhythm is Rhythm.DAILY else None
            for each in people[number::3]:
                chosen = Preferences(rhythm=rhythm, digest_hour=hour)
                await tx.subscribers.save_preferences(each.with_preferences(chosen))
    every, daily, urgent_only = ({each.id for each in people[number::3]} for number in range(3))
    for urgent, eligible in ((False, every), (True, every | urgent_only)):
        async with store.transaction() as tx:
            sent = await queued(tx)
            assert sum((await tx.audiences.count_locales(TWENTY, urgent=urgent)).values()) == 20
            assert await tx.freezing.freeze(sent, audience=TWENTY, urgent=urgent) == 20
            assert await tx.digests.freeze(sent, audience=TWENTY, now=NOW) == 0
            drawn = set(await written(tx, sent))
            rest = await queued(tx)
            others = Audience(terms=tuple(Not(term=t) if isinstance(t, Draw) else t for t in TWENTY.terms))
            await tx.freezing.freeze(rest, audience=others, urgent=urgent)
            waiting = await tx.digests.freeze(rest, audience=others, now=NOW)
            assert set(await written(tx, rest)) == eligible - drawn
        assert drawn <= eligible
        assert waiting == len(daily)


async def test_zone_by_zone(store: Store) -> None:
    """Whoever leaves or joins meanwhile, it is just so many in all, each once; it ends when they have it."""
    async with store.transaction() as tx:
        for zone in ZONES:
            for person in await join(tx, 30, first=CHAT + 100 * ZONES.index(zone)):
                await tx.subscribers.set_zone(person.id, zone)
        sent = await queued(tx)
        assert sum((await tx.audiences.count_zones(TWENTY)).values()) == 20
    for number in range(len(ZONES)):
        zones = Zones(names=frozenset(ZONES[: number + 1]))
        async with store.transaction() as tx:
            await tx.freezing.freeze(sent, audience=TWENTY, zones=zones, again=number > 0)
            got = await written(tx, sent)
            left = await tx.audiences.zones_left(TWENTY, sent)
        assert len(got) <= 20
        # Of who left below, somebody of a zone of before may have taken the place: they are the next ones.
        assert left <= set(ZONES[number + 1 :]) or len(got) < 20
        async with store.transaction() as tx:
            for chat_id in range(CHAT + 100 * number, CHAT + 100 * number + 200, 5):
                leaver = await tx.subscribers.find(chat_id)
                if leaver is not None and leaver.state is SubscriberState.ACTIVE and number < 2:
                    await tx.subscribers.save(leaver.pause())
            for person in await join(tx, 30, first=CHAT + 1000 + 100 * number):
                await tx.subscribers.set_zone(person.id, ZONES[number])
    async with store.transaction() as tx:
        got = await written(tx, sent)
        assert len(got) == len(set(got)) == 20
        assert await tx.audiences.zones_left(TWENTY, sent) == set()
        everywhere = Zones(names=frozenset(), negated=True)
        assert await tx.freezing.freeze(sent, audience=TWENTY, zones=everywhere, again=True) == 0
