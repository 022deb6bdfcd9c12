"""What supporters report: sealed and padded, one of each; erased with who said it, or a month after the decision."""

import json
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from bot.domain.sighting import Sighting, SightingState
from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.padding import padded, unpadded
from bot.store.schema import sightings

LAST_ID = 10**17
"""Numbers are drawn up to this: buttons carry them."""


class Sightings:
    """What was reported. Nothing that is read here says by whom."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def add(
        self, alert_id: int, subscriber_id: int, *, locale: str, answers: Sequence[str], today: date
    ) -> bool:
        """Keep what a person reports. Returns False where they have reported about this alert already."""
        sealed = self._cipher.seal(Table.SIGHTINGS, padded(dumped(answers)))
        values = {
            "id": secrets.randbelow(LAST_ID) + 1,
            "alert_id": alert_id,
            "subscriber_id": subscriber_id,
            "locale": locale,
            "state": SightingState.WAITING.value,
            "answers": sealed,
            "day": today,
        }
        return bool(await self._connection.insert_new(sightings, values))

    async def withdraw(self, alert_id: int, subscriber_id: int) -> bool:
        """Remove what a person reported. Returns whether there was anything."""
        theirs = (sightings.c.alert_id == alert_id, sightings.c.subscriber_id == subscriber_id)
        return bool((await self._connection.execute(sa.delete(sightings).where(*theirs))).rowcount)

    async def all_of(self, subscriber_id: int) -> list[Sighting]:
        """Return what a person reported and is still kept."""
        query = sa.select(sightings).where(sightings.c.subscriber_id == subscriber_id)
        rows = await self._connection.execute(query.order_by(sightings.c.alert_id))
        return [self._sighting(row) for row in rows]

    async def in_state(self, state: SightingState, *, limit: int, skipped: int = 0) -> list[Sighting]:
        """Return a page of those in a state, the oldest day first."""
        query = (
            sa.select(sightings)
            .where(sightings.c.state == state.value)
            .order_by(sightings.c.day, sightings.c.id)
            .limit(limit)
            .offset(skipped)
        )
        return [self._sighting(row) for row in await self._connection.execute(query)]

    async def count(self) -> dict[SightingState, int]:
        """Return how many are in each state."""
        query = sa.select(sightings.c.state, sa.func.count()).group_by(sightings.c.state)
        return {SightingState(row[0]): row[1] for row in await self._connection.execute(query)}

    async def find(self, sighting_id: int) -> Sighting | None:
        """Return one by its number; nobody else decides about it before the commit."""
        query = self._connection.locked(sa.select(sightings).where(sightings.c.id == sighting_id))
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else self._sighting(row)

    async def decide(self, sighting_id: int, state: SightingState, *, today: date) -> None:
        """Write what an editor decided."""
        change = sa.update(sightings).where(sightings.c.id == sighting_id)
        await self._connection.execute(change.values(state=state.value, decided_on=today))

    async def forget(self, *, decided_before: date) -> int:
        """Remove what was decided about before this day."""
        gone = sa.delete(sightings).where(sightings.c.decided_on < decided_before)
        return (await self._connection.heavy(gone)).rowcount

    def _sighting(self, row: Any) -> Sighting:
        return Sighting(
            id=row.id,
            alert_id=row.alert_id,
            locale=row.locale,
            state=SightingState(row.state),
            answers=loaded(self._cipher.unseal(Table.SIGHTINGS, row.answers)),
        )


def dumped(answers: Sequence[str]) -> bytes:
    """Write answers down. As they are, not by their escapes: three of the longest are a few steps, in any script."""
    return json.dumps(list(answers), ensure_ascii=False).encode("utf-8", "surrogatepass")


def loaded(content: bytes) -> tuple[str, ...]:
    """Read what `dumped` wrote, padded or, of before answers were, not."""
    return tuple(json.loads(unpadded(content).decode("utf-8", "surrogatepass")))
