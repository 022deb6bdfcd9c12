"""Migrating a database that is in use: what was there before is there afterwards."""

from collections import Counter

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.domain.broadcast import StopReason
from bot.store.database import open_database
from bot.store.migrate import SCRIPTS, migrate
from bot.store.schema import UtcDateTime, broadcasts, deliveries
from bot.store.store import open_store
from tests.making import KEY, NOW

ALERTS = sa.table(
    "alerts",
    *(sa.column(name) for name in ("id", "state", "kind", "base", "topic")),
    sa.column("details", sa.JSON),
    sa.column("created_at", UtcDateTime),
)
"""The alerts as they were."""

ALERT = {
    "id": 1,
    "state": "approved",
    "kind": "sign",
    "base": "en",
    "topic": "alerts",
    "details": {},
    "created_at": NOW,
}
BROADCAST = {
    "alert_id": 1,
    "kind": "send",
    "status": "sending",
    "audience": 2,
    "created_at": NOW,
    "starts_at": NOW,
}


async def migrate_to(url: str, revision: str) -> None:
    """Bring an empty database to an earlier schema."""

    def upgrade(connection: sa.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    database = open_database(url)
    async with database.writing() as connection:
        await connection.run_sync(upgrade)
    await database.close()


async def test_deliveries_by_their_key(empty_url: str) -> None:
    """Deliveries of before 0004 are all there after it, as they were."""
    await migrate_to(empty_url, "0003")
    before = {
        (1, 7): ("sent", 1, None, "w", 4242, None),
        (1, 3): ("pending", 2, NOW, "w", None, "429"),
        (2, 3): ("inflight", 1, None, "v", 17, None),
        (2, 1_000_000): ("unknown", 1, None, "v", None, "worker lost"),
    }
    columns = [
        "broadcast_id",
        "subscriber_id",
        "state",
        "attempts",
        "due_at",
        "worker",
        "message_id",
        "error",
    ]
    rows = [dict(zip(columns, [*key, *values], strict=True)) for key, values in before.items()]
    database = open_database(empty_url)
    async with database.writing() as connection:
        await connection.execute(sa.insert(ALERTS), ALERT)
        await connection.execute(sa.insert(broadcasts), [BROADCAST | {"id": 1}, BROADCAST | {"id": 2}])
        await connection.execute(sa.insert(deliveries), rows)
    await database.close()
    await migrate(empty_url)
    database = open_database(empty_url)
    async with database.reading() as connection:
        written = sa.select(*(deliveries.c[name] for name in columns))
        found = {(row[0], row[1]): tuple(row[2:]) for row in await connection.execute(written)}
    await database.close()
    assert found == before


async def test_counts_are_kept(empty_url: str) -> None:
    """What was sent before 0007 is counted after it; a canary under way ends with the same person."""
    await migrate_to(empty_url, "0004")
    states = ["sent", "sent", "unknown", "inflight", "pending", "pending"]
    rows = [
        {"broadcast_id": of, "subscriber_id": 10 * number, "state": state}
        for of in (1, 2, 3)
        for number, state in enumerate(states[: 2 * of], start=1)
    ]
    canaries = ({"id": 1, "canary": 3}, {"id": 2, "canary": 3}, {"id": 3})
    database = open_database(empty_url)
    async with database.writing() as connection:
        await connection.execute(sa.insert(ALERTS), ALERT)
        for canary in canaries:
            await connection.execute(sa.insert(broadcasts), BROADCAST | canary | {"started_at": NOW})
        await connection.execute(sa.insert(deliveries), rows)
        why = "UPDATE broadcasts SET because = 'canary', of_id = 1 WHERE id = 2"
        await connection.exec_driver_sql(why)
    await database.close()
    await migrate(empty_url)
    store = await open_store(empty_url, KEY)
    async with store.reading() as tx:
        assert await tx.counts.differences() == []
        tallies = {of: dict(tally.counts) for of, tally in (await tx.counts.tallies()).items()}
        found = await tx.broadcasts.all()
    await store.close()
    assert tallies == {of: Counter(states[: 2 * of]) for of in (1, 2, 3)}
    assert [one.canary_last_id for one in found] == [None, 30, None]
    assert [(one.stop_reason, one.follows) for one in found] == [
        (None, None),
        (StopReason.CANARY, 1),
        (None, None),
    ]
