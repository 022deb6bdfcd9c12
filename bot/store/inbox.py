"""Telegram's updates between being received and being done; the transactional inbox and outbox of the chat.

Who applies an update holds its row for as long as the transaction lasts. How its replies are held: `bot.store.posting`.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from bot.domain.rank import LAST, ORDINARY, Treatment
from bot.privacy.cipher import Ref, Table
from bot.store import shared_clock
from bot.store.posting import EARLIER, Posting, UpdateState, comes_earlier, is_in, is_open
from bot.store.schema import updates
from bot.store.shared_clock import minute
from bot.store.statements import ByDialect, for_dialect, insert_new


class Withdrawal(StrEnum):
    """An update that takes consent back. It is applied ahead of everything else."""

    STOP = "stop"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True, slots=True)
class NewUpdate:
    """One update as it arrived; `payload` is what is kept of it, to be sealed.

    `rank`, `treatment`: see `bot.domain.rank`.
    """

    update_id: int
    chat_id: int | None
    payload: bytes
    withdrawal: Withdrawal | None = None
    rank: int = ORDINARY
    treatment: Treatment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedUpdate:
    """One update to be applied. `chat` names its chat opaquely, in this process alone.

    `overtaken_by`: a later withdrawal of the chat that is applied already.
    `in_order`: whoever applies it may post its replies: nobody else has earlier ones of this chat to post.
    """

    update_id: int
    chat: bytes | None
    payload: bytes
    withdrawal: Withdrawal | None
    overtaken_by: Withdrawal | None
    in_order: bool
    rank: int
    treatment: Treatment | None


_COLUMNS = ("update_id", "chat_ref", "state", "payload", "withdrawal", "rank", "treatment")

RECEIVE = ByDialect(
    sqlite=insert_new(updates, *_COLUMNS, "received_at").sqlite,
    postgresql=postgresql.insert(updates)
    .values(
        {name: sa.bindparam(name) for name in _COLUMNS}
        | {"received_at": minute(sa.bindparam("clock", type_=sa.Double))}
    )
    .on_conflict_do_nothing(),
)
"""Keeps what is new; by PostgreSQL's clock, unless another is given."""

_later = updates.alias("later")

AHEAD = 0.75
"""What withdrawals may take of a turn at the most: others must not wait for a flood of them."""


def _nobody_posts_earlier(worker: str) -> sa.ColumnElement[bool]:
    return ~comes_earlier(EARLIER.c.worker.is_distinct_from(worker))


class Updates(Posting):
    """The updates, each under its unique id."""

    async def receive(self, arrived: Sequence[NewUpdate], *, now: datetime) -> None:
        """Keep what is new.

        What cannot be applied before something else of its chat has no better rank than that: whoever claims by rank
        would go through all of it, turn by turn.
        """
        refs = [
            None if update.chat_id is None else self._cipher.ref(Table.UPDATES, update.chat_id)
            for update in arrived
        ]
        dialect = self._connection.dialect
        received_at = (
            {"received_at": now} if dialect == "sqlite" else {"clock": shared_clock.shared_clock(dialect)}
        )
        waiting = await self._ranks_of_waiting({ref for ref in refs if ref is not None})
        rows = []
        for update, ref in zip(arrived, refs, strict=True):
            rank = update.rank
            if ref is not None and update.withdrawal is None:
                rank = waiting[ref] = max(rank, waiting.get(ref, rank))
            rows.append(
                {
                    "update_id": update.update_id,
                    "chat_ref": ref,
                    "state": UpdateState.RECEIVED,
                    "payload": self._cipher.seal(Table.UPDATES, update.payload),
                    "withdrawal": update.withdrawal,
                    "rank": rank,
                    "treatment": update.treatment,
                    **received_at,
                }
            )
        if len(rows) == 1:
            # A point statement, which needs no thread.
            await self._connection.run(RECEIVE, **rows[0])
        elif rows:
            await self._connection.heavy(for_dialect(RECEIVE, dialect), rows)

    async def _ranks_of_waiting(self, refs: Collection[Ref]) -> dict[Ref, int]:
        """Return the last rank of what waits of each of these chats, withdrawals apart."""
        query = (
            sa.select(updates.c.chat_ref, sa.func.max(updates.c.rank))
            .where(
                updates.c.chat_ref.in_(refs),
                is_open(updates),
                updates.c.state != UpdateState.APPLIED,
                updates.c.withdrawal.is_(None),
            )
            .group_by(updates.c.chat_ref)
        )
        found = await self._connection.execute(query)
        return {Ref(bytes(ref)): rank for ref, rank in found if rank is not None}

    async def claim(
        self, worker: str, *, limit: int, but: Collection[int] = (), rank: int = LAST
    ) -> list[ReceivedUpdate]:
        """Take the oldest unapplied update of each chat, but for these; they are ours until the commit.

        Withdrawals come first, the oldest of them first, also ahead of their own chat's earlier updates; then the
        others up to a rank, by rank.
        """
        withdraws = updates.c.withdrawal.is_not(None)
        waits = comes_earlier(is_in(EARLIER, UpdateState.RECEIVED), EARLIER.c.withdrawal.is_not(None))
        # By their ids alone, as their own index has them: by rank, all that wait would be gone through for each turn.
        oldest = (updates.c.update_id,)
        ahead = await self._claim(worker, math.ceil(limit * AHEAD), but, withdraws, ~waits, by=oldest)
        await self._hold_earlier(ahead)
        if len(ahead) >= limit:
            return ahead
        in_turn = ~comes_earlier(is_in(EARLIER, UpdateState.RECEIVED))
        which = (updates.c.withdrawal.is_(None), updates.c.rank <= rank, in_turn)
        by_rank = (updates.c.rank, updates.c.update_id)
        others = await self._claim(worker, limit - len(ahead), but, *which, by=by_rank)
        return [*ahead, *others]

    async def _hold_earlier(self, withdrawals: Sequence[ReceivedUpdate]) -> None:
        """Wait until nobody is applying what these chats sent before, and keep others from beginning.

        An update that another process has in its open transaction does not know that it was overtaken.
        """
        if not withdrawals:
            return
        chats = sa.select(_later.c.chat_ref).where(
            _later.c.update_id.in_([one.update_id for one in withdrawals])
        )
        earlier = (
            sa.select(updates.c.update_id)
            .where(
                is_open(updates),
                # Not as an equality, by which all that wait would be gone through.
                updates.c.state != UpdateState.APPLIED,
                updates.c.chat_ref.in_(chats),
                updates.c.withdrawal.is_(None),
            )
            .order_by(updates.c.update_id)
            .with_for_update()
        )
        await self._connection.execute(earlier)

    async def _claim(
        self,
        worker: str,
        limit: int,
        but: Collection[int],
        *which: sa.ColumnElement[bool],
        by: Sequence[sa.ColumnElement[Any]],
    ) -> list[ReceivedUpdate]:
        overtaken_by = (
            sa.select(_later.c.withdrawal)
            .where(
                _later.c.chat_ref == updates.c.chat_ref,
                _later.c.update_id > updates.c.update_id,
                is_open(_later),
                is_in(_later, UpdateState.APPLIED),
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
                updates.c.rank,
                updates.c.treatment,
                overtaken_by.label("overtaken_by"),
                _nobody_posts_earlier(worker).label("in_order"),
            )
            .where(is_in(updates, UpdateState.RECEIVED), *which)
            .order_by(*by)
            .limit(limit)
            .with_for_update(skip_locked=True, of=updates)
        )
        if but:
            query = query.where(updates.c.update_id.not_in(but))
        return [
            ReceivedUpdate(
                update_id=row.update_id,
                chat=self._chat_name(row.chat_ref),
                payload=self._cipher.unseal(Table.UPDATES, row.payload or b""),
                withdrawal=row.withdrawal and Withdrawal(row.withdrawal),
                overtaken_by=row.overtaken_by and Withdrawal(row.overtaken_by),
                in_order=bool(row.in_order),
                rank=row.rank,
                treatment=row.treatment and Treatment(row.treatment),
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
                applied_at=self._minute(now),
            )
        )
        rows: list[dict[str, Any]] = [
            {"of": update_id, "payload": self._cipher.seal(Table.UPDATES, replies), "worker": worker}
            for update_id, replies, worker in applied
        ]
        await self._connection.execute(statement, rows)

    async def has_received(self, *, but: Collection[int] = ()) -> bool:
        """Return whether any update can be applied, but for these."""
        query = sa.select(updates.c.update_id).where(
            is_in(updates, UpdateState.RECEIVED),
            sa.or_(updates.c.withdrawal.is_not(None), ~comes_earlier(is_in(EARLIER, UpdateState.RECEIVED))),
            updates.c.update_id.not_in(but),
        )
        return (await self._connection.execute(query.limit(1))).one_or_none() is not None

    async def forget(self, *, after: timedelta, now: datetime) -> int:
        """Remove done updates so long after they came. Telegram repeats an update for 24 hours at the most."""
        old = updates.c.received_at < self._minute(now, ago=after)
        gone = sa.delete(updates).where(updates.c.state == UpdateState.DONE, old)
        return (await self._connection.heavy(gone)).rowcount

    async def count_open(self) -> int:
        """Return how many updates are not done."""
        query = sa.select(sa.func.count()).select_from(updates).where(is_open(updates))
        return int((await self._connection.execute(query)).scalar_one())
