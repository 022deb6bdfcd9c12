"""The outbox half of the table of updates: whose effects are committed and whose replies are to be posted.

Who posts an update's replies holds it by a lease: `worker` names the process, and a process lives for as long as
its heartbeat changes. How old updates and replies are is asked of the clock that all processes share: who asks is often
not who received or applied them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from bot.domain.rank import LAST
from bot.privacy.cipher import Cipher, Table
from bot.store import shared_clock
from bot.store.connection import Connection
from bot.store.schema import updates
from bot.store.shared_clock import minute, present


class UpdateState(StrEnum):
    """`received`: to be handled. `applied`: its effect is committed, its replies are not posted. `done`: empty."""

    RECEIVED = "received"
    APPLIED = "applied"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class AppliedUpdate:
    """One update whose effect is committed, with its replies as they are written down, to be posted in order.

    `applied_at`: by the clock of who asks, cut down to the minute.
    """

    update_id: int
    chat: bytes | None
    replies: bytes
    applied_at: datetime
    rank: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Queues:
    """How many updates wait to be applied and, applied, for their replies.

    `inbox_since`, `outbox_since`: since when the oldest do, by the clock of who asks, give or take a minute.
    """

    inbox: int
    inbox_since: datetime | None
    outbox: int
    outbox_since: datetime | None


EARLIER = updates.alias("earlier")


def is_in(table: sa.FromClause, state: UpdateState) -> sa.ColumnElement[bool]:
    """Whether an update is in this state."""
    # As a literal: only so do the databases see that the partial index holds these rows.
    return table.c.state == sa.literal_column(f"'{state}'")


def is_open(table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether an update is not done."""
    return table.c.state != sa.literal_column("'done'")


def comes_earlier(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether an open update of the same chat comes before this one, of those that fit."""
    return sa.exists().where(
        EARLIER.c.chat_ref == updates.c.chat_ref,
        EARLIER.c.update_id < updates.c.update_id,
        is_open(EARLIER),
        *which,
    )


def _nobody_posts() -> sa.ColumnElement[bool]:
    """Whether replies are to be posted and no process has them."""
    return sa.and_(is_in(updates, UpdateState.APPLIED), updates.c.worker.is_(None))


class Posting:
    """The updates that are applied, until they are done."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def claim_replies(
        self, worker: str, *, limit: int, now: datetime, rank: int = LAST
    ) -> list[AppliedUpdate]:
        """Lease applied updates that nobody has, up to this rank, by rank; the oldest of each chat only."""
        query = (
            sa.select(
                updates.c.update_id,
                updates.c.chat_ref,
                updates.c.payload,
                updates.c.applied_at,
                updates.c.rank,
                self._present(now).label("present"),
            )
            .where(
                _nobody_posts(),
                updates.c.rank <= rank,
                ~comes_earlier(),
            )
            .order_by(updates.c.rank, updates.c.update_id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=updates)
        )
        rows = (await self._connection.execute(query)).all()
        ids = [row.update_id for row in rows]
        if ids:
            await self._connection.execute(
                sa.update(updates).where(updates.c.update_id.in_(ids)).values(worker=worker)
            )
        return [
            AppliedUpdate(
                update_id=row.update_id,
                chat=self._chat_name(row.chat_ref),
                replies=self._cipher.unseal(Table.UPDATES, row.payload or b""),
                applied_at=row.applied_at + (now - row.present),
                rank=row.rank,
            )
            for row in rows
        ]

    def _present(self, now: datetime) -> sa.ColumnElement[datetime]:
        return present(self._connection.dialect, now)

    def _minute(self, now: datetime, *, ago: timedelta = timedelta()) -> sa.ColumnElement[datetime]:
        """Return the minute that the clock of all shows, or showed some time ago."""
        if self._connection.dialect != "postgresql":
            return sa.literal(now - ago, updates.c.applied_at.type)
        return minute(sa.literal(shared_clock.shared_clock("postgresql"), sa.Double), ago=ago)

    def _chat_name(self, ref: bytes | None) -> bytes | None:
        # What a process keeps in order in its memory stays in order when the campaign key changes.
        return None if ref is None else self._cipher.chat_name(Table.UPDATES, ref)

    async def done(self, *update_ids: int) -> None:
        """Mark updates as done and let go of their payloads and of whose they were."""
        if update_ids:
            await self._close(updates.c.update_id.in_(update_ids))

    async def expire(self, *, after: timedelta, now: datetime) -> int:
        """Give up replies that nobody posts, so long after they were due. Returns of how many updates.

        A withdrawal stays until all that it has overtaken is applied: by its row that is known to be overtaken.
        """
        return await self._close(
            _nobody_posts(),
            updates.c.applied_at < self._minute(now, ago=after),
            ~comes_earlier(is_in(EARLIER, UpdateState.RECEIVED)),
        )

    async def abandon(self) -> int:
        """Close whatever is on its way but withdrawals that are still to be applied. Returns how many."""
        answered = sa.or_(is_in(updates, UpdateState.APPLIED), updates.c.withdrawal.is_(None))
        return await self._close(is_open(updates), answered)

    async def _close(self, *which: sa.ColumnElement[bool]) -> int:
        closed = await self._connection.execute(
            sa.update(updates)
            .where(*which)
            .values(
                state=UpdateState.DONE,
                payload=None,
                chat_ref=None,
                withdrawal=None,
                worker=None,
                rank=None,
                treatment=None,
            )
        )
        return closed.rowcount

    async def release(self, holders: Iterable[str], *, but: Collection[int] = ()) -> int:
        """End these processes' leases, but for these updates. Returns how many."""
        released = await self._connection.execute(
            sa.update(updates)
            .where(
                is_in(updates, UpdateState.APPLIED),
                updates.c.worker.in_(list(holders)),
                updates.c.update_id.not_in(but),
            )
            .values(worker=None)
        )
        return released.rowcount

    async def retake(self, worker: str, update_ids: Collection[int]) -> set[int]:
        """Lease these anew, of those that a worker had, as far as nobody else has them. Returns which."""
        nobody_has_it = sa.and_(
            updates.c.worker.is_(None), ~comes_earlier(EARLIER.c.worker.is_distinct_from(worker))
        )
        query = (
            sa.select(updates.c.update_id)
            .where(
                updates.c.update_id.in_(update_ids),
                is_in(updates, UpdateState.APPLIED),
                sa.or_(updates.c.worker == worker, nobody_has_it),
            )
            .with_for_update(of=updates)
        )
        taken = {row.update_id for row in await self._connection.execute(query)}
        if taken:
            await self._connection.execute(
                sa.update(updates).where(updates.c.update_id.in_(taken)).values(worker=worker)
            )
        return taken

    async def work(self) -> set[tuple[UpdateState, str | None]]:
        """Return in which states open updates are, and who has them."""
        query = sa.select(updates.c.state, updates.c.worker).where(is_open(updates)).distinct()
        found = await self._connection.execute(query)
        return {(UpdateState(row.state), row.worker) for row in found}

    async def queues(self, *, now: datetime) -> Queues:
        """Return what waits, and since when."""
        query = (
            sa.select(
                updates.c.state,
                sa.func.count(),
                sa.func.min(updates.c.received_at, type_=updates.c.received_at.type),
                sa.func.min(updates.c.applied_at, type_=updates.c.applied_at.type),
                self._present(now).label("present"),
            )
            .where(is_open(updates))
            .group_by(updates.c.state)
        )
        rows = {UpdateState(row[0]): row for row in await self._connection.execute(query)}
        received, applied = rows.get(UpdateState.RECEIVED), rows.get(UpdateState.APPLIED)
        return Queues(
            inbox=0 if received is None else received[1],
            inbox_since=None if received is None else received[2] + (now - received.present),
            outbox=0 if applied is None else applied[1],
            outbox_since=None if applied is None else applied[3] + (now - applied.present),
        )

    async def holders(self) -> set[str]:
        """Return the processes that have replies to post."""
        return {worker for _, worker in await self.work() if worker is not None}
