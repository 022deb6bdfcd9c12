"""What waits for people's digests: written with the freeze, and when somebody changes their rhythm before the claim.

A digest takes what is due when it begins (`bot.store.carrying`). What it brought somebody stays noted: nobody gets it
twice.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.domain.audience import Audience
from bot.domain.digest import next_due
from bot.domain.preferences import Preferences
from bot.domain.subscriber import SubscriberState
from bot.store.audiences import terms_of, without_delivery
from bot.store.connection import Connection
from bot.store.digest_counts import DigestCounts, InDigest
from bot.store.preferences import PREFERENCES, TOGETHER, preferences_of, wants_digest
from bot.store.schema import broadcasts, digest_entries, subscribers

Instant = TypeVar("Instant", datetime, datetime | None)

_DECIDE = tuple(column for column in PREFERENCES if column is not subscribers.c.locality)
"""What decides when somebody's digest is due."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestEntry:
    """An alert that waits for one person's digest; `due_at`: when that goes out."""

    subscriber_id: int
    broadcast_id: int
    alert_id: int
    due_at: datetime


class Digests:
    """What waits for all digests that are still to come."""

    def __init__(self, connection: Connection, counts: DigestCounts) -> None:
        self._connection = connection
        self._counts = counts

    async def freeze(self, broadcast_id: int, *, audience: Audience, now: datetime) -> int:
        """Write an entry for each active person of the audience who wants digests and has none. Returns how many.

        One statement for each instant at which some of their digests are due, or a few: people of many zones and
        places wait for the same one.
        """
        written = 0
        wanting = (
            sa.select(*PREFERENCES)
            .where(subscribers.c.state == SubscriberState.ACTIVE, wants_digest(), *terms_of(audience))
            .distinct()
        )
        rows = (await self._connection.execute(wanting)).all()
        for due_at, chose in by_instant(rows, lambda chosen: chosen.digest_due(now)):
            written += await self._freeze_due(broadcast_id, audience, due_at, chose)
        return written

    async def _freeze_due(
        self,
        broadcast_id: int,
        audience: Audience,
        due_at: datetime | None,
        chose: sa.ColumnElement[bool],
    ) -> int:
        """Write the entries of who chose this, due then."""
        chosen = sa.select(
            subscribers.c.id,
            sa.literal(broadcast_id, sa.BigInteger),
            _alert_of(broadcast_id),
            sa.literal(due_at, digest_entries.c.due_at.type),
        ).where(
            subscribers.c.state == SubscriberState.ACTIVE,
            wants_digest(),
            chose,
            *terms_of(audience),
            ~_has_it(broadcast_id, subscribers.c.id),
            # Who got it as itself and wants digests since is not sent it again.
            without_delivery(broadcast_id),
        )
        names = ["subscriber_id", "broadcast_id", "alert_id", "due_at"]
        added = await self._connection.execute(sa.insert(digest_entries).from_select(names, chosen))
        self._counts.add(broadcast_id, InDigest.WAITING, added.rowcount)
        return added.rowcount

    async def add(self, broadcast_id: int, subscriber_id: int, *, due_at: datetime | None) -> None:
        """Let one person find a broadcast in their digest; with None, nothing: they want none."""
        if due_at is None:
            return
        entry = sa.select(
            sa.literal(subscriber_id, sa.BigInteger),
            broadcasts.c.id,
            broadcasts.c.alert_id,
            sa.literal(due_at, digest_entries.c.due_at.type),
        ).where(
            broadcasts.c.id == broadcast_id,
            ~_has_it(broadcast_id, sa.literal(subscriber_id, sa.BigInteger)),
        )
        names = ["subscriber_id", "broadcast_id", "alert_id", "due_at"]
        added = await self._connection.execute(sa.insert(digest_entries).from_select(names, entry))
        self._counts.add(broadcast_id, InDigest.WAITING, added.rowcount)

    async def due(self, *, now: datetime, limit: int) -> list[int]:
        """Return people whose digest is due and who are active, whoever waits longest first."""
        # Neither a join, which would lead from everybody who is active to what is due, nor in the order of the key.
        person = digest_entries.c.subscriber_id + 0
        query = (
            sa.select(person)
            .where(WAITING, digest_entries.c.due_at <= now, is_active())
            .group_by(person)
            .order_by(sa.func.min(digest_entries.c.due_at))
            .limit(limit)
        )
        return list((await self._connection.execute(query)).scalars())

    async def entries(self, subscriber_id: int) -> list[DigestEntry]:
        """Return all that waits for one person, due or not, the oldest sending first."""
        query = (
            sa.select(digest_entries)
            .where(digest_entries.c.subscriber_id == subscriber_id, WAITING)
            .order_by(digest_entries.c.broadcast_id)
        )
        return [
            DigestEntry(
                subscriber_id=row.subscriber_id,
                broadcast_id=row.broadcast_id,
                alert_id=row.alert_id,
                due_at=row.due_at,
            )
            for row in await self._connection.execute(query)
        ]

    async def clear(self, subscriber_id: int) -> int:
        """Let nothing wait for a person any more. Returns how many entries did."""
        gone = await self._connection.execute(
            sa.delete(digest_entries)
            .where(digest_entries.c.subscriber_id == subscriber_id, WAITING)
            .returning(digest_entries.c.broadcast_id)
        )
        broadcast_ids = list(gone.scalars())
        for broadcast_id in broadcast_ids:
            self._counts.add(broadcast_id, InDigest.WAITING, -1)
        return len(broadcast_ids)

    async def set_due(self, subscriber_id: int, due_at: datetime) -> None:
        """Let all that waits for a person be due then: they chose another hour."""
        await self._connection.execute(
            sa.update(digest_entries)
            .where(digest_entries.c.subscriber_id == subscriber_id, WAITING)
            .values(due_at=due_at)
        )

    async def put_off_due(self, *, now: datetime) -> None:
        """Let what is due come with the next digest of each: one that was about to take it was cancelled."""
        await set_due_next(self._connection, WAITING, digest_entries.c.due_at <= now, is_on_list(), now=now)

    async def withdraw(self, broadcast_id: int) -> int:
        """Take a broadcast out of every digest that was not sent yet. Returns of how many people's."""
        gone = await self._connection.execute(
            sa.delete(digest_entries).where(digest_entries.c.broadcast_id == broadcast_id, WAITING)
        )
        self._counts.add(broadcast_id, InDigest.WAITING, -gone.rowcount)
        return gone.rowcount


def by_instant(
    rows: Iterable[Any], due: Callable[[Preferences], Instant]
) -> Iterator[tuple[Instant, sa.ColumnElement[bool]]]:
    """Yield each instant at which something is due to people who chose this, with the condition for some of them.

    `rows`: what people chose, with `PREFERENCES`.
    """
    combinations: dict[Instant, dict[tuple[Any, ...], None]] = {}
    for row in rows:
        choice = tuple(getattr(row, column.name) for column in _DECIDE)
        combinations.setdefault(due(preferences_of(row)), {})[choice] = None
    for at, chosen in combinations.items():
        every = list(chosen)
        for first in range(0, len(every), TOGETHER):
            alike = (
                sa.and_(
                    *(column.is_not_distinct_from(value) for column, value in zip(_DECIDE, one, strict=True))
                )
                for one in every[first : first + TOGETHER]
            )
            yield at, sa.or_(*alike)


async def set_due_next(connection: Connection, *which: sa.ColumnElement[bool], now: datetime) -> None:
    """Let these entries wait for the next digest of each person."""
    chosen = (
        sa.select(*PREFERENCES)
        .join_from(digest_entries, subscribers, subscribers.c.id == digest_entries.c.subscriber_id)
        .where(*which)
        .distinct()
    )
    rows = (await connection.execute(chosen)).all()
    for due_at, chose in by_instant(rows, partial(next_due, now=now)):
        theirs = sa.exists().where(subscribers.c.id == digest_entries.c.subscriber_id, chose)
        await connection.execute(
            sa.update(digest_entries).where(*which, theirs).values(digest_id=None, due_at=due_at)
        )


def is_on_list() -> sa.ColumnElement[bool]:
    """Whether whoever an entry is for gets alerts, or will when their pause is over."""
    person = subscribers.alias("reader")
    on_list = [SubscriberState.ACTIVE.value, SubscriberState.PAUSED.value]
    return sa.exists().where(person.c.id == digest_entries.c.subscriber_id, person.c.state.in_(on_list))


def is_active() -> sa.ColumnElement[bool]:
    """Whether whoever an entry is for may be sent alerts."""
    return sa.exists().where(
        subscribers.c.id == digest_entries.c.subscriber_id, subscribers.c.state == SubscriberState.ACTIVE
    )


def _alert_of(broadcast_id: int) -> sa.ScalarSelect[int]:
    return sa.select(broadcasts.c.alert_id).where(broadcasts.c.id == broadcast_id).scalar_subquery()


def _has_it(broadcast_id: int, subscriber_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether an alert waits in somebody's digest, or came in one, by this sending or another."""
    return sa.exists().where(
        digest_entries.c.subscriber_id == subscriber_id,
        digest_entries.c.alert_id == _alert_of(broadcast_id),
    )


WAITING = digest_entries.c.digest_id.is_(None)
"""No digest has taken it yet."""
