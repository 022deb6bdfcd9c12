"""Freezing: writing down whom a broadcast is for, once, when it starts."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.domain.audience import Audience
from bot.domain.broadcast import RECEIVES, REPEATABLE, Broadcast, BroadcastKind
from bot.domain.delivery import DeliveryState
from bot.domain.outcome import Outcome
from bot.domain.preferences import QuietHours, known_zone
from bot.domain.schedule import Zones
from bot.store.audiences import in_order, in_zones, with_nothing_yet, within
from bot.store.brought import messages_with
from bot.store.connection import Connection
from bot.store.drawing import Drawing, is_sent_it
from bot.store.preferences import TOGETHER
from bot.store.schema import deliveries, outcomes, subscribers
from bot.store.transitions import Transitions


class Freezing:
    """Writes the audience of a broadcast as its deliveries."""

    def __init__(self, connection: Connection, transitions: Transitions) -> None:
        self._connection = connection
        self._transitions = transitions

    async def freeze(
        self,
        broadcast_id: int,
        *,
        audience: Audience,
        zones: Zones | None = None,
        again: bool = False,
        urgent: bool = False,
    ) -> int:
        """Write one pending delivery for each active subscriber of the audience who gets it at once. Returns how many.

        `zones`: only for those in them; of so many people, those are drawn from all zones. `again`: some were written
        before; who has a delivery gets no second one, and counts among those that are drawn, nor does who has it in a
        digest and wants every alert since. `urgent`: whether the alert is. Who wants digests: `bot.store.digests`.
        """
        drawing = Drawing(again=broadcast_id if again else None, urgent=urgent)
        chosen = (
            within(audience, subscribers.c.id, drawing=drawing)
            .where(is_sent_it(urgent=urgent))
            .order_by(in_order(audience))
        )
        if zones is not None:
            chosen = chosen.where(in_zones(zones))
        if again:
            chosen = chosen.where(with_nothing_yet(broadcast_id))
        return await self._transitions.freeze(broadcast_id, ["subscriber_id"], chosen)

    async def defer_quiet(self, broadcast_id: int, *, now: datetime) -> int:
        """Let what is pending for people in their quiet hours wait until these are over. Returns how many."""
        hours = (subscribers.c.zone, subscribers.c.quiet_from, subscribers.c.quiet_until)
        has_hours = sa.text("subscribers.quiet_from IS NOT NULL")
        waiting: dict[datetime, list[sa.ColumnElement[bool]]] = {}
        for row in (await self._connection.execute(sa.select(*hours).where(has_hours).distinct())).all():
            quiet = QuietHours(start=row.quiet_from, end=row.quiet_until)
            if (at := quiet.not_before(now, known_zone(row.zone))) is not None:
                same = (column.is_not_distinct_from(getattr(row, column.name)) for column in hours)
                waiting.setdefault(at, []).append(sa.and_(*same))
        deferred = 0
        several = (
            (at, alike[first : first + TOGETHER])
            for at, alike in waiting.items()
            for first in range(0, len(alike), TOGETHER)
        )
        for at, some in several:
            theirs = sa.select(subscribers.c.id).where(has_hours, sa.or_(*some))
            written = await self._connection.execute(
                sa.update(deliveries)
                .where(
                    deliveries.c.broadcast_id == broadcast_id,
                    deliveries.c.state == DeliveryState.PENDING,
                    deliveries.c.not_before.is_(None),
                    deliveries.c.subscriber_id.in_(theirs),
                )
                .values(not_before=at)
            )
            deferred += written.rowcount
        return deferred

    async def freeze_follow_up(
        self, broadcast: Broadcast, *, without: Collection[str] = (), only_digests: bool = False
    ) -> int:
        """Write one pending delivery for each of an earlier broadcast that this one is about. Returns how many.

        What changes or deletes changes the digest of whoever has it in one. `without`: locales whose readers are left
        out. `only_digests`: nobody else is in it, it is too late to delete their message.
        """
        about = DeliveryState.UNKNOWN if broadcast.kind is BroadcastKind.RESEND else DeliveryState.SENT
        others = subscribers.c.locale.not_in(sorted(without)) if without else sa.true()
        earlier = (
            sa.select(deliveries.c.subscriber_id, deliveries.c.message_id)
            .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
            .where(
                deliveries.c.broadcast_id == broadcast.follows,
                deliveries.c.state == about,
                subscribers.c.state.in_(RECEIVES[broadcast.kind]),
                others,
            )
            .order_by(deliveries.c.subscriber_id)
        )
        columns, frozen = ["subscriber_id", "message_id"], 0
        if not only_digests:
            frozen += await self._transitions.freeze(broadcast.id, columns, earlier)
        if broadcast.kind in REPEATABLE:
            frozen_already = deliveries.alias("frozen_already")
            without_one = ~sa.exists().where(
                frozen_already.c.broadcast_id == broadcast.id,
                frozen_already.c.subscriber_id == subscribers.c.id,
            )
            in_digests = messages_with(broadcast.follows, RECEIVES[broadcast.kind], others, without_one)
            frozen += await self._transitions.freeze(broadcast.id, columns, in_digests)
        return frozen

    async def freeze_thanks(self, broadcast_id: int, *, alert_id: int) -> int:
        """Write one pending delivery for each active subscriber who took part in a moment. Returns how many."""
        took_part = (
            sa.select(outcomes.c.subscriber_id)
            .join(subscribers, subscribers.c.id == outcomes.c.subscriber_id)
            .where(
                outcomes.c.alert_id == alert_id,
                outcomes.c.outcome == Outcome.DONE,
                subscribers.c.state.in_(RECEIVES[BroadcastKind.THANKS]),
            )
            .order_by(outcomes.c.subscriber_id)
        )
        return await self._transitions.freeze(broadcast_id, ["subscriber_id"], took_part)

    async def last_of_first(self, broadcast_id: int, people: int) -> int | None:
        """Return the greatest subscriber id among the first so many of the audience; None where it has no more.

        They are counted among those who are not in their quiet hours, if these are enough.
        """
        query = (
            sa.select(deliveries.c.subscriber_id)
            .where(deliveries.c.broadcast_id == broadcast_id)
            .order_by(deliveries.c.subscriber_id)
            .offset(people - 1)
            .limit(1)
        )
        awake = query.where(deliveries.c.not_before.is_(None))
        first = (await self._connection.execute(awake)).scalar_one_or_none()
        return first or (await self._connection.execute(query)).scalar_one_or_none()
