"""How many have each sending in a digest: kept as the counts of deliveries are (`bot.store.counts`), and shown only."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from bot.domain.delivery import DeliveryState
from bot.store.brought import CARRIES
from bot.store.connection import Connection
from bot.store.gathering import Gathering
from bot.store.schema import deliveries, digest_counts, digest_entries


class InDigest(StrEnum):
    """Where a sending stands with somebody who gets it in a digest."""

    WAITING = "waiting"
    """It comes with their next one."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """Whether the digest that carries it arrived cannot be known."""


ENDED = {DeliveryState.SENT: InDigest.SENT, DeliveryState.UNKNOWN: InDigest.UNKNOWN}
"""What a digest's delivery makes of what it carries; in any other state nobody has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestTally:
    """How many people a sending waits for in a digest, how many were sent it so, and of how many that is not known."""

    waiting: int = 0
    sent: int = 0
    unknown: int = 0


class DigestCounts(Gathering):
    """The counts of all sendings, with what this transaction has changed so far."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, digest_counts)
        self._changed: Counter[tuple[int, InDigest]] = Counter()

    def add(self, broadcast_id: int, state: InDigest, n: int) -> None:
        """Note that for so many people a sending came into this state; fewer than none: left it."""
        self._changed[broadcast_id, state] += n

    async def tally(self, broadcast_id: int) -> DigestTally:
        """Return how many have a sending in a digest."""
        query = (
            sa.select(digest_counts.c.state, sa.func.sum(digest_counts.c.n))
            .where(digest_counts.c.broadcast_id == broadcast_id)
            .group_by(digest_counts.c.state)
        )
        counts = Counter({state: self._changed[broadcast_id, state] for state in InDigest})
        for state, n in await self._connection.execute(query):
            counts[InDigest(state)] += int(n)
        return DigestTally(**{state.value: counts[state] for state in InDigest})

    async def differences(self) -> list[int]:
        """Count every entry, and return the sendings of which what is kept is something else. Slow on a long list.

        Who was erased stays counted as sent, and nothing says any more that they were.
        """
        query = sa.select(digest_counts.c.broadcast_id, digest_counts.c.state, sa.func.sum(digest_counts.c.n))
        kept = Counter(self._changed)
        for broadcast_id, state, n in await self._connection.execute(
            query.group_by(*query.selected_columns[:2])
        ):
            kept[broadcast_id, InDigest(state)] += int(n)
        counted = await self._count()
        return sorted(
            {
                of
                for of, state in kept.keys() | counted.keys()
                if kept[of, state] < counted[of, state]
                or (state is InDigest.WAITING and kept[of, state] != counted[of, state])
            }
        )

    async def _count(self) -> Counter[tuple[int, InDigest]]:
        counted: Counter[tuple[int, InDigest]] = Counter()
        waiting = sa.select(digest_entries.c.broadcast_id, sa.func.count()).where(
            digest_entries.c.digest_id.is_(None)
        )
        for broadcast_id, n in await self._connection.execute(
            waiting.group_by(digest_entries.c.broadcast_id)
        ):
            counted[broadcast_id, InDigest.WAITING] = n
        carried = (
            sa.select(digest_entries.c.broadcast_id, deliveries.c.state, sa.func.count())
            .join_from(digest_entries, deliveries, CARRIES)
            .where(deliveries.c.state.in_(list(ENDED)))
            .group_by(digest_entries.c.broadcast_id, deliveries.c.state)
        )
        for broadcast_id, state, n in await self._connection.execute(carried):
            counted[broadcast_id, ENDED[DeliveryState(state)]] = n
        return counted
