"""Alerts and their revisions."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.alert import Alert
from bot.domain.revision import Revision, Source, alert_from, content_of
from bot.store.broadcasts import not_undone
from bot.store.connection import Connection
from bot.store.schema import (
    BigId,
    UtcDateTime,
    acknowledgements,
    alert_revisions,
    alerts,
    approvals,
    broadcasts,
)

SAYING, NOTHING = ("translations", "details"), "{}"
"""Where a revision says something, and what stands there as JSON where it does not."""


class Alerts:
    """The alerts; what one says is its last revision."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, alert: Alert, *, now: datetime, written_by: Collection[int] = ()) -> Alert:
        """Write a new alert; its author made the last revision. Returns it with its id.

        `written_by`: who else wrote what it says, where it is a copy; each made a revision before.
        """
        values = {"author_id": alert.author_id, "corrects_id": alert.corrects, "created_at": now}
        made = await self._connection.execute(sa.insert(alerts).values(values).returning(alerts.c.id))
        alert_id: int = made.scalar_one()
        editors = [*sorted(set(written_by) - {alert.author_id}), alert.author_id]
        for number, editor_id in enumerate(editors, start=1):
            revision = Revision(number=number, content=content_of(alert), editor_id=editor_id, at=now)
            await self._append(alert_id, revision)
        return await self.get(alert_id)

    async def get(self, alert_id: int) -> Alert:
        """Return the alert as it stands.

        Raises LookupError.
        """
        found = await self.find(alert_id)
        if found is None:
            raise LookupError(alert_id)
        return found

    async def find(self, alert_id: int) -> Alert | None:
        """Return the alert as it stands, if there is one; nobody else edits it before the commit."""
        query = sa.select(alerts).where(alerts.c.id == alert_id, alerts.c.discarded_at.is_(None))
        query = self._connection.locked(query)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        newest = (
            sa.select(alert_revisions)
            .where(alert_revisions.c.alert_id == alert_id)
            .order_by(alert_revisions.c.number.desc())
            .limit(1)
        )
        return _alert(row, (await self._connection.execute(newest)).one())

    async def ever(self, alert_ids: Collection[int]) -> dict[int, Alert]:
        """Return these alerts as they stand, or stood when they were discarded; others may be editing them."""
        newest = (
            sa.select(alert_revisions.c.alert_id, sa.func.max(alert_revisions.c.number).label("number"))
            .where(alert_revisions.c.alert_id.in_(alert_ids))
            .group_by(alert_revisions.c.alert_id)
            .subquery()
        )
        query = (
            sa.select(alerts, alert_revisions.c.number, alert_revisions.c.content)
            .join(newest, newest.c.alert_id == alerts.c.id)
            .join(
                alert_revisions,
                sa.and_(
                    alert_revisions.c.alert_id == newest.c.alert_id,
                    alert_revisions.c.number == newest.c.number,
                ),
            )
        )
        return {row.id: _alert(row, row) for row in await self._connection.execute(query)}

    async def at(self, alert_id: int, revision: int) -> Alert | None:
        """Return the alert as it stood at a revision, if there is one."""
        this = (alert_revisions.c.alert_id == alert_id, alert_revisions.c.number == revision)
        found = (await self._connection.execute(sa.select(alert_revisions).where(*this))).one_or_none()
        if found is None:
            return None
        row = (await self._connection.execute(sa.select(alerts).where(alerts.c.id == alert_id))).one()
        return _alert(row, found)

    async def written_in(self, message_id: int, *, editor_id: int) -> tuple[Alert, Alert, str] | None:
        """Return the alert whose words this editor last wrote by this message, as it is and was; and the locale."""
        query = (
            sa.select(alert_revisions)
            .where(alert_revisions.c.editor_id == editor_id, alert_revisions.c.words_message_id == message_id)
            .order_by(alert_revisions.c.alert_id.desc(), alert_revisions.c.number.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).one_or_none()
        alert = None if row is None else await self.find(row.alert_id)
        if row is None or alert is None:
            return None
        then = await self.at(alert.id, row.number)
        return None if then is None else (alert, then, row.words_locale)

    async def revise(
        self, alert: Alert, *, editor_id: int | None, now: datetime, source: Source | None = None
    ) -> Alert:
        """Append what the alert says now as its next revision. Returns it as it stands."""
        number = alert.revision + 1
        revision = Revision(
            number=number, content=content_of(alert), editor_id=editor_id, at=now, source=source
        )
        await self._append(alert.id, revision)
        return await self.get(alert.id)

    async def copy(self, alert_id: int, *, now: datetime) -> int:
        """Copy an alert with its revisions and what was approved and acknowledged of it.

        Who wrote it stays its author there.

        An edit of the message that words came from edits the first, not the copy. Returns the copy's id.
        """
        values = sa.select(alerts.c.author_id, alerts.c.corrects_id, sa.literal(now, UtcDateTime)).where(
            alerts.c.id == alert_id
        )
        made = sa.insert(alerts).from_select(["author_id", "corrects_id", "created_at"], values)
        copy: int = (await self._connection.execute(made.returning(alerts.c.id))).scalar_one()
        for table, but in (
            (alert_revisions, {"words_message_id", "words_locale"}),
            (approvals, {"id"}),
            (acknowledgements, {"id"}),
        ):
            kept = [column for column in table.c if column.name not in {"alert_id", *but}]
            rows = sa.select(sa.literal(copy, BigId), *kept).where(table.c.alert_id == alert_id)
            names = ["alert_id", *(column.name for column in kept)]
            await self._connection.execute(sa.insert(table).from_select(names, rows))
        return copy

    async def revisions(self, alert_id: int) -> list[Revision]:
        """Return every revision of an alert, oldest first."""
        query = (
            sa.select(alert_revisions)
            .where(alert_revisions.c.alert_id == alert_id)
            .order_by(alert_revisions.c.number)
        )
        return [_revision(row) for row in await self._connection.execute(query)]

    async def drafts(self, *, limit: int, corrects: int | None = None) -> list[Alert]:
        """Return alerts that say something and were not sent, newest first; an undone one is a draft again.

        `corrects`: only those that correct this broadcast.
        """
        last = sa.select(sa.func.max(alert_revisions.c.number)).where(
            alert_revisions.c.alert_id == alerts.c.id
        )
        written = sa.exists().where(
            alert_revisions.c.alert_id == alerts.c.id,
            alert_revisions.c.number == last.correlate(alerts).scalar_subquery(),
            sa.or_(
                *(alert_revisions.c.content[part].as_string() != NOTHING for part in SAYING),
                alert_revisions.c.content["link"].as_string().is_not(None),
            ),
        )
        # The copy for one day of what repeats is no draft: the alert that it was made of is.
        begun = sa.exists().where(
            broadcasts.c.alert_id == alerts.c.id, sa.or_(not_undone(), broadcasts.c.day.is_not(None))
        )
        kept = alerts.c.discarded_at.is_(None)
        query = sa.select(alerts.c.id).where(written, kept, ~begun).order_by(alerts.c.id.desc()).limit(limit)
        if corrects is not None:
            query = query.where(alerts.c.corrects_id == corrects)
        found = list((await self._connection.execute(query)).scalars())
        return [await self.get(alert_id) for alert_id in found]

    async def is_editor(self, organizer_id: int) -> bool:
        """Whether somebody has edited an alert that can still be sent."""
        begun = sa.exists().where(broadcasts.c.alert_id == alerts.c.id, not_undone())
        query = (
            sa.select(alerts.c.id)
            .join(alert_revisions, alert_revisions.c.alert_id == alerts.c.id)
            .where(alert_revisions.c.editor_id == organizer_id, alerts.c.discarded_at.is_(None), ~begun)
            .limit(1)
        )
        return (await self._connection.execute(query)).one_or_none() is not None

    async def take_turn_to_test(self, alert_id: int, *, now: datetime, after: timedelta) -> bool:
        """Note that the alert is sent to the team as a test; False where it was so less than `after` ago."""
        free = sa.or_(alerts.c.tested_at.is_(None), alerts.c.tested_at <= now - after)
        noted = await self._connection.execute(
            sa.update(alerts).where(alerts.c.id == alert_id, free).values(tested_at=now)
        )
        return noted.rowcount == 1

    async def discard(self, alert_id: int, *, now: datetime) -> None:
        """Let the alert be there no more, for anybody."""
        await self._connection.execute(
            sa.update(alerts).where(alerts.c.id == alert_id).values(discarded_at=now)
        )

    async def _append(self, alert_id: int, revision: Revision) -> None:
        values = {
            "alert_id": alert_id,
            "number": revision.number,
            "content": dict(revision.content),
            "editor_id": revision.editor_id,
            "at": revision.at,
            "words_message_id": revision.source and revision.source.message_id,
            "words_locale": revision.source and revision.source.locale,
        }
        await self._connection.execute(sa.insert(alert_revisions).values(values))


def _alert(row: Any, last: Any) -> Alert:
    return alert_from(
        last.content,
        alert_id=row.id,
        author_id=row.author_id,
        corrects=row.corrects_id,
        revision=last.number,
    )


def _revision(row: Any) -> Revision:
    source = None
    if row.words_message_id is not None:
        source = Source(message_id=row.words_message_id, locale=row.words_locale)
    return Revision(number=row.number, content=row.content, editor_id=row.editor_id, at=row.at, source=source)
