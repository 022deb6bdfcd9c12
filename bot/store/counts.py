"""How many deliveries of each broadcast are in each state: kept, not counted.

Each transaction that changes states gathers what it changed and adds it here as its last statements, so it is
committed with the states or not at all. A progress message, a pause or a report reads a few rows instead of a
million. Nothing decides by these numbers whether somebody is sent anything; the deliveries do.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.domain.broadcast import Tally
from bot.domain.delivery import DeliveryState
from bot.store.connection import Connection
from bot.store.gathering import Gathering
from bot.store.schema import broadcast_counts, broadcasts, deliveries


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A count that is not what the deliveries say."""

    broadcast_id: int
    state: DeliveryState
    kept: int
    counted: int


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


class Counts(Gathering):
    """The counts of all broadcasts, with what this transaction has changed so far."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, broadcast_counts)
        self._changed: Counter[tuple[int, DeliveryState]] = Counter()

    def add(self, broadcast_id: int, state: DeliveryState, count: int) -> None:
        """Note that so many deliveries came into this state; fewer than none: left it."""
        self._changed[broadcast_id, state] += count

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
