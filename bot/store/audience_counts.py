"""Counting whom an audience reaches, and what its numbers stand for."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.domain.audience import Audience
from bot.domain.delivery import DeliveryState
from bot.domain.exclusion import Exclusion, exclusion
from bot.domain.preferences import QuietHours, Rhythm, known_zone
from bot.domain.subscriber import SubscriberState
from bot.store.audiences import (
    in_order,
    on_panel,
    panel_query,
    terms_of,
    with_nothing_yet,
    within,
)
from bot.store.connection import Connection
from bot.store.drawing import Drawing, is_sent_it
from bot.store.schema import broadcasts, deliveries, digest_entries, sources, subscribers

MAY_HAVE_IT = (DeliveryState.PENDING, DeliveryState.INFLIGHT, DeliveryState.SENT, DeliveryState.UNKNOWN)
"""Who is in one of these states has got it, may have, or will."""


class Audiences:
    """Counting whom an audience reaches, and what its numbers stand for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def count_locales(self, audience: Audience, *, urgent: bool = False) -> dict[str, int]:
        """Return how many active people of the audience would get an alert at once, by their locale.

        `urgent`: whether the alert is.
        """
        query = (
            within(audience, subscribers.c.locale, sa.func.count(), drawing=Drawing(urgent=urgent))
            .where(is_sent_it(urgent=urgent))
            .group_by(subscribers.c.locale)
        )
        return {row[0]: row[1] for row in await self._connection.heavy(query)}

    async def count_overlap(
        self,
        audience: Audience,
        broadcast_ids: Collection[int],
        *,
        at_most: int,
        of_panel: bool = False,
        urgent: bool = False,
    ) -> tuple[int, int]:
        """Return how many active people of the audience were looked at, and how many of them one of these reached.

        Of a large audience it is the first: ids are drawn at random, so they are a sample. `of_panel`: only of those
        on the panel.
        """
        first = (
            within(audience, subscribers.c.id, drawing=Drawing(panel=of_panel, urgent=urgent))
            .where(is_sent_it(urgent=urgent), on_panel() if of_panel else sa.true())
            .order_by(in_order(audience))
            .limit(at_most)
            .subquery()
        )
        others = sorted(broadcast_ids)
        reached = sa.or_(
            sa.exists().where(
                deliveries.c.broadcast_id.in_(others),
                deliveries.c.subscriber_id == first.c.id,
                deliveries.c.state.in_(MAY_HAVE_IT),
            ),
            sa.exists().where(
                digest_entries.c.broadcast_id.in_(others), digest_entries.c.subscriber_id == first.c.id
            ),
        )
        query = sa.select(sa.func.count(), sa.func.count(sa.case((reached, 1)))).select_from(first)
        row = (await self._connection.execute(query)).one()
        return row[0], row[1]

    async def count_zones(self, audience: Audience, *, urgent: bool = False) -> dict[str | None, int]:
        """Return the same number by their zone; None for those without one."""
        query = (
            within(audience, subscribers.c.zone, sa.func.count(), drawing=Drawing(urgent=urgent))
            .where(is_sent_it(urgent=urgent))
            .group_by(subscribers.c.zone)
        )
        return {row[0]: row[1] for row in await self._connection.heavy(query)}

    async def count_panel_zones(self, audience: Audience, *, urgent: bool = False) -> dict[str | None, int]:
        """Return the same of the panel alone."""
        query = (
            sa.select(subscribers.c.zone, sa.func.count())
            .where(
                on_panel(),
                *terms_of(audience, drawing=Drawing(panel=True, urgent=urgent)),
                is_sent_it(urgent=urgent),
            )
            .group_by(subscribers.c.zone)
        )
        return {row[0]: row[1] for row in await self._connection.heavy(query)}

    async def zones_left(
        self, audience: Audience, broadcast_id: int, *, urgent: bool = False
    ) -> set[str | None]:
        """Return the zones of who gets it at once and for whom nothing is written down yet in this broadcast."""
        query = (
            within(audience, subscribers.c.zone, drawing=Drawing(again=broadcast_id, urgent=urgent))
            .where(is_sent_it(urgent=urgent), with_nothing_yet(broadcast_id))
            .distinct()
        )
        return set((await self._connection.heavy(query)).scalars())

    async def count_panel(
        self, audience: Audience, *, urgent: bool = False
    ) -> tuple[Counter[str], Counter[Exclusion]]:
        """Return how many of the panel get it at once, by their locale, and how many do not, by why."""
        sent, left_out = Counter[str](), Counter[Exclusion]()
        for state, rhythm, locale, n in await self._connection.heavy(
            panel_query(audience, drawing=Drawing(panel=True, urgent=urgent))
        ):
            why = exclusion(SubscriberState(state), Rhythm(rhythm), urgent=urgent)
            if why is None:
                sent[locale] += n
            else:
                left_out[why] += n
        return sent, left_out

    async def count_panel_quiet(self, audience: Audience, *, now: datetime, urgent: bool = False) -> int:
        """Return how many of the panel who get it are in their quiet hours now."""
        hours = (subscribers.c.zone, subscribers.c.quiet_from, subscribers.c.quiet_until)
        query = (
            sa.select(*hours, sa.func.count())
            .where(
                sa.text("subscribers.quiet_from IS NOT NULL"),
                on_panel(),
                *terms_of(audience, drawing=Drawing(panel=True, urgent=urgent)),
                is_sent_it(urgent=urgent),
            )
            .group_by(*hours)
        )
        return sum(
            n
            for zone, begin, end, n in await self._connection.heavy(query)
            if QuietHours(start=begin, end=end).not_before(now, known_zone(zone)) is not None
        )

    async def count_localities(self, *, of: int) -> dict[str, int]:
        """Return how many people on the list share each locality, of one in so many: always the same ones."""
        query = (
            sa.select(subscribers.c.locality, sa.func.count())
            .where(
                sa.text("subscribers.locality IS NOT NULL"),
                subscribers.c.id % of == 0,
                subscribers.c.state.in_([SubscriberState.ACTIVE.value, SubscriberState.PAUSED.value]),
            )
            .group_by(subscribers.c.locality)
        )
        return {row[0]: row[1] for row in await self._connection.heavy(query)}

    async def sources(self) -> dict[int, str]:
        """Return what each source is called, the newest first."""
        query = sa.select(sources.c.id, sources.c.name).order_by(sources.c.id.desc())
        return {row.id: row.name for row in await self._connection.execute(query)}

    async def alert_of(self, broadcast_id: int) -> int | None:
        """Return the id of the alert that a broadcast sent, if there is such a broadcast."""
        query = sa.select(broadcasts.c.alert_id).where(broadcasts.c.id == broadcast_id)
        return (await self._connection.execute(query)).scalar_one_or_none()
