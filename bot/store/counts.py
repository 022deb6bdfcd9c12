"""How many deliveries of each broadcast are in each state: kept, not counted.

Each transaction that changes states gathers what it changed and adds it here as its last statements, so it is
committed with the states or not at all. A progress message, a pause or a report reads a few rows instead of a
million. Nothing decides by these numbers whether somebody is sent anything; the deliveries do.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.broadcast import Tally
from bot.domain.delivery import DeliveryState
from bot.store.connection import Connection
from bot.store.schema import broadcast_counts, broadcasts, deliveries

SLOTS = 16
"""In how many rows PostgreSQL keeps one count. The sum is what counts; one row alone may be negative.

A count that is changed stays locked until the commit. With one row, every opt-out and every sender would wait for
each other's disk; so each transaction draws one of these. SQLite has one writer and needs one row.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A count that is not what the deliveries say."""

    broadcast_id: int
    state: DeliveryState
    kept: int
    counted: int


def _addition(insert: "sqlite.Insert | postgresql.Insert") -> sa.Executable:
    key = [column.name for column in broadcast_counts.primary_key]
    added = {"n": broadcast_counts.c.n + insert.excluded.n}
    return insert.on_conflict_do_update(index_elements=key, set_=added)


_ADD = {
    "sqlite": _addition(sqlite.insert(broadcast_counts)),
    "postgresql": _addition(postgresql.insert(broadcast_counts)),
}


@cache
def _both() -> sa.CompoundSelect[Any]:
    """Return the query for what is kept, and for what there is."""
    return sa.union_all(
        sa.select(
            sa.true().label("is_kept"),
            broadcast_counts.c.broadcast_id,
            broadcast_counts.c.state,
            sa.func.sum(broadcast_counts.c.n),
        ).group_by(broadcast_counts.c.broadcast_id, broadcast_counts.c.state),
        sa.select(sa.false(), deliveries.c.broadcast_id, deliveries.c.state, sa.func.count()).group_by(
            deliveries.c.broadcast_id, deliveries.c.state
        ),
    )


class Counts:
    """The counts of all broadcasts, with what this transaction has changed so far."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changed: Counter[tuple[int, DeliveryState]] = Counter()

    def add(self, broadcast_id: int, state: DeliveryState, count: int) -> None:
        """Note that so many deliveries came into this state; fewer than none: left it."""
        self._changed[broadcast_id, state] += count

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Forget what the block has gathered if it raises: its states are undone, too."""
        before = self._changed.copy()
        try:
            yield
        except BaseException:
            self._changed = before
            raise

    async def flush(self) -> None:
        """Write what has changed: the last thing a transaction does.

        Written last and in the order of the key, no two transactions wait for each other over counts.
        """
        changed = sorted((key, count) for key, count in self._changed.items() if count)
        self._changed.clear()
        if not changed:
            return
        slot = 0 if self._connection.dialect == "sqlite" else random.randrange(SLOTS)  # noqa: S311  # spreads locks
        rows = [
            {"broadcast_id": broadcast_id, "slot": slot, "state": state, "n": count}
            for (broadcast_id, state), count in changed
        ]
        await self._connection.execute(_ADD[self._connection.dialect], rows)

    async def tally(self, broadcast_id: int) -> Tally:
        """Return how many deliveries are in each state.

        Raises LookupError where there is no such broadcast.
        """
        return (await self._tallies(broadcasts.c.id == broadcast_id))[broadcast_id]

    async def tallies(self) -> dict[int, Tally]:
        """Return the tally of every broadcast."""
        return await self._tallies(sa.true())

    async def _tallies(self, which: sa.ColumnElement[bool]) -> dict[int, Tally]:
        query = (
            sa.select(
                broadcasts.c.id,
                broadcasts.c.audience,
                broadcast_counts.c.state,
                sa.func.sum(broadcast_counts.c.n),
            )
            .join(broadcast_counts, broadcast_counts.c.broadcast_id == broadcasts.c.id, isouter=True)
            .where(which)
            .group_by(broadcasts.c.id, broadcasts.c.audience, broadcast_counts.c.state)
        )
        audiences: dict[int, int] = {}
        counts = Counter(self._changed)
        for broadcast_id, audience, state, count in await self._connection.execute(query):
            audiences[broadcast_id] = audience
            if state is not None:
                counts[broadcast_id, DeliveryState(state)] += int(count)
        return {
            broadcast_id: Tally(
                audience=audience,
                counts={
                    state: count for (of, state), count in counts.items() if of == broadcast_id and count
                },
            )
            for broadcast_id, audience in audiences.items()
        }

    async def differences(self) -> list[Difference]:
        """Count every delivery, and return where what is kept is something else. Slow on a long list."""
        kept, counted = Counter(self._changed), Counter[tuple[int, DeliveryState]]()
        # One statement, so that both are of one moment.
        for is_kept, broadcast_id, state, count in await self._connection.execute(_both()):
            sums = kept if is_kept else counted
            sums[broadcast_id, DeliveryState(state)] += int(count)
        return [
            Difference(broadcast_id=key[0], state=key[1], kept=kept[key], counted=counted[key])
            for key in sorted(kept.keys() | counted.keys())
            if kept[key] != counted[key]
        ]
