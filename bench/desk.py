"""Counting a segment of five terms among a million people, on SQLite: as it is built, and exactly."""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.report import Figure, Goal
from bot.domain.audience import (
    Audience,
    Got,
    JoinedAfter,
    Locales,
    Not,
    Source,
    Topic,
    Within,
)
from bot.domain.delivery import DeliveryState
from bot.domain.subscriber import SubscriberState
from bot.privacy.keyring import new_key
from bot.store.connection import Connection
from bot.store.migrate import migrate
from bot.store.schema import deliveries, subscribers, subscriptions
from bot.store.store import Store, Transaction, open_store
from bot.store.subscribers import draw_id

PEOPLE, ROUNDS, CHUNK = 1_000_000, 5, 50_000
COUNT_GOAL = 300.0
"""Milliseconds, the median of the rounds."""

LOCALES = ("en", "ar", "es", "fr", "de", "it", "pt_BR", "tr", "he")
FIRST_DAY, DAYS = date(2026, 1, 1), 300
SOURCES, BROADCAST, REACHED = 12, 1, 0.7
"""Sources that people came by, and the broadcast that was sent to this share of them."""

SEGMENT = Within(
    segment_id=1,
    terms=(
        Topic(topic="alerts"),
        Locales(locales=frozenset({"en", "ar", "es", "fr"})),
        JoinedAfter(day=FIRST_DAY + timedelta(days=30)),
        Not(term=Source(source_id=3)),
        Not(term=Got(broadcast_id=BROADCAST)),
    ),
)
AUDIENCE = Audience(terms=(SEGMENT,))


def measure() -> list[Figure]:
    """Fill a database of its own, and count in turn."""
    return asyncio.run(_measure())


async def _measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        url = f"sqlite:///{Path(folder) / 'campaign.db'}"
        await migrate(url)
        store = await open_store(url, new_key()[0])
        await _fill(store)
        estimated = await _median(store, lambda tx: tx.audiences.count_panel(AUDIENCE))
        exact = await _median(store, lambda tx: tx.audiences.count_locales(AUDIENCE))
        await store.close()
    return [
        Figure(
            what=f"{PEOPLE:,}: count of five terms, as it is built",
            value=estimated,
            unit="ms",
            goal=Goal(at_most=COUNT_GOAL),
        ),
        Figure(what=f"{PEOPLE:,}: the same exactly, once approved", value=exact, unit="ms"),
    ]


async def _median(store: Store, count: Callable[[Transaction], Awaitable[Any]]) -> float:
    """Return the median of the rounds, in milliseconds, each in a snapshot of its own."""
    took = []
    for _ in range(ROUNDS):
        async with store.reading() as tx:
            began = time.perf_counter()
            await count(tx)
            took.append((time.perf_counter() - began) * 1e3)
    return statistics.median(took)


async def _fill(store: Store) -> None:
    """Put people on the list who differ in all that is asked of them."""
    ids = sorted(draw_id() for _ in range(PEOPLE))
    for begin in range(0, PEOPLE, CHUNK):
        async with store.database.writing() as connection:
            await _add(connection, ids[begin : begin + CHUNK])


async def _add(connection: Connection, ids: list[int]) -> None:
    chance = random.Random(ids[0])  # noqa: S311  # people of a measurement
    people: list[dict[str, Any]] = [
        {
            "id": drawn,
            "ref": drawn.to_bytes(24, "big"),
            "state": SubscriberState.PAUSED if chance.random() < 0.05 else SubscriberState.ACTIVE,
            "locale": chance.choice(LOCALES),
            "joined_on": FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
            "source_id": chance.randrange(SOURCES) or None,
        }
        for drawn in ids
    ]
    sent = [drawn for drawn in ids if chance.random() < REACHED]
    await connection.insert_many(subscribers, people)
    await connection.insert_many(subscriptions, [{"topic": "alerts", "subscriber_id": each} for each in ids])
    await connection.insert_many(
        deliveries,
        [{"broadcast_id": BROADCAST, "subscriber_id": each, "state": DeliveryState.SENT} for each in sent],
    )
