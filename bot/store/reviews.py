"""Reviews of alerts with their notes, and what each organizer last saw of an alert."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.review import Return, Review
from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.schema import looks, reviews


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What somebody wrote with an alert that they returned on this day."""

    alert_id: int
    day: date
    text: str


class Reviews:
    """What was submitted and returned. A note is sealed, and forgotten by itself."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def submit(self, alert_id: int, *, by: int, plan_sha256: str, now: datetime) -> int:
        """Note that an alert was submitted with this plan. Returns the review's number."""
        values = {
            "alert_id": alert_id,
            "submitted_by": by,
            "plan_sha256": plan_sha256,
            "submitted_at": now,
        }
        query = sa.insert(reviews).values(values).returning(reviews.c.id)
        return int((await self._connection.execute(query)).scalar_one())

    async def last(self, alert_id: int) -> Review | None:
        """Return the last review of an alert, if it was ever submitted or returned."""
        query = sa.select(reviews).where(reviews.c.alert_id == alert_id)
        row = (await self._connection.execute(query.order_by(reviews.c.id.desc()).limit(1))).one_or_none()
        return None if row is None else self._review(row)

    async def last_of(self, alert_ids: Collection[int]) -> dict[int, Review]:
        """Return the last review of each of these alerts that was ever submitted or returned."""
        query = sa.select(reviews).where(reviews.c.alert_id.in_(alert_ids)).order_by(reviews.c.id)
        return {row.alert_id: self._review(row) for row in await self._connection.execute(query)}

    async def give_back(self, alert_id: int, *, plan_sha256: str, by: int, note: str, now: datetime) -> None:
        """Note that an alert was returned, in the review of this plan; in one of its own where nobody submitted it."""
        last = await self.last(alert_id)
        if last is not None and last.returned is None and last.plan_sha256 == plan_sha256:
            number = last.id
        else:
            number = await self.submit(alert_id, by=by, plan_sha256=plan_sha256, now=now)
        sealed = self._cipher.seal(Table.REVIEWS, note.encode())
        values = {"returned_by": by, "returned_at": now, "note": sealed}
        await self._connection.execute(sa.update(reviews).where(reviews.c.id == number).values(values))

    async def notes_by(self, organizer_id: int) -> int:
        """Return how many notes of somebody's are kept."""
        theirs = sa.and_(reviews.c.returned_by == organizer_id, reviews.c.note.is_not(None))
        query = sa.select(sa.func.count()).select_from(reviews).where(theirs)
        return int((await self._connection.execute(query)).scalar_one())

    async def texts_of_notes_by(self, organizer_id: int) -> list[Note]:
        """Return the notes of somebody's that are kept, the oldest first."""
        theirs = sa.and_(reviews.c.returned_by == organizer_id, reviews.c.note.is_not(None))
        query = sa.select(reviews).where(theirs).order_by(reviews.c.id)
        found = [self._review(row) for row in await self._connection.execute(query)]
        return [
            Note(alert_id=each.alert_id, day=each.returned.at.date(), text=each.returned.note or "")
            for each in found
            if each.returned is not None
        ]

    async def forget_notes(self, *, before: datetime) -> int:
        """Forget the notes from before this."""
        return await self._forget(reviews.c.returned_at < before)

    async def forget_notes_about(self, alert_id: int) -> None:
        """Forget the notes about an alert."""
        await self._forget(reviews.c.alert_id == alert_id)

    async def forget_notes_by(self, organizer_id: int) -> int:
        """Forget the notes that somebody wrote. Returns how many there were."""
        return await self._forget(reviews.c.returned_by == organizer_id)

    async def look(self, alert_id: int, organizer_id: int, *, revision: int) -> None:
        """Note which revision of an alert an organizer has seen."""
        key = {"alert_id": alert_id, "organizer_id": organizer_id}
        await self._connection.upsert(looks, key, {"revision": revision})

    async def last_seen(self, alert_id: int, organizer_id: int) -> int | None:
        """Return which revision of an alert an organizer saw last, if they ever looked."""
        query = sa.select(looks.c.revision).where(
            looks.c.alert_id == alert_id, looks.c.organizer_id == organizer_id
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def _forget(self, which: sa.ColumnElement[bool]) -> int:
        gone = sa.update(reviews).where(which, reviews.c.note.is_not(None)).values(note=None)
        return (await self._connection.execute(gone)).rowcount

    def _review(self, row: Any) -> Review:
        returned = None
        if row.returned_by is not None:
            note = None if row.note is None else self._cipher.unseal(Table.REVIEWS, row.note).decode()
            returned = Return(by=row.returned_by, at=row.returned_at, note=note)
        return Review(
            id=row.id,
            alert_id=row.alert_id,
            submitted_by=row.submitted_by,
            plan_sha256=row.plan_sha256,
            submitted_at=row.submitted_at,
            returned=returned,
        )
