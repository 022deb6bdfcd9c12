"""The one place where deliveries change their state, and with it the counts (see `bot.store.counts`)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from bot.domain.delivery import DeliveryState
from bot.store.connection import Connection
from bot.store.counts import Counts
from bot.store.schema import UtcDateTime, deliveries, subscribers


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What one attempt made of a delivery. `due_at` is set where it is to be tried again.

    `counts`: whether the attempt uses up one of those it has; a 429 does not. `waited`: seconds for which it puts
    the delivery off.
    """

    subscriber_id: int
    state: DeliveryState
    message_id: int | None = None
    error: str | None = None
    due_at: datetime | None = None
    counts: bool = True
    waited: int = 0


class Transitions:
    """Writes states of deliveries."""

    def __init__(self, connection: Connection, counts: Counts) -> None:
        self._connection = connection
        self._counts = counts

    async def freeze(self, broadcast_id: int, columns: Sequence[str], audience: sa.Select[Any]) -> int:
        """Write one pending delivery for each row of the audience. Returns how many.

        `audience`: the subscriber's id, and what else these columns are to hold.
        """
        rows = audience.add_columns(
            sa.literal(broadcast_id, sa.Integer), sa.literal(DeliveryState.PENDING.value)
        )
        names = [*columns, "broadcast_id", "state"]
        frozen = await self._connection.execute(sa.insert(deliveries).from_select(names, rows))
        self._counts.add(broadcast_id, DeliveryState.PENDING, frozen.rowcount)
        return frozen.rowcount

    async def move(
        self, before: DeliveryState, after: DeliveryState, *which: Any, broadcast_id: int, **values: Any
    ) -> int:
        """Move deliveries of one broadcast from a state to another. Returns how many."""
        moved = await self._connection.execute(
            _moving(before, after, deliveries.c.broadcast_id == broadcast_id, *which, **values)
        )
        self._note(broadcast_id, before, after, moved.rowcount)
        return moved.rowcount

    async def skip(self, broadcast_id: int, which: sa.ColumnElement[bool]) -> int:
        """Let these, which are pending, never be sent. Returns how many."""
        return await self.move(
            DeliveryState.PENDING, DeliveryState.SKIPPED, which, broadcast_id=broadcast_id, due_at=None
        )

    async def move_everywhere(
        self, before: DeliveryState, after: DeliveryState, *which: Any, **values: Any
    ) -> dict[int, list[int]]:
        """Move deliveries of any broadcast from a state to another. Returns whose, by broadcast."""
        statement = _moving(before, after, *which, **values)
        about = (deliveries.c.broadcast_id, deliveries.c.subscriber_id)
        moved: dict[int, list[int]] = {}
        for broadcast_id, subscriber_id in await self._connection.execute(statement.returning(*about)):
            moved.setdefault(broadcast_id, []).append(subscriber_id)
        for broadcast_id, people in moved.items():
            self._note(broadcast_id, before, after, len(people))
        return moved

    async def claim(self, broadcast_id: int, subscriber_ids: Sequence[int], *, worker: str) -> None:
        """Move these from pending to in flight, the worker's; their rows are locked already."""
        claim, ids = _CLAIM[self._connection.dialect], _numbers(self._connection.dialect, subscriber_ids)
        moved = await self._connection.execute(claim, {"of": broadcast_id, "by": worker, "ids": ids})
        self._note(broadcast_id, DeliveryState.PENDING, DeliveryState.INFLIGHT, moved.rowcount)

    async def wait(self, broadcast_id: int, subscriber_ids: Sequence[int], *, until: datetime) -> None:
        """Let these, which are pending and stay it, wait until then; their rows are locked already."""
        ids = _numbers(self._connection.dialect, subscriber_ids)
        about = {"of": broadcast_id, "until": until, "ids": ids}
        await self._connection.execute(_WAIT[self._connection.dialect], about)

    async def record(
        self, broadcast_id: int, results: Sequence[Recorded], *, worker: str
    ) -> dict[int, tuple[DeliveryState, DeliveryState]]:
        """Write what came of what the worker had on the wire, or had when it was taken for dead.

        Returns from which state to which each went, by subscriber id.
        """
        dialect = self._connection.dialect
        ids = _numbers(dialect, [result.subscriber_id for result in results])
        about = {"of": broadcast_id, "by": worker, "ids": ids}
        standing = await self._connection.execute(_STANDING[dialect], about)
        before = {row.subscriber_id: DeliveryState(row.state) for row in standing}
        ours = [result for result in results if result.subscriber_id in before]
        if not ours:
            return {}
        if dialect == "sqlite":
            await self._connection.run_many(_RECORD_ONE, [_row(broadcast_id, result) for result in ours])
        else:
            await self._connection.execute(_recording(), {"of": broadcast_id} | _lists(ours))
        moved = {one.subscriber_id: (before[one.subscriber_id], one.state) for one in ours}
        for (old, new), count in Counter(moved.values()).items():
            self._note(broadcast_id, old, new, count)
        return moved

    def _note(self, broadcast_id: int, before: DeliveryState, after: DeliveryState, count: int) -> None:
        self._counts.add(broadcast_id, before, -count)
        self._counts.add(broadcast_id, after, count)


def _moving(before: DeliveryState, after: DeliveryState, *which: Any, **values: Any) -> sa.Update:
    # As text, so that the indexes of what is pending or in flight are used.
    standing = sa.text(f"deliveries.state = '{before.value}'")
    return sa.update(deliveries).where(*which, standing).values(state=after, **values)


def _numbers(dialect: str, numbers: Sequence[int]) -> Any:
    return orjson.dumps(numbers).decode() if dialect == "sqlite" else list(numbers)


def _as_sqlite(moment: datetime | None) -> str | None:
    """Return a time as SQLAlchemy writes it in SQLite."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _row(broadcast_id: int, result: Recorded) -> tuple[Any, ...]:
    """Return a result as `_RECORD_ONE` takes it."""
    free = 0 if result.counts else 1
    written = (result.state.value, result.error, _as_sqlite(result.due_at), free, result.waited)
    return (*written, result.message_id, broadcast_id, result.subscriber_id)


_RECORD_ONE = """
UPDATE deliveries SET state = ?, error = ?, due_at = ?, attempts = attempts - ?, waited = waited + ?,
    message_id = CASE WHEN EXISTS (SELECT 1 FROM subscribers WHERE id = subscriber_id)
        THEN coalesce(?, message_id) END
WHERE broadcast_id = ? AND subscriber_id = ?
"""
"""In SQLite's own words, run once for each: a hundred take 1 ms so, 9 ms through SQLAlchemy, and 4 ms or more in one
statement from a text of JSON. A message is noted of nobody who was erased while it was in flight."""

_COLUMNS: dict[str, Any] = {
    "who": sa.BigInteger(),
    "became": sa.String(),
    "message": sa.BigInteger(),
    "why": sa.String(),
    "due": UtcDateTime(),
    "free": sa.SmallInteger(),
    "longer": sa.SmallInteger(),
}


def _lists(results: Sequence[Recorded]) -> dict[str, list[Any]]:
    """Return results as `_recording` takes them: a list for each column."""
    rows = (
        (
            one.subscriber_id,
            one.state.value,
            one.message_id,
            one.error,
            one.due_at,
            0 if one.counts else 1,
            one.waited,
        )
        for one in results
    )
    return dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))


@cache
def _recording() -> sa.Update:
    lists = [sa.bindparam(name, type_=ARRAY(kind)) for name, kind in _COLUMNS.items()]
    columns = [sa.column(name, kind) for name, kind in _COLUMNS.items()]
    each = sa.func.unnest(*lists).table_valued(*columns, name="result").render_derived().c
    this = (deliveries.c.broadcast_id == sa.bindparam("of"), deliveries.c.subscriber_id == each.who)
    # A message is noted of nobody who was erased while it was in flight. The rows are locked by `_STANDING`
    # already, so an erasure commits either before this statement begins (and is seen) or after it.
    somebody = sa.exists().where(subscribers.c.id == each.who)
    message_id = sa.case((somebody, sa.func.coalesce(each.message, deliveries.c.message_id)))
    return (
        sa.update(deliveries)
        .where(*this)
        .values(
            state=each.became,
            message_id=message_id,
            error=each.why,
            due_at=each.due,
            attempts=deliveries.c.attempts - each.free,
            waited=deliveries.c.waited + each.longer,
        )
    )


def _claiming(ids: Any) -> sa.Executable:
    return (
        sa.update(deliveries)
        .where(deliveries.c.broadcast_id == sa.bindparam("of"), deliveries.c.subscriber_id.in_(ids))
        .values(
            state=DeliveryState.INFLIGHT,
            worker=sa.bindparam("by"),
            attempts=deliveries.c.attempts + 1,
            due_at=None,
            not_before=None,
        )
    )


_LISTED: Mapping[str, sa.Select[Any]] = {
    "sqlite": sa.select(sa.func.json_each(sa.bindparam("ids")).table_valued("value", name="claimed").c.value),
    "postgresql": sa.select(sa.func.unnest(sa.bindparam("ids", type_=ARRAY(sa.BigInteger())))),
}

_CLAIM = {dialect: _claiming(ids) for dialect, ids in _LISTED.items()}

_WAIT = {
    dialect: sa.update(deliveries)
    .where(deliveries.c.broadcast_id == sa.bindparam("of"), deliveries.c.subscriber_id.in_(ids))
    .values(not_before=sa.bindparam("until"))
    for dialect, ids in _LISTED.items()
}

_STANDING = {
    dialect: sa.select(deliveries.c.subscriber_id, deliveries.c.state)
    .where(
        deliveries.c.broadcast_id == sa.bindparam("of"),
        deliveries.c.subscriber_id.in_(ids),
        deliveries.c.worker == sa.bindparam("by"),
        deliveries.c.state.in_([DeliveryState.INFLIGHT.value, DeliveryState.UNKNOWN.value]),
    )
    .with_for_update()
    for dialect, ids in _LISTED.items()
}
"""What may be recorded of a worker's, and how it stands until then."""
