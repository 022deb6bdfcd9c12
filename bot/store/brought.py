"""What digests brought people: messages of theirs that change when an alert in them is corrected or recalled."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from bot.domain.broadcast import REPEATABLE, RUNNABLE, BroadcastKind
from bot.domain.delivery import DeliveryState
from bot.domain.subscriber import SubscriberState
from bot.store.connection import Connection
from bot.store.schema import broadcasts, deliveries, digest_entries, subscribers

CARRIES = sa.and_(
    deliveries.c.broadcast_id == digest_entries.c.digest_id,
    deliveries.c.subscriber_id == digest_entries.c.subscriber_id,
)
"""The delivery of the digest that carries an entry."""

HAS_OR_WILL = (DeliveryState.PENDING, DeliveryState.INFLIGHT, DeliveryState.SENT)
"""What a digest carries for somebody in one of these states is, or comes, in their chat."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestMessage:
    """A digest that somebody has: its broadcast, and the sendings of which it brought the alerts."""

    digest_id: int
    sendings: tuple[int, ...]


class Brought:
    """The digests that were sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock_with_carriers(self, broadcast_ids: Collection[int]) -> None:
        """Make these ours until the commit, and let no digest claim anything. SQLite has one writer, who is us.

        In the order of their ids, as whoever stops several does: no two wait for each other.
        """
        if self._connection.dialect == "postgresql":
            may_carry = sa.and_(
                broadcasts.c.kind == BroadcastKind.DIGEST, broadcasts.c.status.in_(list(RUNNABLE))
            )
            rows = (
                sa.select(broadcasts.c.id)
                .where(sa.or_(broadcasts.c.id.in_(sorted(broadcast_ids)), may_carry))
                .order_by(broadcasts.c.id)
                .with_for_update()
            )
            await self._connection.execute(rows)

    async def is_on_the_wire(self, broadcast_id: int) -> bool:
        """Return whether a digest that carries a sending is in flight to anybody."""
        in_flight = (
            sa.select(digest_entries.c.subscriber_id)
            .join(deliveries, CARRIES)
            # By the few that are in flight, which have an index of their own.
            .where(
                digest_entries.c.broadcast_id + 0 == broadcast_id, sa.text("deliveries.state = 'inflight'")
            )
            .limit(1)
        )
        return (await self._connection.execute(in_flight)).first() is not None

    async def messages(self, broadcast_id: int, subscriber_ids: Collection[int]) -> dict[int, DigestMessage]:
        """Return the digest in which each of these people has a sending, with what else it brought them."""
        mine, others = digest_entries.alias("mine"), digest_entries.alias("others")
        query = (
            sa.select(mine.c.subscriber_id, mine.c.digest_id, others.c.broadcast_id)
            .join_from(
                mine,
                others,
                sa.and_(
                    others.c.subscriber_id == mine.c.subscriber_id, others.c.digest_id == mine.c.digest_id
                ),
            )
            .where(mine.c.subscriber_id.in_(sorted(subscriber_ids)), mine.c.broadcast_id == broadcast_id)
            .order_by(mine.c.subscriber_id, others.c.broadcast_id)
        )
        found: dict[int, DigestMessage] = {}
        for row in await self._connection.execute(query):
            before = found.get(row.subscriber_id)
            sendings = (*(before.sendings if before else ()), row.broadcast_id)
            found[row.subscriber_id] = DigestMessage(digest_id=row.digest_id, sendings=sendings)
        return found

    async def being_changed(self, subscriber_ids: Collection[int], *, but: int) -> set[int]:
        """Return to whom of these another correction or recall is in flight: it may be of the same message."""
        query = (
            sa.select(deliveries.c.subscriber_id)
            .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
            .where(
                sa.text("deliveries.state = 'inflight'"),
                deliveries.c.broadcast_id + 0 != but,
                deliveries.c.subscriber_id.in_(sorted(subscriber_ids)),
                broadcasts.c.kind.in_(list(REPEATABLE)),
            )
        )
        return set((await self._connection.execute(query)).scalars())

    async def count_locales(self, broadcast_id: int, states: Collection[SubscriberState]) -> dict[str, int]:
        """Return how many people in these states have a sending in a digest, or will, by the locale they read now."""
        has_or_will = sa.or_(digest_entries.c.digest_id.is_(None), deliveries.c.state.in_(HAS_OR_WILL))
        query = (
            sa.select(subscribers.c.locale, sa.func.count())
            .select_from(digest_entries)
            .outerjoin(deliveries, CARRIES)
            .join(subscribers, subscribers.c.id == digest_entries.c.subscriber_id)
            .where(
                digest_entries.c.broadcast_id == broadcast_id,
                subscribers.c.state.in_(list(states)),
                has_or_will,
            )
            .group_by(subscribers.c.locale)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}


def was_brought(broadcast_id: int, subscriber_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return the condition that a sending was sent to somebody in a digest."""
    return sa.exists().where(
        digest_entries.c.broadcast_id == broadcast_id,
        digest_entries.c.subscriber_id == subscriber_id,
        CARRIES,
        deliveries.c.state == DeliveryState.SENT,
    )


def messages_with(
    broadcast_id: int | None, states: Collection[SubscriberState], *which: sa.ColumnElement[bool]
) -> sa.Select[tuple[int, int | None]]:
    """Return the query for whose digest brought a sending, of people in these states, and which message that is."""
    return (
        sa.select(deliveries.c.subscriber_id, deliveries.c.message_id)
        .select_from(digest_entries)
        .join(deliveries, CARRIES)
        .join(subscribers, subscribers.c.id == digest_entries.c.subscriber_id)
        .where(
            digest_entries.c.broadcast_id == broadcast_id,
            deliveries.c.state == DeliveryState.SENT,
            subscribers.c.state.in_(list(states)),
            *which,
        )
        .order_by(deliveries.c.subscriber_id)
    )
