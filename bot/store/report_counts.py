"""What came of broadcasts by language and source: counted once they have ended, kept, and read from then on.

A count goes through a broadcast's deliveries and the people behind them, a second's work for a million; so a job does
it in a transaction that only reads, and no organizer's tap waits for it.
"""

from datetime import datetime

import sqlalchemy as sa

from bot.domain.broadcast import ENDED, NOTIFIES, Broadcast
from bot.domain.delivery import DeliveryState
from bot.domain.report import ERASED, REPORTED_UNTIL, ReportCount
from bot.store.broadcasts import broadcast_of
from bot.store.connection import Connection
from bot.store.schema import broadcasts, deliveries, report_counts, subscribers

NONE = 0
"""Stands in the key for no source."""


class ReportCounts:
    """The counts by language and source, and which reports are still to be made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, broadcast_id: int) -> tuple[ReportCount, ...] | None:
        """Return what is kept of a broadcast; None where it was not counted yet."""
        query = sa.select(broadcasts.c.counted_at).where(broadcasts.c.id == broadcast_id)
        if (await self._connection.execute(query)).scalar_one_or_none() is None:
            return None
        kept = sa.select(report_counts).where(report_counts.c.broadcast_id == broadcast_id)
        return tuple(_count(row) for row in await self._connection.execute(kept))

    async def count(self, broadcast_id: int) -> list[ReportCount]:
        """Go through the deliveries of a broadcast, by what their people read now."""
        locale = sa.func.coalesce(subscribers.c.locale, ERASED).label("locale")
        source_id = sa.func.coalesce(subscribers.c.source_id, NONE).label("source_id")
        query = (
            sa.select(locale, source_id, deliveries.c.state, sa.func.count().label("n"))
            .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id, isouter=True)
            .where(deliveries.c.broadcast_id == broadcast_id)
            .group_by(locale, source_id, deliveries.c.state)
        )
        return [_count(row) for row in await self._connection.heavy(query)]

    async def keep(self, broadcast_id: int, counts: list[ReportCount], *, now: datetime) -> None:
        """Keep what was counted, in the place of what is kept."""
        await self._connection.execute(
            sa.delete(report_counts).where(report_counts.c.broadcast_id == broadcast_id)
        )
        rows = [
            {
                "broadcast_id": broadcast_id,
                "locale": count.locale,
                "source_id": count.source_id or NONE,
                "state": count.state.value,
                "n": count.n,
            }
            for count in counts
        ]
        await self._connection.insert_many(report_counts, rows)
        await self._note(broadcast_id, counted_at=now)

    async def uncounted(self) -> list[int]:
        """Return the broadcasts that have ended and were not counted yet, newest first."""
        query = (
            sa.select(broadcasts.c.id)
            .where(*_reports(), broadcasts.c.counted_at.is_(None))
            .order_by(broadcasts.c.id.desc())
        )
        return list((await self._connection.execute(query)).scalars())

    async def untold(self, *, now: datetime) -> list[Broadcast]:
        """Return the broadcasts that ended lately and whose report was not sent, oldest first."""
        lately = broadcasts.c.ended_at > now - REPORTED_UNTIL
        query = (
            sa.select(broadcasts)
            .where(*_reports(), broadcasts.c.reported_at.is_(None), lately)
            .order_by(broadcasts.c.id)
        )
        return [broadcast_of(row) for row in await self._connection.execute(query)]

    async def told(self, broadcast_id: int, *, now: datetime) -> None:
        """Note that its report was sent."""
        await self._note(broadcast_id, reported_at=now)

    async def _note(self, broadcast_id: int, **values: datetime) -> None:
        await self._connection.execute(
            sa.update(broadcasts).where(broadcasts.c.id == broadcast_id).values(**values)
        )


def _reports() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that a broadcast has ended and has something to report."""
    return (
        broadcasts.c.status.in_([status.value for status in ENDED]),
        broadcasts.c.kind.in_([kind.value for kind in NOTIFIES]),
        broadcasts.c.started_at.is_not(None),
    )


def _count(row: sa.Row[tuple[object, ...]]) -> ReportCount:
    return ReportCount(
        locale=row.locale, source_id=row.source_id or None, state=DeliveryState(row.state), n=row.n
    )
