"""What people chose, honoured by the freeze, and by the claim where they chose since."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import of_topic
from bot.domain.broadcast import BroadcastKind
from bot.domain.delivery import DeliveryState
from bot.domain.preferences import Preferences, QuietHours, Rhythm, receives_at_once
from bot.domain.subscriber import Subscriber
from bot.store.deliveries import Later
from bot.store.sqlite import Sqlite
from bot.store.store import Store, Transaction
from tests.making import NOW, draft, join

pytestmark = pytest.mark.usefixtures("ids_rise")

EVERYBODY = of_topic(DEFAULT_TOPIC)
NIGHT = QuietHours(start=21 * 60, end=9 * 60)
TOKYO, MADRID = "Asia/Tokyo", "Europe/Madrid"
"""At `NOW`, noon in UTC, it is 21:00 in Tokyo and 13:00 in Madrid."""
MORNING = datetime(2026, 11, 24, 0, tzinfo=UTC)
"""Nine in Tokyo."""

CHOICES = [
    Preferences(rhythm=rhythm, zone=zone, quiet=quiet, digest_hour=18, digest_day=5)
    for rhythm in Rhythm
    for zone in (None, TOKYO, MADRID, "Nowhere/Town")
    for quiet in (None, NIGHT, QuietHours(start=12 * 60, end=13 * 60))
]


async def choose(tx: Transaction, person: Subscriber, chosen: Preferences) -> None:
    """Let somebody choose."""
    await tx.subscribers.save_preferences(person.with_preferences(chosen))


async def frozen(
    tx: Transaction, choices: list[Preferences], *, urgent: bool = False, now: datetime = NOW
) -> tuple[int, list[Subscriber]]:
    """Freeze a broadcast to people who chose this, as `bot.delivery.starting` does."""
    people = await join(tx, len(choices))
    for person, chosen in zip(people, choices, strict=True):
        await choose(tx, person, chosen)
    alert = await tx.alerts.add(draft(), now=now)
    broadcast_id = await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=now)
    audience = await tx.freezing.freeze(broadcast_id, audience=EVERYBODY, urgent=urgent)
    await tx.freezing.defer_quiet(broadcast_id, now=now)
    await tx.digests.freeze(broadcast_id, audience=EVERYBODY, now=now)
    await tx.broadcasts.set_audience(broadcast_id, audience)
    return broadcast_id, people


async def claimed(
    store: Store, broadcast_id: int, *, now: datetime = NOW, urgent: bool | None = False
) -> list[int]:
    """Return whom a claim takes."""
    async with store.transaction() as tx:
        found = await tx.claims.claim(broadcast_id, worker="w", limit=1000, now=now, urgent=urgent)
    return [one.subscriber_id for one in found]


@pytest.mark.parametrize("urgent", [False, True])
async def test_freeze_and_claim_agree(store: Store, urgent: bool) -> None:
    """What the freeze leaves for now is claimed now, and nothing else is; the rest waits as the domain says."""
    async with store.transaction() as tx:
        broadcast_id, people = await frozen(tx, CHOICES, urgent=urgent)
    expected, later, digests = [], [], {}
    for person, chosen in zip(people, CHOICES, strict=True):
        if not receives_at_once(chosen.rhythm, urgent=urgent):
            digests[person.id] = chosen.digest_due(NOW)
        elif chosen.not_before(NOW) is None:
            expected.append(person.id)
        else:
            later.append(chosen.not_before(NOW))
    assert await claimed(store, broadcast_id, urgent=urgent) == expected
    async with store.transaction() as tx:
        first = min(at for at in later if at is not None)
        assert await tx.deliveries.later(broadcast_id) == Later(people=len(later), first_at=first)
        for who, due_at in digests.items():
            assert [entry.due_at for entry in await tx.digests.entries(who)] == [due_at] * (
                due_at is not None
            )
        tally = await tx.counts.tally(broadcast_id)
        assert tally[DeliveryState.PENDING] == len(later)
        assert tally.adds_up


@pytest.mark.parametrize("urgent", [False, True])
async def test_what_is_chosen_between_freeze_and_claim(store: Store, urgent: bool) -> None:
    """Whatever people choose after the freeze holds: the claim sends to nobody whom a freeze by now would leave out."""
    async with store.transaction() as tx:
        broadcast_id, people = await frozen(tx, [Preferences()] * len(CHOICES), urgent=urgent)
        for person, chosen in zip(people, CHOICES, strict=True):
            await choose(tx, person, chosen)
    expected = [
        person.id
        for person, chosen in zip(people, CHOICES, strict=True)
        if receives_at_once(chosen.rhythm, urgent=urgent) and chosen.not_before(NOW) is None
    ]
    assert await claimed(store, broadcast_id, urgent=urgent) == expected
    async with store.reading() as tx:
        tally = await tx.counts.tally(broadcast_id)
        later = await tx.deliveries.later(broadcast_id)
        assert tally.adds_up
        assert tally[DeliveryState.PENDING] == (later.people if later else 0)
        for person, chosen in zip(people, CHOICES, strict=True):
            due = [entry.due_at for entry in await tx.digests.entries(person.id)]
            assert due == [at for at in [chosen.digest_due(NOW)] if at is not None]


async def test_the_morning(store: Store) -> None:
    """Who was asleep gets it when their quiet hours are over, and not a minute before."""
    async with store.transaction() as tx:
        broadcast_id, (sleeper, other) = await frozen(
            tx, [Preferences(zone=TOKYO, quiet=NIGHT), Preferences()]
        )
    assert await claimed(store, broadcast_id) == [other.id]
    assert await claimed(store, broadcast_id, now=MORNING - timedelta(minutes=1)) == []
    async with store.reading() as tx:
        assert not await tx.deliveries.has_open(broadcast_id, up_to=sleeper.id)
    assert await claimed(store, broadcast_id, now=MORNING) == [sleeper.id]
    async with store.reading() as tx:
        assert await tx.deliveries.later(broadcast_id) is None


async def test_later_hours_are_read_again(store: Store) -> None:
    """Who sleeps longer by now is waited for again; whoever left, paused or wants a digest meanwhile is skipped."""
    asleep = Preferences(zone=TOKYO, quiet=NIGHT)
    async with store.transaction() as tx:
        broadcast_id, people = await frozen(tx, [asleep] * 4)
        await choose(tx, people[0], Preferences(zone=TOKYO, quiet=QuietHours(start=21 * 60, end=10 * 60)))
        await tx.subscribers.save(people[1].pause())
        await tx.subscribers.save(people[2].leave())
        await choose(tx, people[3], Preferences(zone=TOKYO, rhythm=Rhythm.DAILY, digest_hour=18))
    assert await claimed(store, broadcast_id, now=MORNING) == []
    async with store.transaction() as tx:
        at_ten = MORNING + timedelta(hours=1)
        assert await tx.deliveries.later(broadcast_id) == Later(people=1, first_at=at_ten)
        assert len(await tx.digests.entries(people[3].id)) == 1
    assert await claimed(store, broadcast_id, now=MORNING + timedelta(hours=1)) == [people[0].id]


async def test_a_correction_wakes_nobody(store: Store) -> None:
    """What notifies nobody is done at any hour, whatever was chosen."""
    async with store.transaction() as tx:
        broadcast_id, people = await frozen(tx, [Preferences()] * 2)
        await choose(tx, people[0], Preferences(zone=TOKYO, quiet=NIGHT))
        await choose(tx, people[1], Preferences(rhythm=Rhythm.WEEKLY, digest_hour=9, digest_day=1))
    assert await claimed(store, broadcast_id, urgent=None) == [person.id for person in people]


async def test_a_clock_that_was_wrong(store: Store) -> None:
    """What a clock that was days ahead let wait is looked at again."""
    async with store.transaction() as tx:
        broadcast_id, (sleeper,) = await frozen(
            tx, [Preferences(zone=TOKYO, quiet=NIGHT)], now=NOW + timedelta(days=40)
        )
        await tx.deliveries.mend_waits(broadcast_id, now=NOW + timedelta(hours=3))
    assert await claimed(store, broadcast_id, now=MORNING) == [sleeper.id]


async def test_canary_of_who_is_awake(store: Store) -> None:
    """The first few are counted among those who are sent it now, as far as there are any."""
    asleep = Preferences(zone=TOKYO, quiet=NIGHT)
    async with store.transaction() as tx:
        broadcast_id, people = await frozen(tx, [asleep, Preferences(), asleep, Preferences()])
        assert await tx.freezing.last_of_first(broadcast_id, 1) == people[1].id
        assert await tx.freezing.last_of_first(broadcast_id, 3) == people[2].id
        assert await tx.freezing.last_of_first(broadcast_id, 5) is None


async def test_digests(store: Store) -> None:
    """What waits for a digest is due at its hour, is taken once, and goes with a recall, a change and the person."""
    daily = Preferences(rhythm=Rhythm.DAILY, zone=MADRID, digest_hour=18)
    due_at = datetime(2026, 11, 23, 17, tzinfo=UTC)
    async with store.transaction() as tx:
        first, people = await frozen(tx, [daily, daily, daily, daily])
        assert await tx.digests.freeze(first, audience=EVERYBODY, now=NOW) == 0
        assert (await tx.digest_counts.tally(first)).waiting == 4
        assert await tx.digests.due(now=NOW, limit=9) == []
        await tx.subscribers.save(people[3].leave())
        assert sorted(await tx.digests.due(now=due_at, limit=9)) == [one.id for one in people[:3]]
        (entry,) = await tx.digests.entries(people[0].id)
        assert (entry.broadcast_id, entry.due_at) == (first, due_at)
        assert entry.alert_id == (await tx.broadcasts.get(first)).alert_id
        assert await tx.carrying.remove(people[0].id, [first]) == 1
        await tx.digests.set_due(people[1].id, due_at + timedelta(hours=1))
        assert await tx.digests.due(now=due_at, limit=9) == [people[2].id]
        assert await tx.digests.clear(people[2].id) == 1
        assert await tx.digests.withdraw(first) == 2
        assert (await tx.digest_counts.tally(first)).waiting == 0


async def test_a_thousand_ways_to_sleep_until_one(store: Store) -> None:
    """However many combinations of quiet hours are over at one instant, a sending begins, and all of them wait."""
    choices = [
        Preferences(zone=zone, quiet=QuietHours(start=start, end=13 * 60 + ahead))
        for start in range(600)
        for zone, ahead in (("UTC", 0), (MADRID, 60))
    ]
    async with store.transaction() as tx:
        broadcast_id, _ = await frozen(tx, choices)
        later = await tx.deliveries.later(broadcast_id)
    assert later == Later(people=len(choices), first_at=NOW + timedelta(hours=1))


async def test_a_thousand_ways_to_wait_for_one_digest(store: Store) -> None:
    """However many combinations of hours and places are due at one instant, each of their people has an entry."""
    quiet = [QuietHours(start=0, end=minute) for minute in range(1, 420)]
    choices = [
        Preferences(
            rhythm=Rhythm.DAILY, zone=zone, quiet=hours, digest_hour=hour, locality=str(hours.end % 9)
        )
        for hours in quiet
        for zone, hour in (("UTC", 18), (MADRID, 19), ("Europe/Paris", 19))
    ]
    assert len(choices) > 1000
    async with store.transaction() as tx:
        broadcast_id, people = await frozen(tx, choices)
        assert (await tx.digest_counts.tally(broadcast_id)).waiting == len(people)
        due_at = datetime(2026, 11, 23, 18, tzinfo=UTC)
        assert len(await tx.digests.due(now=due_at, limit=2000)) == len(people)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_what_was_brought_is_not_gone_through(store: Store) -> None:
    """Each minute's look at what is due reads an index of what waits, not of all that digests ever brought."""
    assert isinstance(store.database, Sqlite)
    said: list[str] = []
    async with store.transaction() as tx:
        link = store.database._writer._link
        assert link is not None
        link.raw.set_trace_callback(said.append)
        await tx.digests.due(now=NOW, limit=1)
        await tx.carrying.sendings(1, [1])
        link.raw.set_trace_callback(None)
    due, carried = [each for each in said if "digest_entries" in each]
    async with store.database.reading() as connection:
        for statement, index in (
            (due, "due (due_at<?)"),
            (carried, "digest (digest_id=? AND subscriber_id=?)"),
        ):
            steps = [
                row.detail for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
            ]
            assert f"ix_digest_entries_{index}" in " ".join(steps), steps


@pytest.mark.parametrize("carried", [False, True])
async def test_what_a_digest_has_is_not_frozen_again(store: Store, carried: bool) -> None:
    """Who has it in a digest, or will, and wants every alert since, is not among the next zone's people."""
    daily = Preferences(rhythm=Rhythm.DAILY, zone=MADRID, digest_hour=18)
    async with store.transaction() as tx:
        broadcast_id, [reader, _] = await frozen(tx, [daily, Preferences(zone=TOKYO)])
        if carried:
            alert_id = (await tx.broadcasts.get(broadcast_id)).alert_id
            digest_id = await tx.broadcasts.add(
                alert_id=alert_id, organizer_id=None, now=NOW, kind=BroadcastKind.DIGEST
            )
            assert await tx.carrying.take_due(digest_id, now=NOW + timedelta(days=1)) == 1
        await choose(tx, reader, Preferences(zone=MADRID))
        assert await tx.audiences.zones_left(EVERYBODY, broadcast_id) == set()
        assert await tx.freezing.freeze(broadcast_id, audience=EVERYBODY, again=True) == 0


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_found_by_their_indexes(store: Store) -> None:
    """Who has quiet hours, who wants digests, whose pause is over: none of it goes through everybody else."""
    assert isinstance(store.database, Sqlite)
    said: list[str] = []
    async with store.transaction() as tx:
        broadcast_id, _ = await frozen(tx, CHOICES)
        link = store.database._writer._link
        assert link is not None
        link.raw.set_trace_callback(said.append)
        await tx.freezing.defer_quiet(broadcast_id, now=NOW)
        await tx.digests.freeze(broadcast_id, audience=EVERYBODY, now=NOW)
        await tx.subscribers.has_pause_over(now=NOW)
        await tx.audiences.count_panel_quiet(EVERYBODY, now=NOW)
        link.raw.set_trace_callback(None)
    statements = [each for each in said if "subscribers" in each]
    assert len(statements) > 4
    async with store.database.reading() as connection:
        for statement in statements:
            steps = [
                row.detail for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
            ]
            assert not [step for step in steps if step in ("SCAN subscribers", "SCAN subscriptions")], steps
            assert "ix_subscribers_" in " ".join(steps), steps
