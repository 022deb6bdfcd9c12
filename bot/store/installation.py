"""The one row about the installation: its key, its epoch, whether it may start, when it was backed up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.connection import Connection
from bot.store.schema import installation


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How an installation stands.

    `epoch`: how often it was begun anew from a backup, counting the first time. `unproven`: it was, and nobody has seen
    yet that the one of before has ended. `moved`: everything is elsewhere by now.
    """

    epoch: int = 1
    unproven: bool = False
    moved: bool = False
    backed_up_at: datetime | None = None


class Installation:
    """The installation that this database is."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def standing(self) -> Standing:
        """Return how it stands."""
        row = (await self._connection.execute(sa.select(installation))).one_or_none()
        if row is None:
            return Standing()
        return Standing(
            epoch=row.epoch, unproven=row.unproven, moved=row.moved, backed_up_at=row.backed_up_at
        )

    async def begin_epoch(self) -> int:
        """Begin anew. Returns the epoch that begins."""
        await self._set(epoch=installation.c.epoch + 1, unproven=True, moved=False)
        return (await self.standing()).epoch

    async def prove(self) -> None:
        """Note that no other installation is in the way."""
        await self._set(unproven=False)

    async def set_moved(self, moved: bool) -> None:
        """Note whether everything is in another database by now."""
        await self._set(moved=moved)

    async def backed_up(self, *, at: datetime) -> None:
        """Note that a backup of this moment is on the disk."""
        await self._set(backed_up_at=at)

    async def _set(self, **values: Any) -> None:
        await self._connection.execute(sa.update(installation).values(**values))
