"""A database of before 0009 is carried over: everybody has another id, and has lost nothing."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from bot.domain.delivery import DeliveryState
from bot.privacy.cipher import Cipher, Table
from bot.store.database import open_database
from bot.store.migrate import migrate
from bot.store.schema import UtcDateTime
from bot.store.store import Store, open_store
from tests.making import CHAT, KEY, NOW
from tests.store.test_migrate import BROADCAST, migrate_to

PEOPLE = 200
CANARY, SENT = 50, 20
STATES = ("active", "paused", "left", "blocked")
EVENTS = ("given", "withdrawn", "given")
ERASED = 31
"""Counted still, and nobody's."""


def table(name: str, *columns: str, **typed: Any) -> sa.TableClause:
    """Return a table as it was."""
    return sa.table(
        name, *(sa.column(one) for one in columns), *(sa.column(one, kind) for one, kind in typed.items())
    )


SUBSCRIBERS = table("subscribers", "id", "ref", "state", "locale", joined_on=sa.Date)
SUBSCRIPTIONS = table("subscriptions", "topic", "subscriber_id")
CONSENTS = table(
    "consents",
    *("id", "subscriber_id", "event", "wording_version", "wording_sha256", "locale", "method"),
    day=sa.Date,
)
DELIVERIES = table("deliveries", "broadcast_id", "subscriber_id", "state", "attempts", "message_id", "worker")
ALERTS = table("alerts", "id", created_at=UtcDateTime)
BROADCASTS = table(
    "broadcasts",
    *("id", "alert_id", "kind", "status", "audience", "canary", "canary_last_id"),
    created_at=UtcDateTime,
    starts_at=UtcDateTime,
    started_at=UtcDateTime,
)
LANGUAGES = table("languages", "ref", "locale")
CONVERSATIONS = table("conversations", "ref", "step", updated_at=UtcDateTime)
UPDATES = table("updates", "update_id", "state", received_at=UtcDateTime)


def state_of(number: int) -> str:
    """Return the state of a delivery: a canary of 50 has been sent to 20, one is on the wire."""
    if number <= SENT:
        return "sent"
    return "inflight" if number == SENT + 1 else "pending"


async def fill(url: str) -> None:
    """Write people, their records, and a broadcast whose canary is under way, as the program of before did."""
    await migrate_to(url, "0008")
    cipher = Cipher(KEY)
    numbers = range(1, PEOPLE + 1)
    rows: dict[sa.TableClause, list[dict[str, Any]]] = {
        ALERTS: [{"id": 1, "created_at": NOW}],
        BROADCASTS: [
            BROADCAST
            | {"id": 1, "audience": PEOPLE, "canary": CANARY, "canary_last_id": CANARY, "started_at": NOW}
        ],
        SUBSCRIBERS: [
            {
                "id": number,
                "ref": cipher.ref(Table.SUBSCRIBERS, CHAT + number),
                "state": STATES[number % 4],
                "locale": ("en", "ar")[number % 2],
                "joined_on": NOW.date() - timedelta(days=number % 9),
            }
            for number in numbers
            if number != ERASED
        ],
        SUBSCRIPTIONS: [
            {"topic": "alerts", "subscriber_id": number}
            for number in numbers
            if number % 3 and number != ERASED
        ],
        CONSENTS: [
            {
                "id": number * 10 + at,
                "subscriber_id": number,
                "event": event,
                "wording_version": "1",
                "wording_sha256": f"{number}",
                "locale": "en",
                "method": "button",
                "day": NOW.date(),
            }
            for number in numbers
            if number != ERASED
            for at, event in enumerate(EVENTS)
        ],
        DELIVERIES: [
            {
                "broadcast_id": 1,
                "subscriber_id": number,
                "state": state_of(number),
                "attempts": number % 3,
                "message_id": number * 7,
                "worker": None,
            }
            for number in numbers
        ],
        LANGUAGES: [{"ref": cipher.ref(Table.LANGUAGES, CHAT + n), "locale": "ar"} for n in numbers],
        CONVERSATIONS: [
            {
                "ref": cipher.ref(Table.CONVERSATIONS, CHAT),
                "step": cipher.seal(Table.CONVERSATIONS, b'{"at": 1}'),
                "updated_at": NOW + timedelta(hours=3, seconds=5),
            }
        ],
        UPDATES: [{"update_id": 1, "state": "done", "received_at": NOW + timedelta(seconds=59)}],
    }
    database = open_database(url)
    async with database.writing() as connection:
        for into, values in rows.items():
            await connection.execute(sa.insert(into), values)
        counts = "INSERT INTO broadcast_counts SELECT broadcast_id, 0, state, count(*) FROM deliveries GROUP BY 1, 3"
        await connection.exec_driver_sql(counts)
    await database.close()


async def test_nothing_is_lost(empty_url: str) -> None:
    """Each person has what they had, under an id that says nothing of the one before; times are cut down."""
    await fill(empty_url)
    await migrate(empty_url)
    store = await open_store(empty_url, KEY)
    ids = {}
    async with store.reading() as tx:
        for number in range(1, PEOPLE + 1):
            person = await tx.subscribers.find(CHAT + number)
            if number == ERASED:
                assert person is None
                continue
            assert person is not None
            ids[number] = person.id
            assert (person.state, person.locale) == (STATES[number % 4], ("en", "ar")[number % 2])
            assert person.joined_on == NOW.date() - timedelta(days=number % 9)
            records = await tx.consents.of(person.id)
            assert [record.event for record in records] == list(EVENTS)
            assert {record.wording_sha256 for record in records} == {f"{number}"}
            assert await tx.languages.chosen(CHAT + number) == "ar"
        assert await tx.conversations.step(CHAT) == {"at": 1}
        assert await tx.counts.differences() == []
    kept = await rows_of(store, "SELECT subscriber_id, state, attempts, message_id FROM deliveries")
    subscribed = await rows_of(store, "SELECT topic, subscriber_id FROM subscriptions")
    times = await rows_of(store, "SELECT received_at FROM updates")
    await store.close()
    # Of the erased, too, the number is another.
    ids[ERASED] = next(one[0] for one in kept if one[3] == ERASED * 7)
    expected = {(ids[n], state_of(n), n % 3, n * 7) for n in ids}
    assert set(kept) == expected
    assert set(subscribed) == {("alerts", ids[n]) for n in ids if n % 3 and n != ERASED}
    assert len(set(ids.values())) == PEOPLE
    assert min(ids.values()) > PEOPLE
    in_order = [ids[number] for number in sorted(ids)]
    rises = sum(one < next_one for one, next_one in pairwise(in_order))
    assert PEOPLE / 4 < rises < PEOPLE * 3 / 4
    assert "12:00:00" in str(times[0][0])


async def test_a_canary_goes_on(empty_url: str) -> None:
    """A canary under way ends after as many people as it still had, whoever they are now."""
    await fill(empty_url)
    await migrate(empty_url)
    store = await open_store(empty_url, KEY)
    async with store.transaction() as tx:
        [broadcast] = await tx.broadcasts.all()
        claimed = await tx.claims.claim(1, worker="w", limit=PEOPLE, now=NOW, up_to=broadcast.canary_last_id)
        tally = await tx.counts.tally(1)
        open_still = await tx.deliveries.has_open(1, up_to=broadcast.canary_last_id)
    await store.close()
    counts = Counter(tally.counts)
    # Of those whose turn it was, the ones who receive nothing now are skipped, and the erased stays with the others.
    skipped = counts[DeliveryState.SKIPPED]
    assert len(claimed) + skipped in (CANARY - SENT - 1, CANARY - SENT - 2)
    assert open_still
    assert counts[DeliveryState.SENT] == SENT
    assert counts.total() == PEOPLE


async def rows_of(store: Store, statement: str) -> list[tuple[Any, ...]]:
    """Return what a statement finds."""
    async with store.database.reading() as connection:
        return [tuple(row) for row in await connection.exec_driver_sql(statement)]
