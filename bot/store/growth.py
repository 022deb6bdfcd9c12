"""Who came and went, as sums by week, locale and source: written with what happened, and about nobody."""

from datetime import date

import sqlalchemy as sa

from bot.domain.growth import GOES, GrowthCount, GrowthEvent, week_of
from bot.store.connection import Connection
from bot.store.gathering import Gathering
from bot.store.schema import growth

NONE = 0
"""Stands in the key for no source, and for no broadcast."""


class Growth(Gathering):
    """The sums, with what this transaction has changed so far."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, growth)

    def add(
        self,
        event: GrowthEvent,
        *,
        day: date,
        locale: str,
        source_id: int | None,
        n: int = 1,
        after: int | None = None,
    ) -> None:
        """Note that this happened to so many people; -1: it was taken back. `after`: the broadcast they left after."""
        self._changed[week_of(day), locale, source_id or NONE, event.value, after or NONE] += n

    async def between(self, first: date, last: date) -> list[GrowthCount]:
        """Return the sums of the weeks from this Monday to that."""
        return await self._sums(growth.c.week.between(first, last))

    async def begins_before(self, week: date) -> bool:
        """Return whether there are sums of weeks before the one of this Monday."""
        query = sa.select(growth.c.week).where(growth.c.week < week).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def joined(self) -> dict[int | None, int]:
        """Return how many people joined by each source, ever; None: by none."""
        query = (
            sa.select(growth.c.source_id, sa.func.sum(growth.c.n))
            .where(growth.c.event == GrowthEvent.JOINED.value)
            .group_by(growth.c.source_id)
        )
        return {row[0] or None: int(row[1]) for row in await self._connection.execute(query)}

    async def left_after(self, broadcast_id: int) -> list[GrowthCount]:
        """Return the sums of who left, or blocked the bot, after a broadcast."""
        goes = growth.c.event.in_([event.value for event in GOES])
        return await self._sums(growth.c.broadcast_id == broadcast_id, goes)

    async def _sums(self, *which: sa.ColumnElement[bool]) -> list[GrowthCount]:
        key = (growth.c.week, growth.c.locale, growth.c.source_id, growth.c.event)
        query = sa.select(*key, sa.func.sum(growth.c.n).label("sum")).where(*which).group_by(*key)
        return [
            GrowthCount(
                week=row.week,
                locale=row.locale,
                source_id=row.source_id or None,
                event=GrowthEvent(row.event),
                n=int(row.sum),
            )
            for row in await self._connection.execute(query)
        ]
