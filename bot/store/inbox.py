"""Telegram's updates between being received and being done; the transactional inbox and outbox of the chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.schema import updates


class UpdateState(StrEnum):
    """`received`: to be handled. `applied`: its effect is committed, its replies are not posted. `done`: empty."""

    RECEIVED = "received"
    APPLIED = "applied"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredUpdate:
    """One update. `chat` names its chat opaquely; the payload is the update, then its replies, then nothing."""

    update_id: int
    chat: bytes | None
    state: UpdateState
    payload: bytes


class Updates:
    """The updates, each under its unique id."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def receive(
        self, arrived: Sequence[tuple[int, int | None, bytes]], *, now: datetime
    ) -> list[StoredUpdate]:
        """Keep what is new of (update_id, chat id, payload). Returns them all, as they can be handled."""
        received = [
            StoredUpdate(
                update_id=update_id,
                chat=None if chat_id is None else self._cipher.ref(Table.UPDATES, chat_id),
                state=UpdateState.RECEIVED,
                payload=payload,
            )
            for update_id, chat_id, payload in arrived
        ]
        rows = [
            {
                "update_id": update.update_id,
                "chat_ref": update.chat,
                "state": update.state,
                "payload": self._cipher.seal(Table.UPDATES, update.payload),
                "received_at": now,
            }
            for update in received
        ]
        await self._connection.insert_new(updates, rows)
        return received

    async def open(self, *, after: int, limit: int) -> list[StoredUpdate]:
        """Return updates not done, oldest first, with an id above `after`."""
        query = (
            sa.select(updates.c.update_id, updates.c.chat_ref, updates.c.state, updates.c.payload)
            .where(
                updates.c.state != UpdateState.DONE, sa.text("state != 'done'"), updates.c.update_id > after
            )
            .order_by(updates.c.update_id)
            .limit(limit)
        )
        return [
            StoredUpdate(
                update_id=row.update_id,
                chat=row.chat_ref,
                state=UpdateState(row.state),
                payload=self._cipher.unseal(Table.UPDATES, row.payload or b""),
            )
            for row in await self._connection.execute(query)
        ]

    async def is_open(self, update_id: int, state: UpdateState) -> bool:
        """Return whether the update still stands in this state; the row is ours until the commit."""
        query = (
            sa.select(updates.c.update_id)
            .where(updates.c.update_id == update_id, updates.c.state == state)
            .with_for_update()
        )
        return (await self._connection.execute(query)).one_or_none() is not None

    async def replies(self, update_id: int) -> bytes | None:
        """Return the replies of an update that is applied and not done."""
        query = sa.select(updates.c.payload).where(
            updates.c.update_id == update_id, updates.c.state == UpdateState.APPLIED
        )
        sealed = (await self._connection.execute(query)).scalar_one_or_none()
        return None if sealed is None else self._cipher.unseal(Table.UPDATES, sealed)

    async def applied(self, update_id: int, replies: bytes) -> None:
        """Mark the effect as committed (with this transaction) and keep the replies to post."""
        sealed = self._cipher.seal(Table.UPDATES, replies)
        await self._connection.execute(
            sa.update(updates)
            .where(updates.c.update_id == update_id)
            .values(state=UpdateState.APPLIED, payload=sealed)
        )

    async def done(self, *update_ids: int) -> None:
        """Mark updates as done and let go of their payloads and of whose they were."""
        await self._connection.execute(
            sa.update(updates)
            .where(updates.c.update_id.in_(update_ids))
            .values(state=UpdateState.DONE, payload=None, chat_ref=None)
        )

    async def forget(self, *, before: datetime) -> int:
        """Remove done updates received before this. Telegram repeats an update for 24 hours at the most."""
        gone = sa.delete(updates).where(updates.c.state == UpdateState.DONE, updates.c.received_at < before)
        return (await self._connection.heavy(gone)).rowcount

    async def count_open(self) -> int:
        """Return how many updates are not done."""
        query = sa.select(sa.func.count()).select_from(updates).where(updates.c.state != UpdateState.DONE)
        return int((await self._connection.execute(query)).scalar_one())
