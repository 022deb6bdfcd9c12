"""The moments whose card is out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.moment import Window
from bot.store.connection import Connection
from bot.store.schema import moments
from bot.store.statements import upsert

FIND = sa.select(moments).where(moments.c.alert_id == sa.bindparam("alert_id"))
KEEP = upsert(moments, key=("alert_id",), values=("broadcast_id", "opens_at", "closes_at"))


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptMoment:
    """A moment. `alert_id`: of the alert sent first; `broadcast_id`: what brought the card.

    `is_settled`: no thanks are to be queued any more.
    """

    alert_id: int
    broadcast_id: int
    window: Window
    is_settled: bool


class Moments:
    """When moments open and close."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def keep(self, alert_id: int, *, broadcast_id: int, window: Window) -> None:
        """Write when a moment is; of one that is known, its times change."""
        await self._connection.run(
            KEEP,
            alert_id=alert_id,
            broadcast_id=broadcast_id,
            opens_at=window.opens_at,
            closes_at=window.closes_at,
        )

    async def find(self, alert_id: int) -> KeptMoment | None:
        """Return the moment of an alert that was sent first, if it is one."""
        row = (await self._connection.run(FIND, alert_id=alert_id)).one_or_none()
        return None if row is None else _moment(row)

    async def closed(self, *, now: datetime) -> list[int]:
        """Return the alerts of the moments that are over and not settled."""
        query = sa.select(moments.c.alert_id).where(
            moments.c.closes_at <= now, moments.c.settled_at.is_(None)
        )
        return sorted((await self._connection.execute(query)).scalars())

    async def settle(self, alert_id: int, *, now: datetime) -> bool:
        """Note that a moment's thanks are queued, or that there are none. Returns whether that was still to be done."""
        this = (moments.c.alert_id == alert_id, moments.c.settled_at.is_(None))
        settled = await self._connection.execute(sa.update(moments).where(*this).values(settled_at=now))
        return settled.rowcount > 0

    async def unsettle(self, alert_id: int) -> None:
        """Let a moment's thanks be queued after all, once it is over."""
        await self._connection.execute(
            sa.update(moments).where(moments.c.alert_id == alert_id).values(settled_at=None)
        )


def _moment(row: Any) -> KeptMoment:
    return KeptMoment(
        alert_id=row.alert_id,
        broadcast_id=row.broadcast_id,
        window=Window(opens_at=row.opens_at, closes_at=row.closes_at),
        is_settled=row.settled_at is not None,
    )
