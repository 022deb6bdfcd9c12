"""Who is writing which language of an alert."""

from datetime import datetime

import sqlalchemy as sa

from bot.store.connection import Connection
from bot.store.schema import alert_writers


class AlertWriters:
    """One place for each organizer who writes: an alert, and a language of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def begin(self, organizer_id: int, alert_id: int, locale: str, *, now: datetime) -> None:
        """Note where an organizer writes now, in the place of where they wrote before."""
        values = {"alert_id": alert_id, "locale": locale, "since": now}
        await self._connection.upsert(alert_writers, {"organizer_id": organizer_id}, values)

    async def end(self, organizer_id: int) -> None:
        """Note that an organizer writes nowhere."""
        gone = sa.delete(alert_writers).where(alert_writers.c.organizer_id == organizer_id)
        await self._connection.execute(gone)

    async def of_alert(self, alert_id: int, *, since: datetime) -> list[tuple[int, str]]:
        """Return who writes an alert and began no earlier than this: organizers with the locale, by number."""
        query = (
            sa.select(alert_writers.c.organizer_id, alert_writers.c.locale)
            .where(alert_writers.c.alert_id == alert_id, alert_writers.c.since >= since)
            .order_by(alert_writers.c.organizer_id)
        )
        return [(row.organizer_id, row.locale) for row in await self._connection.execute(query)]
