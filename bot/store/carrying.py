"""What a digest carries: taken when it begins, then brought to its reader, left for the next one, or let go."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.domain.delivery import DeliveryState
from bot.store.brought import CARRIES
from bot.store.connection import Connection
from bot.store.digest_counts import ENDED, DigestCounts, InDigest
from bot.store.digests import WAITING, is_active, is_on_list, set_due_next
from bot.store.schema import deliveries, digest_entries
from bot.store.transitions import Transitions


class Carrying:
    """The entries that digests have taken."""

    def __init__(self, connection: Connection, transitions: Transitions, counts: DigestCounts) -> None:
        self._connection = connection
        self._transitions = transitions
        self._counts = counts

    async def take_due(self, digest_id: int, *, now: datetime) -> int:
        """Let a digest carry all that is due, and write one pending delivery for each it is for. Returns how many."""
        await self._connection.execute(
            sa.update(digest_entries)
            .where(WAITING, digest_entries.c.due_at <= now, is_active())
            .values(digest_id=digest_id)
        )
        for broadcast_id, n in await self._connection.execute(_sums(digest_entries.c.digest_id == digest_id)):
            self._counts.add(broadcast_id, InDigest.WAITING, -n)
        people = (
            sa.select(digest_entries.c.subscriber_id)
            .where(digest_entries.c.digest_id == digest_id)
            .distinct()
            .order_by(digest_entries.c.subscriber_id)
        )
        return await self._transitions.freeze(digest_id, ["subscriber_id"], people)

    async def sendings(self, digest_id: int, subscriber_ids: Collection[int]) -> dict[int, list[int]]:
        """Return the sendings of which a digest brings each of these people the alerts."""
        query = (
            sa.select(digest_entries.c.subscriber_id, digest_entries.c.broadcast_id)
            .where(
                digest_entries.c.digest_id == digest_id,
                digest_entries.c.subscriber_id.in_(sorted(subscriber_ids)),
            )
            .order_by(digest_entries.c.subscriber_id, digest_entries.c.broadcast_id)
        )
        found: dict[int, list[int]] = {}
        for row in await self._connection.execute(query):
            found.setdefault(row.subscriber_id, []).append(row.broadcast_id)
        return found

    async def leave_for_next(
        self, subscriber_id: int, broadcast_ids: Collection[int], *, due_at: datetime
    ) -> None:
        """Let what a digest has no room for wait for the next one of its reader."""
        if not broadcast_ids:
            return
        left = await self._connection.execute(
            sa.update(digest_entries)
            .where(
                digest_entries.c.subscriber_id == subscriber_id,
                digest_entries.c.broadcast_id.in_(sorted(broadcast_ids)),
                ~WAITING,
            )
            .values(digest_id=None, due_at=due_at)
            .returning(digest_entries.c.broadcast_id)
        )
        for broadcast_id in left.scalars():
            self._counts.add(broadcast_id, InDigest.WAITING, 1)

    async def give_back(self, digest_id: int, subscriber_ids: Collection[int]) -> None:
        """Let what a digest carries for these people, and does not bring them, wait for when they may get one."""
        theirs = (
            digest_entries.c.digest_id == digest_id,
            digest_entries.c.subscriber_id.in_(sorted(subscriber_ids)),
        )
        for broadcast_id, n in (await self._connection.execute(_sums(*theirs))).all():
            self._counts.add(broadcast_id, InDigest.WAITING, n)
        await self._connection.execute(sa.update(digest_entries).where(*theirs).values(digest_id=None))

    async def put_off(self, digest_id: int, *, now: datetime) -> None:
        """Let what a cancelled digest did not bring its readers come with their next one."""
        left = (
            digest_entries.c.digest_id == digest_id,
            sa.exists().where(CARRIES, deliveries.c.state == DeliveryState.CANCELLED),
            is_on_list(),
        )
        for broadcast_id, n in (await self._connection.execute(_sums(*left))).all():
            self._counts.add(broadcast_id, InDigest.WAITING, n)
        await set_due_next(self._connection, *left, now=now)

    async def note_ended(
        self, digest_id: int, moved: Mapping[int, tuple[DeliveryState, DeliveryState]]
    ) -> None:
        """Count what deliveries of a digest carry whose state changed, by subscriber id: from what, to what."""
        alike: dict[tuple[DeliveryState, DeliveryState], list[int]] = {}
        for subscriber_id, change in moved.items():
            if not ENDED.keys().isdisjoint(change):
                alike.setdefault(change, []).append(subscriber_id)
        for (before, after), ids in alike.items():
            carried = _sums(
                digest_entries.c.digest_id == digest_id, digest_entries.c.subscriber_id.in_(sorted(ids))
            )
            for broadcast_id, n in await self._connection.execute(carried):
                for state, times in ((before, -1), (after, 1)):
                    if state in ENDED:
                        self._counts.add(broadcast_id, ENDED[state], times * n)

    async def remove(self, subscriber_id: int, broadcast_ids: Collection[int]) -> int:
        """Take away what one person's digest held. Returns how many entries."""
        if not broadcast_ids:
            return 0
        gone = await self._connection.execute(
            sa.delete(digest_entries)
            .where(
                digest_entries.c.subscriber_id == subscriber_id,
                digest_entries.c.broadcast_id.in_(sorted(broadcast_ids)),
            )
            .returning(digest_entries.c.broadcast_id, digest_entries.c.digest_id)
        )
        rows = gone.all()
        for row in rows:
            self._counts.add(row.broadcast_id, InDigest.WAITING, -1 if row.digest_id is None else 0)
        return len(rows)


def _sums(*which: sa.ColumnElement[bool]) -> sa.Select[tuple[int, int]]:
    """Return the query for how many of these entries there are of each sending."""
    return (
        sa.select(digest_entries.c.broadcast_id, sa.func.count())
        .where(*which)
        .group_by(digest_entries.c.broadcast_id)
    )
