"""Telegram's updates between being received and being done; the transactional inbox and outbox of the chat.

Who applies an update holds its row for as long as the transaction lasts. Who posts its replies holds it by a
lease: `worker` names the process, and a process lives for as long as its heartbeat changes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.schema import updates


class UpdateState(StrEnum):
    """`received`: to be handled. `applied`: its effect is committed, its replies are not posted. `done`: empty."""

    RECEIVED = "received"
    APPLIED = "applied"
    DONE = "done"


class Withdrawal(StrEnum):
    """An update that takes consent back. It is applied ahead of everything else."""

    STOP = "stop"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True, slots=True)
class NewUpdate:
    """One update as it arrived; `payload` is what is kept of it, to be sealed."""

    update_id: int
    chat_id: int | None
    payload: bytes
    withdrawal: Withdrawal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedUpdate:
    """One update to be applied. `chat` names its chat opaquely.

    `overtaken_by`: a later withdrawal of the chat that is applied already.
    `in_order`: whoever applies it may post its replies: nobody else has earlier ones of this chat to post.
    """

    update_id: int
    chat: bytes | None
    payload: bytes
    withdrawal: Withdrawal | None
    overtaken_by: Withdrawal | None
    in_order: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AppliedUpdate:
    """One update whose effect is committed, with its replies as they are written down, to be posted in order."""

    update_id: int
    chat: bytes | None
    replies: bytes
    applied_at: datetime


_earlier = updates.alias("earlier")
_later = updates.alias("later")


def _is(table: sa.FromClause, state: UpdateState) -> sa.ColumnElement[bool]:
    # As a literal: only so do the databases see that the partial index holds these rows.
    return table.c.state == sa.literal_column(f"'{state}'")


def _is_open(table: sa.FromClause) -> sa.ColumnElement[bool]:
    return table.c.state != sa.literal_column("'done'")


def _comes_earlier(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether an open update of the same chat comes before this one, of those that fit."""
    return sa.exists().where(
        _earlier.c.chat_ref == updates.c.chat_ref,
        _earlier.c.update_id < updates.c.update_id,
        _is_open(_earlier),
        *which,
    )


def _nobody_posts_earlier(worker: str) -> sa.ColumnElement[bool]:
    return ~_comes_earlier(_earlier.c.worker.is_distinct_from(worker))


class Updates:
    """The updates, each under its unique id."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def receive(self, arrived: Sequence[NewUpdate], *, now: datetime) -> None:
        """Keep what is new."""
        rows = [
            {
                "update_id": update.update_id,
                "chat_ref": None
                if update.chat_id is None
                else self._cipher.ref(Table.UPDATES, update.chat_id),
                "state": UpdateState.RECEIVED,
                "payload": self._cipher.seal(Table.UPDATES, update.payload),
                "withdrawal": update.withdrawal,
                "received_at": now,
            }
            for update in arrived
        ]
        await self._connection.insert_new(updates, rows)

    async def claim(self, worker: str, *, limit: int, but: Collection[int] = ()) -> list[ReceivedUpdate]:
        """Take the oldest unapplied update of each chat, but for these; they are ours until the commit.

        Withdrawals come first, also ahead of their own chat's earlier updates.
        """
        ahead = await self._claim(worker, limit, but, updates.c.withdrawal.is_not(None))
        await self._hold_earlier(ahead)
        if len(ahead) >= limit:
            return ahead
        in_turn = ~_comes_earlier(_is(_earlier, UpdateState.RECEIVED))
        others = await self._claim(worker, limit - len(ahead), but, updates.c.withdrawal.is_(None), in_turn)
        return [*ahead, *others]

    async def _hold_earlier(self, withdrawals: Sequence[ReceivedUpdate]) -> None:
        """Wait until nobody is applying what these chats sent before, and keep others from beginning.

        An update that another process has in its open transaction does not know that it was overtaken.
        """
        chats = [one.chat for one in withdrawals if one.chat is not None]
        if not chats:
            return
        earlier = (
            sa.select(updates.c.update_id)
            .where(
                _is_open(updates),
                _is(updates, UpdateState.RECEIVED),
                updates.c.chat_ref.in_(chats),
                updates.c.withdrawal.is_(None),
            )
            .order_by(updates.c.update_id)
            .with_for_update()
        )
        await self._connection.execute(earlier)

    async def _claim(
        self, worker: str, limit: int, but: Collection[int], *which: sa.ColumnElement[bool]
    ) -> list[ReceivedUpdate]:
        overtaken_by = (
            sa.select(_later.c.withdrawal)
            .where(
                _later.c.chat_ref == updates.c.chat_ref,
                _later.c.update_id > updates.c.update_id,
                _is_open(_later),
                _is(_later, UpdateState.APPLIED),
                _later.c.withdrawal.is_not(None),
            )
            .order_by(_later.c.update_id.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            sa.select(
                updates.c.update_id,
                updates.c.chat_ref,
                updates.c.payload,
                updates.c.withdrawal,
                overtaken_by.label("overtaken_by"),
                _nobody_posts_earlier(worker).label("in_order"),
            )
            .where(_is(updates, UpdateState.RECEIVED), *which)
            .order_by(updates.c.update_id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=updates)
        )
        if but:
            query = query.where(updates.c.update_id.not_in(but))
        return [
            ReceivedUpdate(
                update_id=row.update_id,
                chat=row.chat_ref,
                payload=self._cipher.unseal(Table.UPDATES, row.payload or b""),
                withdrawal=row.withdrawal and Withdrawal(row.withdrawal),
                overtaken_by=row.overtaken_by and Withdrawal(row.overtaken_by),
                in_order=bool(row.in_order),
            )
            for row in await self._connection.execute(query)
        ]

    async def applied(self, applied: Sequence[tuple[int, bytes, str | None]], *, now: datetime) -> None:
        """Mark effects as committed (with this transaction): of (update_id, replies, who has the lease to post)."""
        if not applied:
            return
        statement = (
            sa.update(updates)
            .where(updates.c.update_id == sa.bindparam("of"))
            .values(
                state=UpdateState.APPLIED,
                payload=sa.bindparam("payload"),
                worker=sa.bindparam("worker"),
                applied_at=now,
            )
        )
        rows: list[dict[str, Any]] = [
            {"of": update_id, "payload": self._cipher.seal(Table.UPDATES, replies), "worker": worker}
            for update_id, replies, worker in applied
        ]
        await self._connection.execute(statement, rows)

    async def claim_replies(self, worker: str, *, limit: int) -> list[AppliedUpdate]:
        """Lease applied updates that nobody has, the oldest of each chat; others have no earlier one to post."""
        query = (
            sa.select(updates.c.update_id, updates.c.chat_ref, updates.c.payload, updates.c.applied_at)
            .where(
                _is(updates, UpdateState.APPLIED),
                updates.c.worker.is_(None),
                ~_comes_earlier(),
            )
            .order_by(updates.c.update_id)
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
                chat=row.chat_ref,
                replies=self._cipher.unseal(Table.UPDATES, row.payload or b""),
                applied_at=row.applied_at,
            )
            for row in rows
        ]

    async def done(self, *update_ids: int) -> None:
        """Mark updates as done and let go of their payloads and of whose they were."""
        if update_ids:
            await self._close(updates.c.update_id.in_(update_ids))

    async def expire(self, *, before: datetime) -> int:
        """Give up replies that nobody posts and that were due before this. Returns of how many updates."""
        return await self._close(
            _is(updates, UpdateState.APPLIED), updates.c.worker.is_(None), updates.c.applied_at < before
        )

    async def _close(self, *which: sa.ColumnElement[bool]) -> int:
        closed = await self._connection.execute(
            sa.update(updates)
            .where(*which)
            .values(state=UpdateState.DONE, payload=None, chat_ref=None, withdrawal=None, worker=None)
        )
        return closed.rowcount

    async def release(self, holders: Iterable[str], *, but: Collection[int] = ()) -> int:
        """End these processes' leases, but for these updates. Returns how many."""
        released = await self._connection.execute(
            sa.update(updates)
            .where(
                _is(updates, UpdateState.APPLIED),
                updates.c.worker.in_(list(holders)),
                updates.c.update_id.not_in(but),
            )
            .values(worker=None)
        )
        return released.rowcount

    async def has_received(self, *, but: Collection[int] = ()) -> bool:
        """Return whether any update can be applied, but for these."""
        query = sa.select(updates.c.update_id).where(
            _is(updates, UpdateState.RECEIVED),
            sa.or_(updates.c.withdrawal.is_not(None), ~_comes_earlier(_is(_earlier, UpdateState.RECEIVED))),
            updates.c.update_id.not_in(but),
        )
        return (await self._connection.execute(query.limit(1))).one_or_none() is not None

    async def work(self) -> set[tuple[UpdateState, str | None]]:
        """Return in which states open updates are, and who has them."""
        query = sa.select(updates.c.state, updates.c.worker).where(_is_open(updates)).distinct()
        found = await self._connection.execute(query)
        return {(UpdateState(row.state), row.worker) for row in found}

    async def holders(self) -> set[str]:
        """Return the processes that have replies to post."""
        return {worker for _, worker in await self.work() if worker is not None}

    async def forget(self, *, before: datetime) -> int:
        """Remove done updates received before this. Telegram repeats an update for 24 hours at the most."""
        gone = sa.delete(updates).where(updates.c.state == UpdateState.DONE, updates.c.received_at < before)
        return (await self._connection.heavy(gone)).rowcount

    async def count_open(self) -> int:
        """Return how many updates are not done."""
        query = sa.select(sa.func.count()).select_from(updates).where(_is_open(updates))
        return int((await self._connection.execute(query)).scalar_one())
