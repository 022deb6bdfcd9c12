"""Who has seen which warnings of a check, about which plan."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.domain.check import Acknowledgement
from bot.store.connection import Connection
from bot.store.schema import acknowledgements


class Acknowledgements:
    """The acknowledgements of warnings; rows are added, none is ever changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(
        self, alert_id: int, plan_sha256: str, keys: Collection[str], *, organizer_id: int, now: datetime
    ) -> None:
        """Note that an organizer has seen these warnings about a plan of the alert."""
        await self._connection.execute(
            sa.insert(acknowledgements).values(
                alert_id=alert_id,
                organizer_id=organizer_id,
                plan_sha256=plan_sha256,
                warnings=sorted(keys),
                acknowledged_at=now,
            )
        )

    async def about(self, alert_id: int, plan_sha256: str) -> list[Acknowledgement]:
        """Return what was acknowledged about exactly this plan, oldest first."""
        query = (
            sa.select(acknowledgements)
            .where(acknowledgements.c.alert_id == alert_id, acknowledgements.c.plan_sha256 == plan_sha256)
            .order_by(acknowledgements.c.id)
        )
        return [
            Acknowledgement(organizer_id=row.organizer_id, keys=frozenset(row.warnings))
            for row in await self._connection.execute(query)
        ]
