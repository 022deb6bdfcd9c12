"""When alerts that were sent remind, and whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.broadcast import RECEIVES, BroadcastKind
from bot.domain.outcome import Outcome, Standing, Step
from bot.domain.reminder import Reminder
from bot.store.connection import Connection
from bot.store.schema import outcomes, reminders, steps, subscribers
from bot.store.transitions import Transitions


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A reminder of one sending. `remind_id`: the broadcast that it became, if it is queued."""

    broadcast_id: int
    reminder: Reminder
    remind_id: int | None = None


class Reminders:
    """The reminders of all sendings."""

    def __init__(self, connection: Connection, transitions: Transitions) -> None:
        self._connection = connection
        self._transitions = transitions

    async def plan(self, broadcast_id: int, planned: Sequence[Reminder]) -> None:
        """Let these be the reminders of a sending, but for what is queued already: that stays, and comes no more."""
        of_it = reminders.c.broadcast_id == broadcast_id
        await self._connection.execute(sa.delete(reminders).where(of_it, reminders.c.remind_id.is_(None)))
        rows = [
            {
                "broadcast_id": broadcast_id,
                "number": each.number,
                "due_at": each.at,
                "over_at": each.over_at,
                "began_before": each.began_before,
            }
            for each in planned
        ]
        await self._connection.insert_new(reminders, rows)

    async def drop(self, broadcast_id: int) -> None:
        """Let a sending remind nobody any more, as far as nothing is queued."""
        await self.plan(broadcast_id, ())

    async def let_go(self, planned: Planned) -> None:
        """Let a reminder not be sent: it is too late, or what it is about does not stand any more."""
        await self._connection.execute(
            sa.delete(reminders).where(
                reminders.c.broadcast_id == planned.broadcast_id,
                reminders.c.number == planned.reminder.number,
                reminders.c.remind_id.is_(None),
            )
        )

    async def due(self, *, now: datetime) -> list[Planned]:
        """Return what is due and is not queued, the first ones first; nobody else queues it before the commit."""
        query = (
            sa.select(reminders)
            .where(reminders.c.due_at <= now, reminders.c.remind_id.is_(None))
            .order_by(reminders.c.due_at, reminders.c.broadcast_id)
        )
        return [_planned(row) for row in await self._connection.execute(self._connection.locked(query))]

    async def is_due(self, *, now: datetime) -> bool:
        """Return whether anything is."""
        query = sa.select(reminders.c.broadcast_id).where(
            reminders.c.due_at <= now, reminders.c.remind_id.is_(None)
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def set_queued(self, planned: Planned, remind_id: int) -> None:
        """Note the broadcast that a reminder became."""
        await self._connection.execute(
            sa.update(reminders)
            .where(
                reminders.c.broadcast_id == planned.broadcast_id,
                reminders.c.number == planned.reminder.number,
            )
            .values(remind_id=remind_id)
        )

    async def of(self, broadcast_id: int) -> list[Planned]:
        """Return the reminders of a sending, in their order."""
        query = sa.select(reminders).where(reminders.c.broadcast_id == broadcast_id)
        found = await self._connection.execute(query.order_by(reminders.c.number))
        return [_planned(row) for row in found]

    async def that_is(self, remind_id: int) -> Planned | None:
        """Return the reminder that a broadcast is."""
        query = sa.select(reminders).where(reminders.c.remind_id == remind_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _planned(row)

    async def freeze(self, remind_id: int, alert_id: int, reminder: Reminder) -> int:
        """Write one pending delivery for each who began an alert and has not said what came of it. Returns how many.

        `alert_id`: the one under which all is counted.
        """
        began = sa.true() if reminder.began_before is None else steps.c.day < reminder.began_before
        chosen = (
            sa.select(steps.c.subscriber_id)
            .join(subscribers, subscribers.c.id == steps.c.subscriber_id)
            .where(
                steps.c.alert_id == alert_id,
                began,
                subscribers.c.state.in_(RECEIVES[BroadcastKind.REMIND]),
                ~sa.exists().where(
                    outcomes.c.alert_id == steps.c.alert_id,
                    outcomes.c.subscriber_id == steps.c.subscriber_id,
                ),
            )
            .order_by(steps.c.subscriber_id)
        )
        return await self._transitions.freeze(remind_id, ["subscriber_id"], chosen)

    async def standings(self, alert_id: int, subscriber_ids: Collection[int]) -> dict[int, Standing]:
        """Return where these stand with an alert, of those who began it; whoever asks holds their rows."""
        query = (
            sa.select(steps.c.subscriber_id, steps.c.step, steps.c.day, outcomes.c.outcome)
            .outerjoin(
                outcomes,
                sa.and_(
                    outcomes.c.alert_id == steps.c.alert_id,
                    outcomes.c.subscriber_id == steps.c.subscriber_id,
                ),
            )
            .where(steps.c.alert_id == alert_id, steps.c.subscriber_id.in_(sorted(subscriber_ids)))
        )
        return {
            row.subscriber_id: Standing(
                step=Step(row.step),
                step_on=row.day,
                outcome=None if row.outcome is None else Outcome(row.outcome),
            )
            for row in await self._connection.execute(query)
        }


def _planned(row: Any) -> Planned:
    reminder = Reminder(number=row.number, at=row.due_at, over_at=row.over_at, began_before=row.began_before)
    return Planned(broadcast_id=row.broadcast_id, reminder=reminder, remind_id=row.remind_id)
