"""The processes that work: each writes a heartbeat; see `bot.delivery.liveness`."""

from datetime import datetime

import sqlalchemy as sa

from bot.privacy.cipher import Cipher
from bot.store.connection import Connection
from bot.store.schema import workers


class Workers:
    """The processes that send: each says that it is alive; what a dead one had on the wire is unknown."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def seen(self, worker: str, *, now: datetime) -> None:
        """Note that the worker is alive, and which campaign keys it has."""
        values = {"seen_at": now, "key_ids": self._cipher.key_ids}
        await self._connection.upsert(workers, {"id": worker}, values)

    async def keys_of(self) -> dict[str, tuple[datetime, bytes]]:
        """Return when each worker was last seen, by its own clock, and the ids of the campaign keys it had then."""
        query = sa.select(workers.c.id, workers.c.seen_at, workers.c.key_ids)
        return {row.id: (row.seen_at, bytes(row.key_ids)) for row in await self._connection.execute(query)}

    async def gone(self, worker: str) -> None:
        """Note that the worker stopped, with nothing on the wire."""
        await self._connection.execute(sa.delete(workers).where(workers.c.id == worker))

    async def forget(self, *, before: datetime) -> None:
        """Remove workers that were last seen before this."""
        await self._connection.execute(sa.delete(workers).where(workers.c.seen_at < before))

    async def last_seen(self) -> dict[str, datetime]:
        """Return when each worker was last seen, by its own clock."""
        query = sa.select(workers.c.id, workers.c.seen_at)
        return {row.id: row.seen_at for row in await self._connection.execute(query)}
