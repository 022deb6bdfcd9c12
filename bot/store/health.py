"""Signs of life, and the troubles that the owners hear of. Nobody is named in either."""

from datetime import datetime

import sqlalchemy as sa

from bot.domain.health import Episode, Sign, Trouble
from bot.store.connection import Connection
from bot.store.schema import signs, troubles


class Health:
    """What is known of whether the campaign is well, by all its processes together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def note(self, sign: Sign, *, at: datetime) -> None:
        """Note when a sign was last seen."""
        await self._connection.upsert(signs, {"name": sign.value}, {"seen_at": at})

    async def signs(self) -> dict[Sign, datetime]:
        """Return when each sign was last seen; what a newer version notes is passed over."""
        found = await self._connection.execute(sa.select(signs.c.name, signs.c.seen_at))
        return {Sign(row.name): row.seen_at for row in found if row.name in list(Sign)}

    async def episodes(self) -> dict[Trouble, Episode]:
        """Return the troubles that are there, or that were and of whose end the owners have not heard."""
        query = sa.select(troubles)
        return {
            Trouble(row.kind): Episode(
                trouble=Trouble(row.kind), since=row.since, told=bool(row.told), over_at=row.over_at
            )
            for row in await self._connection.execute(query)
            if row.kind in list(Trouble)
        }

    async def save(self, episode: Episode) -> None:
        """Keep an episode as it stands."""
        values = {"since": episode.since, "told": episode.told, "over_at": episode.over_at}
        await self._connection.upsert(troubles, {"kind": episode.trouble.value}, values)

    async def forget(self, trouble: Trouble) -> None:
        """Remove an episode of which the owners know all."""
        await self._connection.execute(sa.delete(troubles).where(troubles.c.kind == trouble.value))
