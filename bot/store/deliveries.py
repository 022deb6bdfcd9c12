"""The deliveries: the outbox of a broadcast. How they are claimed: `bot.store.claims`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.broadcast import ENDED, NOTIFIES, REPEATABLE
from bot.domain.delivery import DeliveryState
from bot.domain.preferences import LONGEST_NOT_BEFORE
from bot.domain.subscriber import SubscriberState
from bot.store.blocking import Blocking
from bot.store.carrying import Carrying
from bot.store.connection import Connection
from bot.store.digests import Digests
from bot.store.schema import broadcasts, deliveries, subscribers, workers
from bot.store.transitions import Recorded, Transitions


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """How many people of a broadcast wait for the end of their quiet hours, and when the first of these are over."""

    people: int
    first_at: datetime


LAST_ID = (1 << 63) - 1
"""Greater than any id."""

LOOKED_AT = 1000
"""Of so many that wait the soonest is named."""


class Deliveries:
    """The deliveries of all broadcasts."""

    def __init__(
        self,
        connection: Connection,
        transitions: Transitions,
        blocking: Blocking,
        digests: Digests,
        carrying: Carrying,
    ) -> None:
        self._connection = connection
        self._transitions = transitions
        self._blocking = blocking
        self._digests = digests
        self._carrying = carrying

    async def record(
        self, broadcast_id: int, results: Sequence[Recorded], *, worker: str, is_digest: bool = False
    ) -> None:
        """Write what came back. A late answer to what was taken for lost replaces *unknown* by the truth.

        `is_digest`: what each of these carries is counted with it.
        """
        if not results:
            return
        moved = await self._transitions.record(broadcast_id, results, worker=worker)
        if is_digest:
            await self._carrying.note_ended(broadcast_id, moved)
        if any(result.state is DeliveryState.PENDING for result in results):
            await self._cancel_if_over(broadcast_id)

    async def release(self, broadcast_id: int, *, worker: str, but: Sequence[int]) -> None:
        """Make pending again what is marked as ours on the wire and never went; it was no attempt."""
        await self._transitions.move(
            DeliveryState.INFLIGHT,
            DeliveryState.PENDING,
            deliveries.c.worker == worker,
            deliveries.c.subscriber_id.not_in(but),
            broadcast_id=broadcast_id,
            worker=None,
            attempts=deliveries.c.attempts - 1,
        )
        await self._cancel_if_over(broadcast_id)

    async def skip_nobodies(self, broadcast_id: int) -> int:
        """Skip what is for people who were erased while the audience was being frozen: nobody could claim it.

        Returns how many deliveries.
        """
        somebody = sa.select(subscribers.c.id).where(subscribers.c.id == deliveries.c.subscriber_id)
        return await self._transitions.skip(broadcast_id, ~sa.exists(somebody))

    async def stop_unreachable(self, subscriber_ids: Sequence[int], *, today: date) -> None:
        """Mark people as blocked, once: from here on they are in no audience, and skipped where they are."""
        if subscriber_ids:
            await self._blocking.stop(subscribers.c.id.in_(subscriber_ids), today=today)

    async def claimants(self) -> set[str]:
        """Return the workers who have something on the wire."""
        query = sa.select(deliveries.c.worker).where(sa.text("state = 'inflight'")).distinct()
        return set((await self._connection.execute(query)).scalars())

    async def settle_lost(self, dead: Sequence[str]) -> int:
        """Mark what dead workers had on the wire as unknown. Returns how many.

        What does no more when done twice is pending again instead, as long as its broadcast goes on.
        """
        if not dead:
            return 0
        # Locked, so that a cancellation commits either before this (and is seen) or finds what became pending.
        repeatable = (
            sa.select(broadcasts.c.id)
            .where(broadcasts.c.kind.in_(REPEATABLE), broadcasts.c.status.not_in(ENDED))
            .with_for_update(read=True)
        )
        theirs = deliveries.c.worker.in_(dead)
        await self._transitions.move_everywhere(
            DeliveryState.INFLIGHT,
            DeliveryState.PENDING,
            theirs,
            deliveries.c.broadcast_id.in_(repeatable),
            worker=None,
        )
        settled = await self._transitions.move_everywhere(
            DeliveryState.INFLIGHT, DeliveryState.UNKNOWN, theirs, error="worker lost"
        )
        # Most are of no digest, and carry nothing.
        for broadcast_id, people in settled.items():
            change = (DeliveryState.INFLIGHT, DeliveryState.UNKNOWN)
            await self._carrying.note_ended(broadcast_id, dict.fromkeys(people, change))
        await self._connection.execute(sa.delete(workers).where(workers.c.id.in_(dead)))
        return sum(map(len, settled.values()))

    async def skip_pending_of(self, subscriber_id: int) -> int:
        """Take a person out of everything that was not sent yet, digests too. Returns how many deliveries."""
        await self._digests.clear(subscriber_id)
        going_on = sa.select(broadcasts.c.id).where(broadcasts.c.status.not_in(ENDED))
        skipped = await self._transitions.move_everywhere(
            DeliveryState.PENDING,
            DeliveryState.SKIPPED,
            deliveries.c.broadcast_id.in_(going_on),
            deliveries.c.subscriber_id == subscriber_id,
            due_at=None,
        )
        return len(skipped)

    async def forget_person(self, subscriber_id: int) -> None:
        """Let go of the messages sent to a person; they stay counted under a number that points at nobody."""
        # One look for each broadcast there was: a delivery is found by both its numbers.
        every = sa.select(broadcasts.c.id)
        await self._connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.broadcast_id.in_(every), deliveries.c.subscriber_id == subscriber_id)
            .values(message_id=None)
        )

    async def count_sent_to(self, subscriber_id: int) -> int:
        """Return how many messages are noted as sent to a person."""
        every = sa.select(broadcasts.c.id)
        query = sa.select(sa.func.count()).where(
            deliveries.c.broadcast_id.in_(every),
            deliveries.c.subscriber_id == subscriber_id,
            deliveries.c.state == DeliveryState.SENT,
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def latest_sent_to(self, subscriber_id: int, *, since: datetime) -> int | None:
        """Return the last broadcast that was sent to a person, of those that went out since then, in part or whole."""
        latest: int | None = (
            await self._connection.run(_LATEST_SENT, of=subscriber_id, since=since)
        ).scalar_one()
        return latest

    async def cancel_pending(self, broadcast_id: int) -> int:
        """Cancel what was not sent yet. Returns how many deliveries."""
        return await self._transitions.move(
            DeliveryState.PENDING, DeliveryState.CANCELLED, broadcast_id=broadcast_id
        )

    async def _cancel_if_over(self, broadcast_id: int) -> None:
        """Cancel what is to be tried again though its broadcast has ended: nobody will."""
        # Locked, so that a cancellation commits either before this (and is seen) or finds what was recorded.
        query = sa.select(broadcasts.c.status).where(broadcasts.c.id == broadcast_id)
        status = (await self._connection.execute(query.with_for_update(read=True))).scalar_one()
        if status in ENDED:
            await self.cancel_pending(broadcast_id)

    async def has_open(self, broadcast_id: int, *, up_to: int | None = None) -> bool:
        """Return whether any delivery has not ended, but for what waits for the end of quiet hours (see `later`).

        `up_to`: of nobody with a greater subscriber id.
        """
        within = deliveries.c.subscriber_id <= (LAST_ID if up_to is None else up_to)
        pending = _pending(broadcast_id).where(within).limit(1)
        # Not by the key: few are in flight, and they have an index of their own.
        in_flight = sa.select(deliveries.c.subscriber_id).where(
            deliveries.c.broadcast_id + 0 == broadcast_id, sa.text("deliveries.state = 'inflight'"), within
        )
        for query in (pending, in_flight.limit(1)):
            if (await self._connection.execute(query)).one_or_none() is not None:
                return True
        return False

    async def later(self, broadcast_id: int, *, up_to: int | None = None) -> Later | None:
        """Return how many wait for the end of their quiet hours, and until when the first of them; None: nobody.

        `up_to`: of nobody with a greater subscriber id.
        """
        query = sa.select(sa.func.count(), sa.func.min(deliveries.c.not_before)).where(
            deliveries.c.broadcast_id == broadcast_id,
            sa.text(LATER),
            # It says no more, and leads to the index.
            deliveries.c.not_before > _ALWAYS,
            sa.true() if up_to is None else deliveries.c.subscriber_id <= up_to,
        )
        people, first = (await self._connection.execute(query)).one()
        return Later(people=people, first_at=first) if people else None

    async def look_again(self, subscriber_id: int) -> None:
        """Let what waits for the end of a person's quiet hours be looked at by the next claim: they chose others."""
        going_on = sa.select(broadcasts.c.id).where(broadcasts.c.status.not_in(ENDED))
        await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.broadcast_id.in_(going_on),
                deliveries.c.subscriber_id == subscriber_id,
                deliveries.c.state == DeliveryState.PENDING,
            )
            .values(not_before=None)
        )

    async def mend_waits(self, broadcast_id: int, *, now: datetime) -> None:
        """Look again at what waits longer than any quiet hours last: a clock that was wrong has written that."""
        await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.broadcast_id == broadcast_id,
                sa.text(LATER),
                deliveries.c.not_before > now + LONGEST_NOT_BEFORE,
            )
            .values(not_before=None)
        )

    async def next_try(self, broadcast_id: int, *, now: datetime) -> datetime | None:
        """Return when a broadcast goes on, where all that is left of it waits; None where something is due or sent."""
        due = sa.or_(deliveries.c.due_at.is_(None), deliveries.c.due_at <= now)
        if (await self._connection.execute(_pending(broadcast_id).where(due).limit(1))).first() is not None:
            return None
        waiting = _pending(broadcast_id).limit(LOOKED_AT).subquery()
        return (await self._connection.execute(sa.select(sa.func.min(waiting.c.due_at)))).scalar_one_or_none()

    async def count_sent_locales(
        self, broadcast_id: int, states: Collection[SubscriberState]
    ) -> dict[str, int]:
        """Return to how many people in these states a broadcast was sent, by the locale they read now."""
        query = (
            sa.select(subscribers.c.locale, sa.func.count())
            .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
            .where(
                deliveries.c.broadcast_id == broadcast_id,
                deliveries.c.state == DeliveryState.SENT,
                subscribers.c.state.in_(states),
            )
            .group_by(subscribers.c.locale)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}


def _pending(broadcast_id: int) -> sa.Select[Any]:
    """Return the query for what is pending, in the order of the index that holds nothing else."""
    return (
        sa.select(deliveries.c.subscriber_id, deliveries.c.due_at)
        .where(
            deliveries.c.broadcast_id == broadcast_id,
            sa.text(NOW),
            deliveries.c.subscriber_id <= LAST_ID,
        )
        .order_by(deliveries.c.subscriber_id)
    )


_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)

NOW = "deliveries.state = 'pending' AND deliveries.not_before IS NULL"
LATER = "deliveries.state = 'pending' AND deliveries.not_before IS NOT NULL"
"""In the words of the indexes."""


_LATEST_SENT = sa.select(sa.func.max(deliveries.c.broadcast_id)).where(
    # One look for each broadcast of these days: a delivery is found by both its numbers.
    deliveries.c.broadcast_id.in_(
        sa.select(broadcasts.c.id).where(
            sa.or_(broadcasts.c.ended_at.is_(None), broadcasts.c.ended_at >= sa.bindparam("since")),
            broadcasts.c.started_at.is_not(None),
            sa.or_(*(broadcasts.c.kind == kind.value for kind in sorted(NOTIFIES))),
        )
    ),
    deliveries.c.subscriber_id == sa.bindparam("of"),
    deliveries.c.state == DeliveryState.SENT.value,
)
"""Run for each who leaves."""
