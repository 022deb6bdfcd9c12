"""What repeats, and the mark that lets each occurrence begin once."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.schedule import Weekly, rule_as_json, rule_from_json
from bot.domain.series import Series, SeriesStatus
from bot.store.connection import Connection
from bot.store.schema import occurrences, series


class AllSeries:
    """The series, one for each alert that repeats."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, made: Series, *, now: datetime) -> Series:
        """Write a series, in the place of the one its alert had. Returns it with its id."""
        values = _values(made) | {"alert_id": made.alert_id, "organizer_id": made.organizer_id}
        query = self._connection.locked(sa.select(series.c.id).where(series.c.alert_id == made.alert_id))
        before = (await self._connection.execute(query)).scalar_one_or_none()
        if before is not None:
            await self._connection.execute(sa.update(series).where(series.c.id == before).values(values))
            return replace(made, id=before)
        insert = sa.insert(series).values(values | {"created_at": now}).returning(series.c.id)
        return replace(made, id=int((await self._connection.execute(insert)).scalar_one()))

    async def find(self, series_id: int) -> Series | None:
        """Return a series; its row stays ours until the commit.

        Whoever holds the alert's row, too, takes that one first: no two wait for each other.
        """
        return await self._one(self._connection.locked(sa.select(series).where(series.c.id == series_id)))

    async def look(self, series_id: int) -> Series | None:
        """Return a series as it is at this moment; it may change before the commit."""
        return await self._one(sa.select(series).where(series.c.id == series_id))

    async def of_alert(self, alert_id: int) -> Series | None:
        """Return the series of an alert, ended or not, as it is at this moment."""
        return await self._one(sa.select(series).where(series.c.alert_id == alert_id))

    async def open(self) -> list[Series]:
        """Return every series that has not ended, the one that is due next first."""
        query = (
            sa.select(series)
            .where(series.c.status != SeriesStatus.ENDED)
            .order_by(series.c.next_at, series.c.id)
        )
        return [_series(row) for row in await self._connection.execute(query)]

    async def save(self, changed: Series) -> None:
        """Write what may have changed."""
        await self._connection.execute(
            sa.update(series).where(series.c.id == changed.id).values(_values(changed))
        )

    async def halt(self) -> None:
        """Let nothing of any series begin until somebody lets it go on."""
        going = series.c.status.in_([SeriesStatus.ACTIVE, SeriesStatus.NOT_APPROVED])
        await self._connection.execute(sa.update(series).where(going).values(status=SeriesStatus.HALTED))

    async def _one(self, query: sa.Select[Any]) -> Series | None:
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _series(row)


class Occurrences:
    """The marks of what has begun; each is written in the transaction that lets it begin."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def mark(self, key: str, broadcast_id: int, *, due_at: datetime, now: datetime) -> bool:
        """Note that this occurrence begins. Returns False where it has begun before."""
        mark = {"key": key, "broadcast_id": broadcast_id, "due_at": due_at, "begun_at": now}
        return await self._connection.insert_new(occurrences, mark) == 1

    async def of(self, broadcast_id: int) -> list[datetime]:
        """Return when the occurrences of a broadcast that have begun were due, in their order."""
        query = (
            sa.select(occurrences.c.due_at)
            .where(occurrences.c.broadcast_id == broadcast_id)
            .order_by(occurrences.c.due_at)
        )
        return list((await self._connection.execute(query)).scalars())


def _values(made: Series) -> dict[str, Any]:
    return {
        "rule": rule_as_json(made.rule),
        "status": made.status,
        "next_day": made.next_day,
        "next_at": made.next_at,
        "tzdata": made.tzdata,
    }


def _series(row: Any) -> Series:
    rule = rule_from_json(row.rule)
    if not isinstance(rule, Weekly):
        msg = f"the rule of series {row.id} does not repeat"
        raise TypeError(msg)
    return Series(
        id=row.id,
        alert_id=row.alert_id,
        organizer_id=row.organizer_id,
        rule=rule,
        status=SeriesStatus(row.status),
        next_day=row.next_day,
        next_at=row.next_at,
        tzdata=row.tzdata,
    )
