"""The deliveries: the outbox of a broadcast. Claiming is here, and with it the last look at consent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.attempt import LONGEST_WAIT
from bot.domain.audience import Audience
from bot.domain.broadcast import ENDED, RECEIVES, REPEATABLE, Broadcast, BroadcastKind, Tally
from bot.domain.delivery import DeliveryState
from bot.domain.subscriber import SubscriberState
from bot.privacy.cipher import Cipher, Table
from bot.store.audiences import in_order, within
from bot.store.connection import Connection
from bot.store.schema import broadcasts, deliveries, subscribers, workers


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """One delivery that is ours to send, now. `attempts` counts the one to come.

    `message_id`: the message that is to be changed or deleted.
    """

    subscriber_id: int
    chat_id: int
    locale: str
    attempts: int
    message_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What one attempt made of a delivery. `due_at` is set where it is to be tried again.

    `counts`: whether the attempt uses up one of those it has; a 429 does not.
    """

    subscriber_id: int
    state: DeliveryState
    message_id: int | None = None
    error: str | None = None
    due_at: datetime | None = None
    counts: bool = True


LAST_ID = (1 << 63) - 1
"""Greater than any id."""


class Deliveries:
    """The deliveries of all broadcasts."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def freeze_again(self, broadcast: Broadcast) -> int:
        """Write one pending delivery for each of an earlier broadcast that this one is about. Returns how many."""
        about = DeliveryState.UNKNOWN if broadcast.kind is BroadcastKind.RESEND else DeliveryState.SENT
        earlier = (
            sa.select(
                sa.literal(broadcast.id, sa.Integer),
                deliveries.c.subscriber_id,
                sa.literal(DeliveryState.PENDING.value),
                deliveries.c.message_id,
            )
            .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
            .where(
                deliveries.c.broadcast_id == broadcast.of,
                deliveries.c.state == about,
                subscribers.c.state.in_(RECEIVES[broadcast.kind]),
            )
            .order_by(deliveries.c.subscriber_id)
        )
        columns = ["broadcast_id", "subscriber_id", "state", "message_id"]
        frozen = await self._connection.execute(sa.insert(deliveries).from_select(columns, earlier))
        return frozen.rowcount

    async def freeze(self, broadcast_id: int, *, audience: Audience) -> int:
        """Write one pending delivery for each active subscriber of the audience. Returns how many."""
        chosen = (
            within(
                audience,
                sa.literal(broadcast_id, sa.Integer),
                subscribers.c.id,
                sa.literal(DeliveryState.PENDING.value),
            )
            .where(subscribers.c.state == SubscriberState.ACTIVE)
            .order_by(in_order(audience))
        )
        columns = ["broadcast_id", "subscriber_id", "state"]
        frozen = await self._connection.execute(sa.insert(deliveries).from_select(columns, chosen))
        return frozen.rowcount

    async def claim(
        self,
        broadcast_id: int,
        *,
        worker: str,
        limit: int,
        now: datetime,
        receives: Collection[SubscriberState] = (SubscriberState.ACTIVE,),
        first: int | None = None,
    ) -> list[Claimed]:
        """Mark up to `limit` due deliveries as in flight, ours; whoever left or paused meanwhile is skipped.

        `first`: only of the first so many of the audience, whoever claims them.

        The rows of the deliveries and of their subscribers are locked, so an opt-out commits either before
        this (and is seen) or after it.
        """
        pending = (
            sa.select(
                deliveries.c.subscriber_id,
                deliveries.c.attempts,
                deliveries.c.message_id,
                subscribers.c.ref,
                subscribers.c.locale,
                subscribers.c.state,
            )
            .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
            .where(
                deliveries.c.broadcast_id == broadcast_id,
                sa.text("deliveries.state = 'pending'"),
                sa.or_(
                    deliveries.c.due_at.is_(None),
                    deliveries.c.due_at <= now,
                    deliveries.c.due_at > now + LONGEST_WAIT,
                ),
                *_among(first, broadcast_id),
            )
            .order_by(deliveries.c.subscriber_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = (await self._connection.execute(pending)).all()
        if not rows:
            await self._skip_nobodies(broadcast_id, first)
        wanted = [row for row in rows if row.state in receives]
        unwanted = [row.subscriber_id for row in rows if row.state not in receives]
        ids = [row.subscriber_id for row in wanted]
        of_these = (deliveries.c.broadcast_id == broadcast_id, deliveries.c.subscriber_id.in_(ids))
        if ids:
            await self._connection.execute(
                sa.update(deliveries)
                .where(*of_these)
                .values(
                    state=DeliveryState.INFLIGHT,
                    worker=worker,
                    attempts=deliveries.c.attempts + 1,
                    due_at=None,
                )
            )
        if unwanted:
            await self._skip(
                deliveries.c.broadcast_id == broadcast_id, deliveries.c.subscriber_id.in_(unwanted)
            )
        return [
            Claimed(
                subscriber_id=row.subscriber_id,
                chat_id=self._cipher.chat_id(Table.SUBSCRIBERS, row.ref),
                locale=row.locale,
                attempts=row.attempts + 1,
                message_id=row.message_id,
            )
            for row in wanted
        ]

    async def record(self, broadcast_id: int, results: Sequence[Recorded], *, worker: str) -> None:
        """Write what came back. A late answer to what was taken for lost replaces *unknown* by the truth."""
        if not results:
            return
        statement = (
            sa.update(deliveries)
            .where(
                deliveries.c.broadcast_id == broadcast_id,
                deliveries.c.subscriber_id == sa.bindparam("who"),
                deliveries.c.worker == worker,
                sa.text("state IN ('inflight', 'unknown')"),
            )
            .values(
                state=sa.bindparam("to"),
                message_id=sa.func.coalesce(sa.bindparam("message"), deliveries.c.message_id),
                error=sa.bindparam("why"),
                due_at=sa.bindparam("due"),
                attempts=deliveries.c.attempts - sa.bindparam("free", type_=sa.SmallInteger),
            )
        )
        rows = [
            {
                "who": result.subscriber_id,
                "to": result.state,
                "message": result.message_id,
                "why": result.error,
                "due": result.due_at,
                "free": 0 if result.counts else 1,
            }
            for result in results
        ]
        await self._connection.execute(statement, rows)
        if any(result.state is DeliveryState.PENDING for result in results):
            await self._cancel_if_over(broadcast_id)

    async def release(self, broadcast_id: int, *, worker: str, but: Sequence[int]) -> None:
        """Make pending again what is marked as ours on the wire and never went; it was no attempt."""
        await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.broadcast_id == broadcast_id,
                deliveries.c.worker == worker,
                sa.text("state = 'inflight'"),
                deliveries.c.subscriber_id.not_in(but),
            )
            .values(state=DeliveryState.PENDING, worker=None, attempts=deliveries.c.attempts - 1)
        )
        await self._cancel_if_over(broadcast_id)

    async def stop_blocked(self, subscriber_ids: Sequence[int]) -> None:
        """Mark people as blocked, once: from here on they are in no audience, and skipped where they are."""
        if not subscriber_ids:
            return
        await self._connection.execute(
            sa.update(subscribers)
            .where(subscribers.c.id.in_(subscriber_ids), subscribers.c.state != SubscriberState.LEFT)
            .values(state=SubscriberState.BLOCKED)
        )

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
        await self._connection.execute(
            sa.update(deliveries)
            .where(
                deliveries.c.worker.in_(dead),
                sa.text("state = 'inflight'"),
                deliveries.c.broadcast_id.in_(repeatable),
            )
            .values(state=DeliveryState.PENDING, worker=None)
        )
        settled = await self._connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.worker.in_(dead), sa.text("state = 'inflight'"))
            .values(state=DeliveryState.UNKNOWN, error="worker lost")
        )
        await self._connection.execute(sa.delete(workers).where(workers.c.id.in_(dead)))
        return settled.rowcount

    async def skip_pending_of(self, subscriber_id: int) -> int:
        """Take a person out of everything that was not sent yet. Returns how many deliveries."""
        going_on = sa.select(broadcasts.c.id).where(broadcasts.c.status.not_in(ENDED))
        return await self._skip(
            deliveries.c.broadcast_id.in_(going_on),
            deliveries.c.subscriber_id == subscriber_id,
            deliveries.c.state == DeliveryState.PENDING,
        )

    async def forget_person(self, subscriber_id: int) -> None:
        """Let go of the messages sent to a person; they stay counted under a number that points at nobody."""
        # One look for each broadcast there was: a delivery is found by both its numbers.
        every = sa.select(broadcasts.c.id)
        await self._connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.broadcast_id.in_(every), deliveries.c.subscriber_id == subscriber_id)
            .values(message_id=None)
        )

    async def cancel_pending(self, broadcast_id: int) -> int:
        """Cancel what was not sent yet. Returns how many deliveries."""
        cancelled = await self._connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.broadcast_id == broadcast_id, sa.text("state = 'pending'"))
            .values(state=DeliveryState.CANCELLED)
        )
        return cancelled.rowcount

    async def _cancel_if_over(self, broadcast_id: int) -> None:
        """Cancel what is to be tried again though its broadcast has ended: nobody will."""
        # Locked, so that a cancellation commits either before this (and is seen) or finds what was recorded.
        query = sa.select(broadcasts.c.status).where(broadcasts.c.id == broadcast_id)
        status = (await self._connection.execute(query.with_for_update(read=True))).scalar_one()
        if status in ENDED:
            await self.cancel_pending(broadcast_id)

    async def has_open(self, broadcast_id: int, *, first: int | None = None) -> bool:
        """Return whether any delivery, or any of the first so many of the audience, has not ended."""
        for state in ("pending", "inflight"):
            query = (
                sa.select(deliveries.c.subscriber_id)
                .where(
                    deliveries.c.broadcast_id == broadcast_id,
                    sa.text(f"state = '{state}'"),
                    *_among(first, broadcast_id),
                )
                .limit(1)
            )
            if (await self._connection.execute(query)).one_or_none() is not None:
                return True
        return False

    async def tally(self, broadcast_id: int) -> Tally:
        """Return how many deliveries are in each state."""
        counted = await self._connection.execute(
            sa.select(deliveries.c.state, sa.func.count())
            .where(deliveries.c.broadcast_id == broadcast_id)
            .group_by(deliveries.c.state)
        )
        counts = {DeliveryState(row[0]): row[1] for row in counted}
        audience = await self._connection.execute(
            sa.select(broadcasts.c.audience).where(broadcasts.c.id == broadcast_id)
        )
        return Tally(audience=audience.scalar_one(), counts=counts)

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

    async def _skip_nobodies(self, broadcast_id: int, first: int | None) -> None:
        """Skip what is for people who were erased while the audience was being frozen: nobody could claim it."""
        somebody = sa.select(subscribers.c.id).where(subscribers.c.id == deliveries.c.subscriber_id)
        await self._skip(
            deliveries.c.broadcast_id == broadcast_id,
            sa.text("deliveries.state = 'pending'"),
            ~sa.exists(somebody),
            *_among(first, broadcast_id),
        )

    async def _skip(self, *which: sa.ColumnElement[bool] | sa.TextClause) -> int:
        skipped: Any = await self._connection.execute(
            sa.update(deliveries).where(*which).values(state=DeliveryState.SKIPPED, due_at=None)
        )
        return int(skipped.rowcount)


def _among(first: int | None, broadcast_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the condition that a delivery is one of the first so many of the audience, if so many is said.

    The audience never changes, so who is among them is the same for every process, before and after a crash.
    """
    if first is None:
        return ()
    audience = deliveries.alias()
    last = (
        sa.select(audience.c.subscriber_id)
        .where(audience.c.broadcast_id == broadcast_id)
        .order_by(audience.c.subscriber_id)
        .offset(first - 1)
        .limit(1)
        .scalar_subquery()
    )
    return (deliveries.c.subscriber_id <= sa.func.coalesce(last, LAST_ID),)
