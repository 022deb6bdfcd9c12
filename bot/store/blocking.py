"""The one place where a broadcast takes people off the list: they blocked the bot, or their chat is gone."""

from collections import Counter
from datetime import date

import sqlalchemy as sa

from bot.domain.growth import GrowthEvent
from bot.domain.subscriber import SubscriberState
from bot.store.connection import Connection
from bot.store.growth import Growth
from bot.store.schema import subscribers


class Blocking:
    """Marks people as blocked, and sums them up."""

    def __init__(self, connection: Connection, growth: Growth) -> None:
        self._connection = connection
        self._growth = growth

    async def stop(self, *which: sa.ColumnElement[bool], today: date) -> int:
        """Mark these people as blocked, each once. Returns how many. Who left stays as having left."""
        stopped = await self._connection.heavy(
            sa.update(subscribers)
            .where(*which, subscribers.c.state.not_in([SubscriberState.LEFT, SubscriberState.BLOCKED]))
            .values(state=SubscriberState.BLOCKED)
            .returning(subscribers.c.locale, subscribers.c.source_id)
        )
        found = Counter((row.locale, row.source_id) for row in stopped)
        for (locale, source_id), n in found.items():
            self._growth.add(GrowthEvent.BLOCKED, day=today, locale=locale, source_id=source_id, n=n)
        return found.total()
