"""The one place where a broadcast takes people off the list: they blocked the bot, or their chat is gone."""

from collections import Counter
from datetime import date

import sqlalchemy as sa

from bot.domain.growth import GrowthEvent
from bot.domain.subscriber import SubscriberState
from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.departures import Departed, Departures
from bot.store.growth import Growth
from bot.store.schema import subscribers


class Blocking:
    """Marks people as blocked, sums them up, and lets no backup bring them back."""

    def __init__(
        self, connection: Connection, cipher: Cipher, growth: Growth, departures: Departures
    ) -> None:
        self._connection = connection
        self._cipher = cipher
        self._growth = growth
        self._departures = departures

    async def stop(self, *which: sa.ColumnElement[bool], today: date) -> int:
        """Mark these people as blocked, each once. Returns how many. Who left stays as having left."""
        stopped = await self._connection.heavy(
            sa.update(subscribers)
            .where(*which, subscribers.c.state.not_in([SubscriberState.LEFT, SubscriberState.BLOCKED]))
            .values(state=SubscriberState.BLOCKED)
            .returning(subscribers.c.locale, subscribers.c.source_id, subscribers.c.ref)
        )
        found: Counter[tuple[str, int | None]] = Counter()
        for row in stopped:
            found[row.locale, row.source_id] += 1
            chat_id = self._cipher.chat_id(Table.SUBSCRIBERS, row.ref)
            self._departures.add(chat_id, Departed.LEFT, day=today)
        for (locale, source_id), n in found.items():
            self._growth.add(GrowthEvent.BLOCKED, day=today, locale=locale, source_id=source_id, n=n)
        return found.total()
