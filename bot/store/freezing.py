"""Freezing: writing down whom a broadcast is for, once, when it starts."""

from collections.abc import Collection

import sqlalchemy as sa

from bot.domain.audience import Audience
from bot.domain.broadcast import RECEIVES, Broadcast, BroadcastKind
from bot.domain.delivery import DeliveryState
from bot.domain.schedule import Zones
from bot.domain.subscriber import SubscriberState
from bot.store.audiences import in_order, in_zones, within, without_delivery
from bot.store.connection import Connection
from bot.store.drawing import Drawing
from bot.store.schema import deliveries, subscribers
from bot.store.transitions import Transitions


class Freezing:
    """Writes the audience of a broadcast as its deliveries."""

    def __init__(self, connection: Connection, transitions: Transitions) -> None:
        self._connection = connection
        self._transitions = transitions

    async def freeze(
        self, broadcast_id: int, *, audience: Audience, zones: Zones | None = None, again: bool = False
    ) -> int:
        """Write one pending delivery for each active subscriber of the audience. Returns how many.

        `zones`: only for those in them; of so many people, those are drawn from all zones. `again`: some were written
        before; who has a delivery gets no second one, and counts among those that are drawn.
        """
        drawing = Drawing(again=broadcast_id if again else None)
        chosen = (
            within(audience, subscribers.c.id, drawing=drawing)
            .where(subscribers.c.state == SubscriberState.ACTIVE)
            .order_by(in_order(audience))
        )
        if zones is not None:
            chosen = chosen.where(in_zones(zones))
        if again:
            chosen = chosen.where(without_delivery(broadcast_id))
        return await self._transitions.freeze(broadcast_id, ["subscriber_id"], chosen)

    async def freeze_follow_up(self, broadcast: Broadcast, *, without: Collection[str] = ()) -> int:
        """Write one pending delivery for each of an earlier broadcast that this one is about. Returns how many.

        `without`: locales whose readers are left out.
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
        return await self._transitions.freeze(broadcast.id, ["subscriber_id", "message_id"], earlier)

    async def last_of_first(self, broadcast_id: int, people: int) -> int | None:
        """Return the greatest subscriber id among the first so many of the audience; None where it has no more."""
        query = (
            sa.select(deliveries.c.subscriber_id)
            .where(deliveries.c.broadcast_id == broadcast_id)
            .order_by(deliveries.c.subscriber_id)
            .offset(people - 1)
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar_one_or_none()
