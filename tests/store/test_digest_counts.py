"""How many have a sending in a digest: kept, and changed with the entries and deliveries it is about."""

import contextlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import of_topic
from bot.domain.broadcast import BroadcastKind
from bot.domain.delivery import DeliveryState
from bot.domain.preferences import Preferences, Rhythm
from bot.services import broadcast_progress
from bot.store.database import open_database
from bot.store.digest_counts import DigestTally, InDigest
from bot.store.migrate import migrate
from bot.store.schema import alerts, broadcasts, deliveries, digest_counts, digest_entries, subscribers
from bot.store.sqlite import Sqlite
from bot.store.store import Store, Transaction, open_store
from bot.store.transitions import Recorded
from tests.making import CHAT, KEY, NOW, draft, join
from tests.store.test_migrate import BROADCAST, migrate_to

DAILY = Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=18)
EVENING = NOW + timedelta(hours=6)
EVERYBODY = of_topic(DEFAULT_TOPIC)

pytestmark = pytest.mark.usefixtures("ids_rise")


async def waiting(tx: Transaction, people: int) -> int:
    """Let a sending wait in the digests of so many. Returns its id."""
    for reader in await join(tx, people):
        await tx.subscribers.save_preferences(reader.with_preferences(DAILY))
    alert = await tx.alerts.add(draft(), now=NOW)
    sending = await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)
    await tx.digests.freeze(sending, audience=EVERYBODY, now=NOW)
    return sending


async def begun(tx: Transaction, sending: int) -> int:
    """Let a digest take what is due, and put all of it on the wire. Returns its id."""
    alert_id = (await tx.broadcasts.get(sending)).alert_id
    digest_id = await tx.broadcasts.add(
        alert_id=alert_id, organizer_id=None, now=EVENING, kind=BroadcastKind.DIGEST
    )
    people = await tx.carrying.take_due(digest_id, now=EVENING)
    await tx.broadcasts.set_audience(digest_id, people)
    await tx.claims.claim(digest_id, worker="w", limit=people, now=EVENING, urgent=None)
    return digest_id


async def tally(store: Store, sending: int) -> DigestTally:
    """Return what is committed."""
    async with store.reading() as tx:
        return await tx.digest_counts.tally(sending)


async def test_from_waiting_to_sent(store: Store) -> None:
    """What waits is counted until a digest takes it; then what was sent, and what is not known."""
    async with store.transaction() as tx:
        sending = await waiting(tx, 5)
        assert await tx.digest_counts.tally(sending) == DigestTally(waiting=5)
        digest_id = await begun(tx, sending)
    assert await tally(store, sending) == DigestTally()
    states = [DeliveryState.SENT, DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.FAILED]
    results = [Recorded(subscriber_id=number, state=state) for number, state in enumerate(states, start=1)]
    for _ in range(2):
        async with store.transaction() as tx:
            await tx.deliveries.record(digest_id, results, worker="w", is_digest=True)
    assert await tally(store, sending) == DigestTally(sent=2, unknown=1)
    late = [Recorded(subscriber_id=3, state=DeliveryState.SENT)]
    async with store.transaction() as tx:
        await tx.deliveries.record(digest_id, late, worker="w", is_digest=True)
        await tx.deliveries.settle_lost(["w"])
    assert await tally(store, sending) == DigestTally(sent=3, unknown=1)


async def test_who_is_erased(store: Store) -> None:
    """Nothing waits for them any more; what was sent to them was sent."""
    async with store.transaction() as tx:
        sending = await waiting(tx, 2)
        digest_id = await begun(tx, sending)
        done = [Recorded(subscriber_id=1, state=DeliveryState.SENT)]
        await tx.deliveries.record(digest_id, done, worker="w", is_digest=True)
        await tx.carrying.leave_for_next(2, [sending], due_at=EVENING)
        assert await tx.digest_counts.tally(sending) == DigestTally(waiting=1, sent=1)
        for person in (1, 2):
            await tx.deliveries.skip_pending_of(person)
            await tx.erasing.remove(CHAT + person - 1)
    assert await tally(store, sending) == DigestTally(sent=1)


async def test_what_is_given_back(store: Store) -> None:
    """What a digest does not bring waits once more, of that digest alone."""
    async with store.transaction() as tx:
        sending = await waiting(tx, 3)
        digest_id = await begun(tx, sending)
        await tx.carrying.give_back(digest_id + 1, [1])
        await tx.carrying.give_back(digest_id, [1, 2])
        assert sorted(await tx.digests.due(now=EVENING, limit=9)) == [1, 2]
    assert await tally(store, sending) == DigestTally(waiting=2)


async def test_what_is_undone_was_never_counted(store: Store) -> None:
    """A savepoint that fails takes its counts along."""
    async with store.transaction() as tx:
        sending = await waiting(tx, 2)
        with contextlib.suppress(ZeroDivisionError):
            async with tx.savepoint():
                await tx.digests.withdraw(sending)
                raise ZeroDivisionError
    assert await tally(store, sending) == DigestTally(waiting=2)


async def test_a_wrong_count_is_found(store: Store) -> None:
    """What the entries do not say is named."""
    async with store.transaction() as tx:
        sending = await waiting(tx, 2)
        tx.digest_counts.add(sending, InDigest.WAITING, 1)
        assert await tx.digest_counts.differences() == [sending]
        tx.digest_counts.add(sending, InDigest.WAITING, -1)


async def test_counted_by_the_migration(empty_url: str) -> None:
    """What waited, and what digests had brought, before 0032 is counted after it."""
    await migrate_to(empty_url, "0031")
    database = open_database(empty_url)
    entries = [
        {"subscriber_id": 10, "broadcast_id": 1, "alert_id": 1, "due_at": NOW, "digest_id": None},
        {"subscriber_id": 20, "broadcast_id": 1, "alert_id": 1, "due_at": NOW, "digest_id": 3},
        {"subscriber_id": 20, "broadcast_id": 2, "alert_id": 2, "due_at": NOW, "digest_id": 3},
        {"subscriber_id": 30, "broadcast_id": 1, "alert_id": 1, "due_at": NOW, "digest_id": 3},
    ]
    people = [
        {"id": number, "ref": bytes([number]), "locale": "en", "state": "active", "joined_on": NOW.date()}
        for number in (10, 20, 30)
    ]
    async with database.writing() as connection:
        await connection.execute(sa.insert(subscribers), people)
        await connection.execute(sa.insert(alerts), {"id": 1, "created_at": NOW})
        await connection.execute(sa.insert(broadcasts), [BROADCAST | {"id": number} for number in (1, 2, 3)])
        rows = [
            {"broadcast_id": 3, "subscriber_id": number, "state": state}
            for number, state in ((20, "sent"), (30, "unknown"))
        ]
        await connection.execute(sa.insert(deliveries), rows)
        await connection.execute(sa.insert(digest_entries), entries)
    await database.close()
    await migrate(empty_url)
    store = await open_store(empty_url, KEY)
    async with store.reading() as tx:
        tallies = [await tx.digest_counts.tally(number) for number in (1, 2)]
        rows_kept = sa.select(sa.func.count()).select_from(digest_counts)
        assert (await tx.counts._connection.execute(rows_kept)).scalar_one() == 4
    await store.close()
    assert tallies == [DigestTally(waiting=1, sent=1, unknown=1), DigestTally(sent=1)]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_no_entry_is_read_to_show_them(store: Store) -> None:
    """What an organizer watches reads the counts: no entry is gone through every few seconds."""
    async with store.transaction() as tx:
        sending = await waiting(tx, 2)
    assert isinstance(store.database, Sqlite)
    said: list[str] = []
    async with store.transaction() as tx:
        link = store.database._writer._link
        assert link is not None
        link.raw.set_trace_callback(said.append)
        progress = await broadcast_progress.report(tx, sending)
        link.raw.set_trace_callback(None)
    assert progress.in_digests == 2
    assert any("digest_counts" in each for each in said)
    assert not [each for each in said if "digest_entries" in each]
