"""What waits for people's digests: written with the freeze, and when somebody changes their rhythm before the claim.

A digest takes what is due by `take_due` when it begins. What it brought somebody stays noted: nobody gets it twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.audience import Audience
from bot.domain.delivery import DeliveryState
from bot.domain.subscriber import SubscriberState
from bot.store.audiences import terms_of, without_delivery
from bot.store.connection import Connection
from bot.store.digest_counts import ENDED, DigestCounts, InDigest
from bot.store.preferences import PREFERENCES, TOGETHER, preferences_of, wants_digest
from bot.store.schema import broadcasts, digest_entries, subscribers
from bot.store.transitions import Transitions

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
    """The entries of all digests."""

    def __init__(self, connection: Connection, transitions: Transitions, counts: DigestCounts) -> None:
        self._connection = connection
        self._transitions = transitions
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
        due: dict[datetime | None, dict[tuple[Any, ...], None]] = {}
        for row in (await self._connection.execute(wanting)).all():
            alike = tuple(getattr(row, column.name) for column in _DECIDE)
            due.setdefault(preferences_of(row).digest_due(now), {})[alike] = None
        for due_at, combinations in due.items():
            every = list(combinations)
            for at in range(0, len(every), TOGETHER):
                some = every[at : at + TOGETHER]
                written += await self._freeze_due(broadcast_id, audience, due_at, some)
        return written

    async def _freeze_due(
        self, broadcast_id: int, audience: Audience, due_at: datetime | None, some: Sequence[tuple[Any, ...]]
    ) -> int:
        """Write the entries of who chose one of these combinations (`_DECIDE`), due then."""
        alike = (
            sa.and_(*(column.is_not_distinct_from(value) for column, value in zip(_DECIDE, one, strict=True)))
            for one in some
        )
        chosen = sa.select(
            subscribers.c.id,
            sa.literal(broadcast_id, sa.BigInteger),
            _alert_of(broadcast_id),
            sa.literal(due_at, digest_entries.c.due_at.type),
        ).where(
            subscribers.c.state == SubscriberState.ACTIVE,
            wants_digest(),
            sa.or_(*alike),
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
            .where(_WAITING, digest_entries.c.due_at <= now, _is_active())
            .group_by(person)
            .order_by(sa.func.min(digest_entries.c.due_at))
            .limit(limit)
        )
        return list((await self._connection.execute(query)).scalars())

    async def take_due(self, digest_id: int, *, now: datetime) -> int:
        """Let a digest carry all that is due, and write one pending delivery for each it is for. Returns how many."""
        await self._connection.execute(
            sa.update(digest_entries)
            .where(_WAITING, digest_entries.c.due_at <= now, _is_active())
            .values(digest_id=digest_id)
        )
        for broadcast_id, n in await self._connection.execute(_sums(digest_entries.c.digest_id == digest_id)):
            self._counts.add(broadcast_id, InDigest.WAITING, -n)
        people = (
            sa.select(digest_entries.c.subscriber_id)
            .where(digest_entries.c.digest_id == digest_id)
            .distinct()
            .order_by(digest_entries.c.subscriber_id)
        )
        return await self._transitions.freeze(digest_id, ["subscriber_id"], people)

    async def carried(self, digest_id: int, subscriber_ids: Collection[int]) -> dict[int, list[int]]:
        """Return the sendings of which a digest brings each of these people the alerts."""
        query = (
            sa.select(digest_entries.c.subscriber_id, digest_entries.c.broadcast_id)
            .where(
                digest_entries.c.digest_id == digest_id,
                digest_entries.c.subscriber_id.in_(sorted(subscriber_ids)),
            )
            .order_by(digest_entries.c.subscriber_id, digest_entries.c.broadcast_id)
        )
        found: dict[int, list[int]] = {}
        for row in await self._connection.execute(query):
            found.setdefault(row.subscriber_id, []).append(row.broadcast_id)
        return found

    async def leave_for_next(
        self, subscriber_id: int, broadcast_ids: Collection[int], *, due_at: datetime
    ) -> None:
        """Let what a digest has no room for wait for the next one of its reader."""
        if not broadcast_ids:
            return
        left = await self._connection.execute(
            sa.update(digest_entries)
            .where(
                digest_entries.c.subscriber_id == subscriber_id,
                digest_entries.c.broadcast_id.in_(sorted(broadcast_ids)),
                ~_WAITING,
            )
            .values(digest_id=None, due_at=due_at)
            .returning(digest_entries.c.broadcast_id)
        )
        for broadcast_id in left.scalars():
            self._counts.add(broadcast_id, InDigest.WAITING, 1)

    async def give_back(self, digest_id: int, subscriber_ids: Collection[int]) -> None:
        """Let what a digest carries for these people, and does not bring them, wait for when they may get one."""
        theirs = (
            digest_entries.c.digest_id == digest_id,
            digest_entries.c.subscriber_id.in_(sorted(subscriber_ids)),
        )
        for broadcast_id, n in (await self._connection.execute(_sums(*theirs))).all():
            self._counts.add(broadcast_id, InDigest.WAITING, n)
        await self._connection.execute(sa.update(digest_entries).where(*theirs).values(digest_id=None))

    async def note_ended(
        self, digest_id: int, moved: Mapping[int, tuple[DeliveryState, DeliveryState]]
    ) -> None:
        """Count what deliveries of a digest carry whose state changed, by subscriber id: from what, to what."""
        alike: dict[tuple[DeliveryState, DeliveryState], list[int]] = {}
        for subscriber_id, change in moved.items():
            if not ENDED.keys().isdisjoint(change):
                alike.setdefault(change, []).append(subscriber_id)
        for (before, after), ids in alike.items():
            carried = _sums(
                digest_entries.c.digest_id == digest_id, digest_entries.c.subscriber_id.in_(sorted(ids))
            )
            for broadcast_id, n in await self._connection.execute(carried):
                for state, times in ((before, -1), (after, 1)):
                    if state in ENDED:
                        self._counts.add(broadcast_id, ENDED[state], times * n)

    async def entries(self, subscriber_id: int) -> list[DigestEntry]:
        """Return all that waits for one person, due or not, the oldest sending first."""
        query = (
            sa.select(digest_entries)
            .where(digest_entries.c.subscriber_id == subscriber_id, _WAITING)
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

    async def remove(self, subscriber_id: int, broadcast_ids: Collection[int]) -> int:
        """Take away what one person's digest held. Returns how many entries."""
        if not broadcast_ids:
            return 0
        gone = await self._connection.execute(
            sa.delete(digest_entries)
            .where(
                digest_entries.c.subscriber_id == subscriber_id,
                digest_entries.c.broadcast_id.in_(sorted(broadcast_ids)),
            )
            .returning(digest_entries.c.broadcast_id, digest_entries.c.digest_id)
        )
        rows = gone.all()
        for row in rows:
            self._counts.add(row.broadcast_id, InDigest.WAITING, -1 if row.digest_id is None else 0)
        return len(rows)

    async def clear(self, subscriber_id: int) -> int:
        """Let nothing wait for a person any more. Returns how many entries did."""
        gone = await self._connection.execute(
            sa.delete(digest_entries)
            .where(digest_entries.c.subscriber_id == subscriber_id, _WAITING)
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
            .where(digest_entries.c.subscriber_id == subscriber_id, _WAITING)
            .values(due_at=due_at)
        )

    async def withdraw(self, broadcast_id: int) -> int:
        """Take a broadcast out of every digest that was not sent yet. Returns of how many people's."""
        gone = await self._connection.execute(
            sa.delete(digest_entries).where(digest_entries.c.broadcast_id == broadcast_id, _WAITING)
        )
        self._counts.add(broadcast_id, InDigest.WAITING, -gone.rowcount)
        return gone.rowcount


def _sums(*which: sa.ColumnElement[bool]) -> sa.Select[tuple[int, int]]:
    """Return the query for how many of these entries there are of each sending."""
    return (
        sa.select(digest_entries.c.broadcast_id, sa.func.count())
        .where(*which)
        .group_by(digest_entries.c.broadcast_id)
    )


def _is_active() -> sa.ColumnElement[bool]:
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


_WAITING = digest_entries.c.digest_id.is_(None)
"""No digest has taken it yet."""
