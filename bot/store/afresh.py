"""What a database holds that is not so any more when it is begun anew from a backup."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.domain.broadcast import ENDED, REPEATABLE
from bot.domain.delivery import DeliveryState
from bot.domain.series import SeriesStatus
from bot.store.connection import Connection
from bot.store.notices import ASKING
from bot.store.schema import (
    broadcasts,
    budget,
    deliveries,
    digest_entries,
    jobs,
    moments,
    notices,
    reminders,
    series,
    workers,
)
from bot.store.transitions import Transitions

WHY = "restored from a backup"
"""What stands with a delivery of which it is not known any more whether it was sent."""


class Afresh:
    """Lets go of what only the installation of before could know."""

    def __init__(self, connection: Connection, transitions: Transitions) -> None:
        self._connection = connection
        self._transitions = transitions

    async def settle_inflight(self) -> int:
        """Mark what was on the wire as unknown. Returns how many.

        What does no more when done twice is pending again instead, as long as its broadcast goes on.
        """
        repeatable = sa.select(broadcasts.c.id).where(
            broadcasts.c.kind.in_(REPEATABLE), broadcasts.c.status.not_in(ENDED)
        )
        of_these = deliveries.c.broadcast_id.in_(repeatable)
        inflight = DeliveryState.INFLIGHT
        await self._transitions.move_everywhere(inflight, DeliveryState.PENDING, of_these, worker=None)
        settled = await self._transitions.move_everywhere(inflight, DeliveryState.UNKNOWN, error=WHY)
        return sum(map(len, settled.values()))

    async def settle_pending(self, broadcast_id: int, *, now: datetime) -> int:
        """Mark as unknown whoever may have got it since the backup. Returns how many.

        Whose quiet hours are not over yet has got nothing, and waits on.
        """
        could = sa.or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now)
        return await self._transitions.move(
            DeliveryState.PENDING, DeliveryState.UNKNOWN, could, broadcast_id=broadcast_id, error=WHY
        )

    async def let_go_of_due(self, *, now: datetime) -> None:
        """Let reminders, digests and thanks that came due since the backup not go out: they may have."""
        own = self._connection
        await own.execute(
            sa.delete(reminders).where(reminders.c.remind_id.is_(None), reminders.c.due_at <= now)
        )
        await own.execute(
            sa.delete(digest_entries).where(
                digest_entries.c.digest_id.is_(None), digest_entries.c.due_at <= now
            )
        )
        over = sa.and_(moments.c.settled_at.is_(None), moments.c.closes_at <= now)
        await own.execute(sa.update(moments).where(over).values(settled_at=now))

    async def halt_due_series(self, *, now: datetime) -> int:
        """Let what repeats, and came due since the backup, wait for somebody to let it go on. Returns how many."""
        going = series.c.status.in_([SeriesStatus.ACTIVE, SeriesStatus.NOT_APPROVED])
        due = sa.update(series).where(going, series.c.next_at <= now).values(status=SeriesStatus.HALTED)
        return (await self._connection.execute(due)).rowcount

    async def forget_work(self) -> None:
        """Let go of leases, heartbeats, the rate budget, and notices that were on the wire.

        Whoever was asked whether their consent still holds, or was about to be, is asked anew: since the backup they
        may have answered.
        """
        own = self._connection
        asked = notices.c.kind.in_(list(ASKING))
        await own.execute(sa.delete(notices).where(sa.or_(notices.c.worker.is_not(None), asked)))
        await own.execute(sa.update(jobs).values(due_at=None, worker=None))
        for table in (workers, budget):
            await own.execute(sa.delete(table))

    async def leave_before(self, broadcast_ids: Collection[int], *, now: datetime) -> None:
        """Leave out, of broadcasts that go zone by zone, whose hour came between the backup and now."""
        per_zone = sa.and_(broadcasts.c.id.in_(list(broadcast_ids)), broadcasts.c.tzdata.is_not(None))
        await self._connection.execute(sa.update(broadcasts).where(per_zone).values(left_before=now))
