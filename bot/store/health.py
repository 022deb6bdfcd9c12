"""Signs of life, and the troubles that the owners hear of. Nobody is named in either."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from bot.domain.health import Episode, Sign, Trouble
from bot.store import shared_clock
from bot.store.connection import Connection
from bot.store.schema import signs, troubles
from bot.store.shared_clock import epoch_second, present
from bot.store.statements import ByDialect, upsert


def _note() -> ByDialect:
    at = sa.func.to_timestamp(epoch_second(sa.bindparam("clock", type_=sa.Double)))
    seen = postgresql.insert(signs).values(
        name=sa.bindparam("name"), seen_at=at - sa.bindparam("ago", type_=sa.Interval)
    )
    return ByDialect(
        sqlite=upsert(signs, key=("name",), values=("seen_at",)).sqlite,
        postgresql=seen.on_conflict_do_update(
            index_elements=["name"], set_={"seen_at": seen.excluded.seen_at}
        ),
    )


NOTE = _note()
"""Notes a sign; by PostgreSQL's clock, unless another is given."""


class Health:
    """What is known of whether the campaign is well, by all its processes together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def note(self, sign: Sign, *, at: datetime, now: datetime) -> None:
        """Note when a sign was last seen. `at`, `now`: by the clock of this process."""
        dialect = self._connection.dialect
        when: dict[str, Any] = {"seen_at": at}
        if dialect == "postgresql":
            when = {"clock": shared_clock.shared_clock(dialect), "ago": now - at}
        await self._connection.run(NOTE, name=sign.value, **when)

    async def signs(self, *, now: datetime | None = None) -> dict[Sign, datetime]:
        """Return when each sign was last seen; what a newer version notes is passed over.

        `now`: by which clock, its present moment. None: by the one that all processes share, so that what does not
        change is returned unchanged.
        """
        shown = signs.c.seen_at if now is None else present(self._connection.dialect, now)
        found = await self._connection.execute(sa.select(signs.c.name, signs.c.seen_at, shown.label("shown")))
        return {
            Sign(row.name): row.seen_at if now is None else row.seen_at + (now - row.shown)
            for row in found
            if row.name in list(Sign)
        }

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
