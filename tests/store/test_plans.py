"""How SQLite goes about what must be quick on a list of a million."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import of_topic
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.store.sqlite import Sqlite
from bot.store.store import Store, Transaction
from bot.store.transitions import Recorded
from tests.making import NOW, begin_broadcast

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

RESEND = Broadcast(
    id=2,
    alert_id=1,
    kind=BroadcastKind.RESEND,
    follows=1,
    status=BroadcastStatus.QUEUED,
    audience=0,
    created_at=NOW,
    starts_at=NOW,
)

RESULT = Recorded(subscriber_id=1, state=DeliveryState.SENT, message_id=1)

BY_KEY = "SEARCH deliveries USING PRIMARY KEY (broadcast_id=? AND subscriber_id=?)"


@pytest.mark.parametrize(
    ("work", "plan"),
    [
        (
            lambda tx: tx.freezing.freeze(2, audience=of_topic(DEFAULT_TOPIC)),
            [
                "SEARCH subscriptions USING PRIMARY KEY (topic=?)",
                "SEARCH subscribers USING INTEGER PRIMARY KEY (rowid=?)",
            ],
        ),
        (
            lambda tx: tx.freezing.freeze_follow_up(RESEND),
            [
                "SEARCH deliveries USING PRIMARY KEY (broadcast_id=?)",
                "SEARCH subscribers USING INTEGER PRIMARY KEY (rowid=?)",
            ],
        ),
        (
            lambda tx: tx.claims.claim(2, worker="w", limit=0, now=NOW),
            [
                "SEARCH deliveries USING INDEX ix_deliveries_pending (broadcast_id=? AND subscriber_id<?)",
                "SEARCH subscribers USING INTEGER PRIMARY KEY (rowid=?)",
            ],
        ),
        (
            lambda tx: tx.claims.claim(2, worker="w", limit=9, now=NOW),
            [
                "SEARCH deliveries USING INDEX ix_deliveries_later (broadcast_id=? AND not_before>? AND not_before<?)",
                "SEARCH subscribers USING INTEGER PRIMARY KEY (rowid=?)",
            ],
        ),
        (
            lambda tx: tx.deliveries.later(2),
            ["SEARCH deliveries USING INDEX ix_deliveries_later (broadcast_id=? AND not_before>?)"],
        ),
        (
            lambda tx: tx.deliveries.has_open(1),
            ["SEARCH deliveries USING INDEX ix_deliveries_pending (broadcast_id=? AND subscriber_id<?)"],
        ),
        (
            lambda tx: tx.deliveries.next_try(1, now=NOW),
            ["SEARCH deliveries USING INDEX ix_deliveries_pending (broadcast_id=? AND subscriber_id<?)"],
        ),
        (
            lambda tx: tx.deliveries.has_open(2),
            ["SCAN deliveries USING INDEX ix_deliveries_inflight"],
        ),
        (lambda tx: tx.deliveries.record(2, [RESULT], worker="w"), [BY_KEY]),
        (lambda tx: tx.deliveries.skip_pending_of(1), [BY_KEY]),
        (lambda tx: tx.deliveries.forget_person(1), [BY_KEY]),
        (lambda tx: tx.gone.came_back(1), [BY_KEY]),
        (
            lambda tx: tx.gone.stop(1, at_most=1, today=NOW.date()),
            ["SEARCH deliveries USING PRIMARY KEY (broadcast_id=?)"] * 2,
        ),
        (
            lambda tx: tx.audiences.count_overlap(of_topic(DEFAULT_TOPIC), [1], at_most=9),
            [
                "SEARCH subscriptions USING PRIMARY KEY (topic=?)",
                "SEARCH subscribers USING INTEGER PRIMARY KEY (rowid=?)",
                BY_KEY,
            ],
        ),
    ],
    ids=[
        "freeze",
        "freeze again",
        "claim",
        "claim of what waited",
        "later",
        "open",
        "next try",
        "in flight",
        "record",
        "leave",
        "erase",
        "rejoin",
        "gone",
        "overlap",
    ],
)
async def test_plan(store: Store, work: Callable[[Transaction], Awaitable[Any]], plan: list[str]) -> None:
    """An audience is read and written in the order of the keys, unsorted; a person's deliveries are found by key."""
    await begin_broadcast(store, 3)
    assert isinstance(store.database, Sqlite)
    said: list[str] = []
    async with store.transaction() as tx:
        link = store.database._writer._link
        assert link is not None
        link.raw.set_trace_callback(said.append)
        await work(tx)
        link.raw.set_trace_callback(None)
    statement = [each for each in said if " deliveries" in each][-1]
    async with store.database.reading() as connection:
        steps = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
        found = [row.detail for row in steps]
    assert [step for step in found if step in plan] == plan, found
    assert not [step for step in found if "TEMP B-TREE" in step or step == "SCAN deliveries"]


async def test_deliveries_have_no_row_numbers(store: Store) -> None:
    """The rows of the deliveries stand in the tree of their key, in SQLite, so that they are written once."""
    async with store.database.reading() as connection:
        asked = await connection.exec_driver_sql("SELECT wr FROM pragma_table_list WHERE name = 'deliveries'")
        assert asked.scalar_one() == 1
