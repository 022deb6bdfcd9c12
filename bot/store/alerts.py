"""Alerts with their translations and approvals."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.alert import ActionKind, Alert, AlertState, Translation
from bot.store.broadcasts import not_undone
from bot.store.connection import Connection
from bot.store.schema import alerts, approvals, broadcasts, translations


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """Who approved exactly what. `by_author` marks the exception of a one-person team."""

    organizer_id: int | None
    content_hash: str
    by_author: bool
    approved_at: datetime


class Alerts:
    """The alerts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, alert: Alert, *, now: datetime) -> Alert:
        """Write a new alert with its translations. Returns it with its id."""
        values = {
            "author_id": alert.author_id,
            "state": alert.state,
            "kind": alert.kind,
            "base": alert.base,
            "topic": alert.topic,
            "link": alert.link,
            "deadline": alert.deadline,
            "details": dict(alert.details),
            "corrects_id": alert.corrects,
            "created_at": now,
        }
        made = await self._connection.execute(sa.insert(alerts).values(values).returning(alerts.c.id))
        alert_id: int = made.scalar_one()
        for words in alert.translations.values():
            await self.write(alert_id, words)
        return await self.get(alert_id)

    async def get(self, alert_id: int) -> Alert:
        """Return the alert.

        Raises LookupError.
        """
        found = await self.find(alert_id)
        if found is None:
            raise LookupError(alert_id)
        return found

    async def find(self, alert_id: int) -> Alert | None:
        """Return the alert, if there is one."""
        query = self._connection.locked(sa.select(alerts).where(alerts.c.id == alert_id))
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        written = await self._connection.execute(
            sa.select(translations).where(translations.c.alert_id == alert_id).order_by(translations.c.locale)
        )
        return Alert(
            id=row.id,
            author_id=row.author_id,
            state=AlertState(row.state),
            kind=ActionKind(row.kind),
            base=row.base,
            topic=row.topic,
            link=row.link,
            deadline=row.deadline,
            details=row.details,
            corrects=row.corrects_id,
            translations={
                words.locale: Translation(
                    locale=words.locale, title=words.title, text=words.text, button=words.button
                )
                for words in written
            },
        )

    async def drafts(self, *, limit: int, corrects: int | None = None) -> list[Alert]:
        """Return alerts that have words and were not sent, newest first; one whose sending was undone is a draft again.

        `corrects`: only those that correct this broadcast.
        """
        written = sa.exists().where(translations.c.alert_id == alerts.c.id)
        begun = sa.exists().where(broadcasts.c.alert_id == alerts.c.id, not_undone())
        query = sa.select(alerts.c.id).where(written, ~begun).order_by(alerts.c.id.desc()).limit(limit)
        if corrects is not None:
            query = query.where(alerts.c.corrects_id == corrects)
        found = list((await self._connection.execute(query)).scalars())
        return [await self.get(alert_id) for alert_id in found]

    async def write(self, alert_id: int, words: Translation) -> None:
        """Write the words of one locale, or write them anew."""
        key = {"alert_id": alert_id, "locale": words.locale}
        values = {"title": words.title, "text": words.text, "button": words.button}
        await self._connection.upsert(translations, key, values)

    async def save(self, alert: Alert) -> None:
        """Write what may have changed beside the words."""
        await self._connection.execute(
            sa.update(alerts)
            .where(alerts.c.id == alert.id)
            .values(state=alert.state, kind=alert.kind, link=alert.link, deadline=alert.deadline)
        )

    async def approve(self, alert_id: int, approval: Approval) -> None:
        """Write an approval; none is ever changed."""
        await self._connection.execute(
            sa.insert(approvals).values(
                alert_id=alert_id,
                organizer_id=approval.organizer_id,
                content_hash=approval.content_hash,
                by_author=approval.by_author,
                approved_at=approval.approved_at,
            )
        )

    async def is_approved(self, alert_id: int, content_hash: str) -> bool:
        """Return whether exactly this content was approved."""
        query = sa.select(approvals.c.id).where(
            approvals.c.alert_id == alert_id, approvals.c.content_hash == content_hash
        )
        return (await self._connection.execute(query.limit(1))).one_or_none() is not None
