"""The broadcasts: what was queued, and how far it is."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.broadcast import (
    ENDED,
    Broadcast,
    BroadcastKind,
    BroadcastStatus,
    StopReason,
)
from bot.store.connection import Connection
from bot.store.schema import UtcDateTime, approvals, broadcasts


class Broadcasts:
    """The broadcasts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.changed = False
        """Whether this transaction queued a broadcast or moved one: then there may be something to send at once."""

    async def add(
        self,
        *,
        alert_id: int,
        organizer_id: int | None,
        now: datetime,
        kind: BroadcastKind = BroadcastKind.SEND,
        follows: int | None = None,
        starts_at: datetime | None = None,
        canary: int | None = None,
        day: date | None = None,
        left_before: datetime | None = None,
        tzdata: str | None = None,
    ) -> int:
        """Queue a broadcast, to start at once if no time is given. Returns its id."""
        values = {
            "alert_id": alert_id,
            "organizer_id": organizer_id,
            "kind": kind,
            "follows_id": follows,
            "status": BroadcastStatus.QUEUED,
            "audience": 0,
            "canary": canary,
            "created_at": now,
            "starts_at": starts_at or now,
            "day": day,
            "left_before": left_before,
            "tzdata": tzdata,
        }
        self.changed = True
        made = await self._connection.execute(sa.insert(broadcasts).values(values).returning(broadcasts.c.id))
        return int(made.scalar_one())

    async def get(self, broadcast_id: int) -> Broadcast:
        """Return the broadcast; its row stays ours until the commit.

        Raises LookupError.
        """
        query = self._connection.locked(sa.select(broadcasts).where(broadcasts.c.id == broadcast_id))
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise LookupError(broadcast_id)
        return broadcast_of(row)

    async def lock(self, broadcast_id: int) -> None:
        """Make the broadcast's row ours until the commit. SQLite's one writer has it already."""
        if self._connection.dialect == "postgresql":
            row = sa.select(broadcasts.c.id).where(broadcasts.c.id == broadcast_id).with_for_update()
            await self._connection.execute(row)

    async def get_unlocked(self, broadcast_id: int) -> Broadcast:
        """Return the broadcast as it is at this moment; it may change before the commit."""
        query = sa.select(broadcasts).where(broadcasts.c.id == broadcast_id)
        return broadcast_of((await self._connection.execute(query)).one())

    async def alerts_of(self, broadcast_ids: Collection[int]) -> dict[int, int]:
        """Return the alert of each of these broadcasts that there is."""
        query = sa.select(broadcasts.c.id, broadcasts.c.alert_id).where(broadcasts.c.id.in_(broadcast_ids))
        return {row.id: row.alert_id for row in await self._connection.execute(query)}

    async def in_status(self, statuses: Iterable[BroadcastStatus]) -> list[Broadcast]:
        """Return the broadcasts in these statuses, oldest first."""
        query = sa.select(broadcasts).where(broadcasts.c.status.in_(list(statuses))).order_by(broadcasts.c.id)
        return [broadcast_of(row) for row in await self._connection.execute(query)]

    async def latest(
        self, *, limit: int, kinds: Collection[BroadcastKind] = frozenset(BroadcastKind)
    ) -> list[Broadcast]:
        """Return the broadcasts of these kinds that ended after something began, newest first."""
        query = (
            sa.select(broadcasts)
            .where(broadcasts.c.status.in_(list(ENDED)), broadcasts.c.kind.in_(list(kinds)), not_undone())
            .order_by(broadcasts.c.id.desc())
            .limit(limit)
        )
        return [broadcast_of(row) for row in await self._connection.execute(query)]

    async def latest_begun(self, *, limit: int) -> list[Broadcast]:
        """Return the sendings that began, newest first."""
        query = (
            sa.select(broadcasts)
            .where(broadcasts.c.kind == BroadcastKind.SEND, broadcasts.c.started_at.is_not(None))
            .order_by(broadcasts.c.id.desc())
            .limit(limit)
        )
        return [broadcast_of(row) for row in await self._connection.execute(query)]

    async def all(self) -> list[Broadcast]:
        """Return every broadcast, oldest first."""
        return await self.in_status(BroadcastStatus)

    async def set_audience(
        self, broadcast_id: int, audience: int, *, canary_last_id: int | None = None
    ) -> None:
        """Write how many people the audience was frozen at, and with whom its canary ends."""
        await self._set(broadcast_id, audience=audience, canary_last_id=canary_last_id)

    async def set_status(
        self,
        broadcast_id: int,
        status: BroadcastStatus,
        *,
        now: datetime,
        stop_reason: StopReason | None = None,
        stopped_by: int | None = None,
    ) -> None:
        """Move the broadcast, noting when it started and ended, and why and by whom it was paused or halted."""
        self.changed = True
        values: dict[str, Any] = {"status": status, "stop_reason": stop_reason, "stopped_by": stopped_by}
        if status is BroadcastStatus.SENDING:
            values["started_at"] = sa.func.coalesce(broadcasts.c.started_at, sa.literal(now, UtcDateTime))
        if status in ENDED:
            values["ended_at"] = now
        await self._set(broadcast_id, **values)

    async def of_alert(self, alert_id: int) -> list[Broadcast]:
        """Return the broadcasts of an alert, oldest first."""
        query = sa.select(broadcasts).where(broadcasts.c.alert_id == alert_id).order_by(broadcasts.c.id)
        return [broadcast_of(row) for row in await self._connection.execute(query)]

    async def has_begun(self, alert_id: int) -> bool:
        """Return whether a broadcast of an alert has begun."""
        return any(each.started_at is not None for each in await self.of_alert(alert_id))

    async def follow_ups_of(self, broadcast_id: int, kind: BroadcastKind) -> list[Broadcast]:
        """Return the broadcasts of this kind that follow up on this one, oldest first."""
        query = (
            sa.select(broadcasts)
            .where(broadcasts.c.follows_id == broadcast_id, broadcasts.c.kind == kind)
            .order_by(broadcasts.c.id)
        )
        return [broadcast_of(row) for row in await self._connection.execute(query)]

    async def set_start(self, broadcast_id: int, starts_at: datetime) -> None:
        """Let it start at another time."""
        await self._set(broadcast_id, starts_at=starts_at)

    async def set_next(self, broadcast_id: int, next_at: datetime | None, *, tzdata: str) -> None:
        """Write when the hour of the next zone comes, by this version of the zones; None where none is left."""
        await self._set(broadcast_id, next_at=next_at, tzdata=tzdata)

    async def wait_until(self, broadcast_id: int, starts_at: datetime) -> None:
        """Queue it again, for the people whose hour comes then."""
        self.changed = True
        await self._set(
            broadcast_id,
            status=BroadcastStatus.QUEUED,
            starts_at=starts_at,
            stop_reason=None,
            stopped_by=None,
        )

    async def leave_before(self, broadcast_id: int, moment: datetime) -> None:
        """Leave out people whose hour has passed by this moment and who have got nothing."""
        await self._set(broadcast_id, left_before=moment)

    async def set_canary(self, broadcast_id: int, canary: int | None) -> None:
        """Pause after the first so many people of the audience, or not at all."""
        await self._set(broadcast_id, canary=canary, canary_last_id=None)

    async def set_took_part(self, broadcast_id: int, people: int) -> None:
        """Write how many took part in what these thanks are for."""
        await self._set(broadcast_id, took_part=people)

    async def recently_sent(self, plans: Collection[str], *, since: datetime) -> list[Broadcast]:
        """Return the sendings since then of alerts for which one of these plans was approved, by its SHA-256."""
        query = (
            sa.select(broadcasts)
            .join(approvals, approvals.c.alert_id == broadcasts.c.alert_id)
            .where(
                approvals.c.plan_sha256.in_(list(plans)),
                broadcasts.c.created_at >= since,
                broadcasts.c.kind == BroadcastKind.SEND,
                not_undone(),
            )
            .distinct()
        )
        return [broadcast_of(row) for row in await self._connection.execute(query)]

    async def sent_since(self, since: datetime, *, but: int) -> list[Broadcast]:
        """Return the sendings of other alerts than `but` that began since then, newest first."""
        query = (
            sa.select(broadcasts)
            .where(
                broadcasts.c.started_at >= since,
                broadcasts.c.kind == BroadcastKind.SEND,
                broadcasts.c.alert_id != but,
            )
            .order_by(broadcasts.c.id.desc())
        )
        return [broadcast_of(row) for row in await self._connection.execute(query)]

    async def _set(self, broadcast_id: int, **values: Any) -> None:
        await self._connection.execute(
            sa.update(broadcasts).where(broadcasts.c.id == broadcast_id).values(**values)
        )


def not_undone() -> sa.ColumnElement[bool]:
    """Return the condition that a broadcast began, or may yet: it was not cancelled before."""
    return sa.or_(broadcasts.c.status != BroadcastStatus.CANCELLED, broadcasts.c.started_at.is_not(None))


def broadcast_of(row: Any) -> Broadcast:
    """Return the broadcast of a row of its table."""
    return Broadcast(
        id=row.id,
        alert_id=row.alert_id,
        kind=BroadcastKind(row.kind),
        follows=row.follows_id,
        status=BroadcastStatus(row.status),
        audience=row.audience,
        created_at=row.created_at,
        starts_at=row.starts_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        canary=row.canary,
        canary_last_id=row.canary_last_id,
        stop_reason=None if row.stop_reason is None else StopReason(row.stop_reason),
        organizer_id=row.organizer_id,
        stopped_by=row.stopped_by,
        day=row.day,
        next_at=row.next_at,
        left_before=row.left_before,
        tzdata=row.tzdata,
        took_part=row.took_part,
    )
