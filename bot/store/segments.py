"""Saved segments, and the alerts that wait and are drawn from one."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.audience import audience_from_json
from bot.domain.segment import Segment
from bot.store.connection import Connection
from bot.store.schema import alert_revisions, alerts, broadcasts, segments


class Segments:
    """The saved segments. One that was removed stays, with its name: alerts still say what they were drawn from."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, segment: Segment, *, by: int, now: datetime) -> Segment:
        """Write a new segment. Returns it with its id."""
        values = _values(segment) | {"created_by": by, "created_at": now}
        made = await self._connection.execute(sa.insert(segments).values(values).returning(segments.c.id))
        return Segment(id=made.scalar_one(), name=segment.name, terms=segment.terms)

    async def find(self, segment_id: int) -> Segment | None:
        """Return a segment that was not removed; nobody else changes it before the commit."""
        query = sa.select(segments).where(segments.c.id == segment_id, segments.c.removed_at.is_(None))
        row = (await self._connection.execute(self._connection.locked(query))).one_or_none()
        return None if row is None else _segment(row)

    async def all(self) -> list[Segment]:
        """Return the segments, by name."""
        query = sa.select(segments).where(segments.c.removed_at.is_(None)).order_by(segments.c.name)
        return [_segment(row) for row in await self._connection.execute(query)]

    async def save(self, segment: Segment) -> None:
        """Write its name and what it is made of."""
        await self._connection.execute(
            sa.update(segments).where(segments.c.id == segment.id).values(_values(segment))
        )

    async def remove(self, segment_id: int, *, now: datetime) -> None:
        """Let the segment be there no more."""
        await self._connection.execute(
            sa.update(segments).where(segments.c.id == segment_id).values(removed_at=now)
        )

    async def names(self, segment_ids: frozenset[int]) -> dict[int, str]:
        """Return what these segments are called, those that were removed too."""
        query = sa.select(segments.c.id, segments.c.name).where(segments.c.id.in_(sorted(segment_ids)))
        return {row.id: row.name for row in await self._connection.execute(query)}

    async def waiting(self, segment_id: int) -> list[int]:
        """Return the ids of the alerts that are drawn from a segment and of which nothing was sent yet."""
        last = sa.select(sa.func.max(alert_revisions.c.number)).where(
            alert_revisions.c.alert_id == alerts.c.id
        )
        begun = sa.exists().where(broadcasts.c.alert_id == alerts.c.id, broadcasts.c.started_at.is_not(None))
        query = (
            sa.select(alerts.c.id, alert_revisions.c.content["audience"].as_json())
            .join(alert_revisions, alert_revisions.c.alert_id == alerts.c.id)
            .where(
                alert_revisions.c.number == last.correlate(alerts).scalar_subquery(),
                alerts.c.discarded_at.is_(None),
                ~begun,
            )
            .order_by(alerts.c.id)
        )
        # A campaign has some hundred drafts at the most: they are read, not searched.
        rows = await self._connection.execute(query)
        return [alert_id for alert_id, audience in rows if _uses(audience, segment_id)]


def _uses(audience: Any, segment_id: int) -> bool:
    return any(each.segment_id == segment_id for each in audience_from_json(audience).segments)


def _values(segment: Segment) -> dict[str, Any]:
    return {"name": segment.name, "terms": segment.audience.as_json()}


def _segment(row: Any) -> Segment:
    return Segment(id=row.id, name=row.name, terms=audience_from_json(row.terms).terms)
