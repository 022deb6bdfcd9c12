"""The links by which people come."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.source import FRIENDS, FRIENDS_NAME, Source
from bot.store.connection import Connection
from bot.store.schema import sources

_FIND = sa.select(sources.c.id).where(sources.c.code == sa.bindparam("code"))


class Sources:
    """The sources; none is ever removed, since posters stay where they hang."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, code: str, name: str, *, now: datetime) -> Source:
        """Add a source."""
        values = {"code": code, "name": name, "created_at": now}
        made = await self._connection.execute(sa.insert(sources).values(values).returning(sources.c.id))
        return Source(id=made.scalar_one(), code=code, name=name)

    async def find(self, code: str) -> int | None:
        """Return the id of the source with this code, if there is one."""
        found: int | None = (await self._connection.run(_FIND, code=code)).scalar_one_or_none()
        return found

    async def friends(self, *, now: datetime) -> int:
        """Return the id of the source that stands for all supporters' own links; it is made when first asked for."""
        found = await self.find(FRIENDS)
        if found is None:
            values = {"code": FRIENDS, "name": FRIENDS_NAME, "created_at": now}
            await self._connection.insert_new(sources, values)
            found = await self.find(FRIENDS)
        if found is None:
            msg = "a source that was just added is missing"
            raise LookupError(msg)
        return found

    async def get(self, source_id: int) -> Source | None:
        """Return the source, if there is one."""
        query = sa.select(sources).where(sources.c.id == source_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _source(row)

    async def all(self) -> list[Source]:
        """Return every source, newest first."""
        query = sa.select(sources).order_by(sources.c.id.desc())
        return [_source(row) for row in await self._connection.execute(query)]


def _source(row: Any) -> Source:
    return Source(id=row.id, code=row.code, name=row.name)
