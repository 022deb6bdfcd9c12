"""What the bot tells people by itself, once, and what their silence brings.

A notice is written with what it is about. Before it is posted it is marked as its process's, and it goes when that is
settled: what was on the wire when a process died may have arrived.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.domain.preferences import Preferences
from bot.domain.subscriber import SubscriberState
from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.preferences import PREFERENCES, preferences_of
from bot.store.schema import notices, subscribers


class NoticeKind(StrEnum):
    """What is said, or comes about by itself."""

    PAUSE_OVER = "pause_over"
    RENEWAL = "renewal"
    """They are asked whether their consent still holds."""
    LAPSE = "lapse"
    """They were asked; if they go on saying nothing, it lapses then."""


ASKING = (NoticeKind.RENEWAL, NoticeKind.LAPSE)
"""A question that is to be put, or was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DueNotice:
    """A notice that is due, and whom it is for."""

    subscriber_id: int
    chat_id: int
    locale: str
    preferences: Preferences


class Notices:
    """The notices that are still to be posted."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def add(self, subscriber_id: int, kind: NoticeKind, *, due_at: datetime) -> None:
        """Tell a person this, then; what is still to be told anyway is told once."""
        values = {"subscriber_id": subscriber_id, "kind": kind, "due_at": due_at}
        await self._connection.insert_new(notices, values)

    async def add_many(self, kind: NoticeKind, due: Sequence[tuple[int, datetime]]) -> None:
        """Tell each of these people this, at the instant beside their id."""
        rows = [{"subscriber_id": who, "kind": kind, "due_at": at} for who, at in due]
        await self._connection.insert_new(notices, rows)

    async def due_at(self, subscriber_id: int, kind: NoticeKind) -> datetime | None:
        """Return when a person is to be told this; None: they are not."""
        query = sa.select(notices.c.due_at).where(*_these(kind, [subscriber_id]))
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def is_due(self, kind: NoticeKind, *, now: datetime) -> bool:
        """Return whether there is any to be posted, or being posted by a process that may be dead by now."""
        query = sa.select(notices.c.subscriber_id).where(notices.c.kind == kind, notices.c.due_at <= now)
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def due(self, kind: NoticeKind, *, now: datetime, limit: int) -> list[DueNotice]:
        """Return what is due and nobody posts; the rows stay theirs until the commit."""
        query = (
            sa.select(notices.c.subscriber_id, subscribers.c.ref, subscribers.c.locale, *PREFERENCES)
            .join(subscribers, subscribers.c.id == notices.c.subscriber_id)
            .where(
                notices.c.kind == kind,
                notices.c.due_at <= now,
                notices.c.worker.is_(None),
                subscribers.c.state == SubscriberState.ACTIVE,
            )
            .order_by(notices.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [
            DueNotice(
                subscriber_id=row.subscriber_id,
                chat_id=self._cipher.chat_id(Table.SUBSCRIBERS, row.ref),
                locale=row.locale,
                preferences=preferences_of(row),
            )
            for row in (await self._connection.execute(query)).all()
        ]

    async def mark(self, kind: NoticeKind, subscriber_ids: Sequence[int], worker: str | None) -> None:
        """Note that a process posts these, or with None that they provably were not posted."""
        await self._connection.execute(
            sa.update(notices).where(*_these(kind, subscriber_ids)).values(worker=worker)
        )

    async def defer(self, kind: NoticeKind, subscriber_id: int, *, until: datetime) -> None:
        """Let one wait for the end of its reader's quiet hours."""
        await self._connection.execute(
            sa.update(notices).where(*_these(kind, [subscriber_id])).values(due_at=until)
        )

    async def follow(
        self, kind: NoticeKind, subscriber_ids: Sequence[int], *, by: NoticeKind, at: datetime
    ) -> None:
        """Let what was said be followed by this, then."""
        these = _these(kind, subscriber_ids)
        await self._connection.execute(
            sa.update(notices).where(*these).values(kind=by, due_at=at, worker=None)
        )

    async def ask_no_more(self, subscriber_id: int) -> bool:
        """Let a person's consent not be asked for any more. Returns whether it was, or was about to be."""
        return (await self._connection.run(_ASK_NO_MORE, of=subscriber_id)).rowcount > 0

    async def remove(self, kind: NoticeKind, subscriber_ids: Sequence[int]) -> None:
        """Let go of what is settled."""
        await self._connection.execute(sa.delete(notices).where(*_these(kind, subscriber_ids)))

    async def forget(self, kind: NoticeKind, *, now: datetime) -> int:
        """Let go of what was being posted by processes that died, and of what is for nobody any more.

        Only whoever has the job may ask for this, while it posts nothing. Returns how many.
        """
        receives = sa.exists().where(
            subscribers.c.id == notices.c.subscriber_id, subscribers.c.state == SubscriberState.ACTIVE
        )
        gone = await self._connection.execute(
            sa.delete(notices).where(
                notices.c.kind == kind,
                sa.or_(notices.c.worker.is_not(None), sa.and_(notices.c.due_at <= now, ~receives)),
            )
        )
        return gone.rowcount


_ASK_NO_MORE = sa.delete(notices).where(
    notices.c.subscriber_id == sa.bindparam("of"), sa.or_(*(notices.c.kind == kind.value for kind in ASKING))
)


def _these(kind: NoticeKind, subscriber_ids: Sequence[int]) -> tuple[sa.ColumnElement[bool], ...]:
    return (notices.c.kind == kind, notices.c.subscriber_id.in_(list(subscriber_ids)))
