"""A database of before 0005 is carried over: what was approved goes on, nobody is lost, nobody gets it twice."""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from bot.delivery.engine import Engine
from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.delivery.sender import Prepared
from bot.domain.broadcast import BroadcastStatus, StopReason
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Organizer, Role
from bot.domain.plan import plan_of
from bot.services import approvals
from bot.store.database import open_database
from bot.store.migrate import migrate
from bot.store.store import Store, open_store
from tests.making import CHAT, KEY, NOW
from tests.store.test_migrate import migrate_to
from tests.worlds.virtual.telegram import body, digest

FIXTURE = Path(__file__).parent / "fixtures" / "before_0005.sql"
"""A dump of a database at 0004, made by the code of 301f3ca; chat ids from 1,000,000 on, the key of the tests.

Broadcast 1, prepared, is half sent, three of it in flight with a worker that is gone; 2 is queued, approved by another.
Alert 3 is approved, 4 was edited since, 5 has no words, 6 is an approved correction of 1.
"""

PEOPLE = range(1_000_000, 1_000_040)


async def load(url: str) -> None:
    """Load the dump into an empty database, row by row, whatever the database."""
    dump = sqlite3.connect(":memory:")
    dump.executescript(FIXTURE.read_text(encoding="utf-8"))
    await migrate_to(url, "0004")
    database = open_database(url)

    def copy(connection: sa.Connection) -> None:
        known = sa.MetaData()
        known.reflect(connection)
        for table in known.sorted_tables:
            if table.name == "alembic_version":
                continue
            names = ", ".join(table.c.keys())
            rows = [
                {column.name: _typed(column, value) for column, value in zip(table.c, row, strict=True)}
                for row in dump.execute(f"SELECT {names} FROM {table.name}")  # noqa: S608  # our own schema
            ]
            if rows:
                connection.execute(sa.insert(table), rows)
            if (
                rows
                and connection.dialect.name == "postgresql"
                and "id" in table.c
                and table.c.id.autoincrement
            ):
                # As it counts by itself where the rows were not copied.
                name, last = f"{table.name}_id_seq", max(row["id"] for row in rows)
                if sa.inspect(connection).has_sequence(name):
                    connection.execute(sa.select(sa.func.setval(name, last)))

    async with database.writing() as connection:
        await connection.run_sync(copy)
    await database.close()
    dump.close()


def _typed(column: sa.Column[Any], value: Any) -> Any:
    """Return a value of the dump as its column takes it."""
    if value is None:
        return None
    match column.type:
        case sa.DateTime():
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=NOW.tzinfo) if getattr(column.type, "timezone", False) else moment
        case sa.Date():
            return datetime.fromisoformat(value).date()
        case sa.Boolean():
            return bool(value)
        case sa.JSON():
            return json.loads(value)
        case _:
            return value


@pytest.fixture
async def carried(empty_url: str) -> AsyncIterator[Store]:
    """Open the database after it was carried over."""
    await load(empty_url)
    await migrate(empty_url)
    opened = await open_store(empty_url, KEY)
    yield opened
    await opened.close()


async def organizer(store: Store, number: int) -> Organizer:
    """Return one of the team: the owner, the approver, the editor."""
    async with store.reading() as tx:
        found = await tx.organizers.find(CHAT + 1000 + number)
        assert found is not None
        return found


async def test_alerts_say_what_they_said(carried: Store) -> None:
    """Words, link, deadline and details are there, as one revision of the author."""
    async with carried.reading() as tx:
        alerts = [await tx.alerts.get(alert_id) for alert_id in range(1, 7)]
        assert [alert.revision for alert in alerts] == [1] * 6
        [first] = await tx.alerts.revisions(2)
        assert (first.editor_id, first.at) == (3, NOW)
        offered = [alert.id for alert in await tx.alerts.drafts(limit=9)]
    assert offered == [6, 4, 3]
    assert alerts[0].words("ar").title == "اسألوا مجلسكم"
    assert alerts[0].details == {"place": "القدس"}
    assert alerts[0].deadline == datetime(2026, 12, 4, 18, tzinfo=NOW.tzinfo)
    assert [alert.corrects for alert in alerts] == [None] * 5 + [1]
    assert alerts[3].words("en").title == "Fourth, edited"


async def test_what_was_approved_is(carried: Store) -> None:
    """Exactly what was approved before is approved now, whether sending costs or not; nothing else is."""
    viewer = await organizer(carried, 0)
    async with carried.reading() as tx:
        for alert_id, approved in ((1, True), (2, True), (3, True), (4, False), (5, False), (6, True)):
            alert = await tx.alerts.get(alert_id)
            for paid in (False, True):
                found = await approvals.is_approved(tx, alert, paid=paid, actor=viewer)
                assert found is approved, alert_id
        kept = await tx.plans.approvals(4)
        assert [(each.organizer_id, each.revision) for each in kept] == [(2, None)]
        plan = plan_of(await tx.alerts.get(6), paid=True)
        assert await tx.plans.body(plan.sha256) == plan.as_json()
        assert {each.organizer_id for each in await tx.plans.approvals(2)} == {2}
        assert viewer.role is Role.OWNER


async def test_the_broadcasts_go_on(carried: Store) -> None:
    """The half-sent one ends with nobody lost and nobody sent to twice, and so does the one that was queued."""
    async with carried.reading() as tx:
        before = await tx.counts.tally(1)
    sent = Counter[tuple[int, int]]()
    engine = _engine(carried, sent)
    await asyncio.wait_for(engine.run(until_idle=True), 60)
    async with carried.reading() as tx:
        one, two = await tx.broadcasts.all()
        assert [each.status for each in (one, two)] == [BroadcastStatus.FINISHED] * 2
        first, second = await tx.counts.tally(1), await tx.counts.tally(2)
    assert before.counts == {DeliveryState.SENT: 17, DeliveryState.INFLIGHT: 3, DeliveryState.PENDING: 20}
    assert first.counts == {DeliveryState.SENT: 37, DeliveryState.UNKNOWN: 3}
    assert second.counts == {DeliveryState.SENT: 40}
    assert set(sent.values()) == {1}
    assert {chat for broadcast, chat in sent if broadcast == 2} == set(PEOPLE)
    assert len([chat for broadcast, chat in sent if broadcast == 1]) == 20


async def test_an_edit_still_ends_it(carried: Store) -> None:
    """What is changed after it was carried over is not sent."""
    async with carried.transaction() as tx:
        alert = await tx.alerts.get(2)
        await tx.alerts.revise(replace(alert, link="https://example.org/other"), editor_id=3, now=NOW)
    await asyncio.wait_for(_engine(carried, Counter()).run(until_idle=True), 60)
    async with carried.reading() as tx:
        queued = await tx.broadcasts.get(2)
    assert (queued.status, queued.stop_reason) == (BroadcastStatus.HALTED, StopReason.NOT_APPROVED)


def _engine(store: Store, sent: Counter[tuple[int, int]]) -> Engine:
    """Return an engine whose every send is accepted, and counted."""

    class Accepting:
        def send(
            self, chat_id: int, _message_id: int | None, prepared: Prepared, **_: Any
        ) -> "asyncio.Future[Any]":
            broadcast_id = orjson.loads(prepared.rest)[0]
            sent[broadcast_id, chat_id] += 1
            answer = asyncio.get_running_loop().create_future()
            answer.set_result((200, orjson.dumps({"ok": True, "result": {"message_id": 1}})))
            return answer

    sender: Any = Accepting()
    governor = Governor(10_000, store=store)

    def clock() -> datetime:
        return NOW + timedelta(minutes=10)

    heartbeat = Heartbeat(store=store, clock=clock)
    return Engine(
        store=store,
        sender=sender,
        governor=governor,
        body=body,
        digest=digest,
        clock=clock,
        heartbeat=heartbeat,
    )
