"""Where a chat stands in a flow of several messages."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.padding import padded, unpadded
from bot.store.schema import conversations
from bot.store.statements import upsert

STEP = sa.select(conversations.c.step).where(conversations.c.ref == sa.bindparam("ref"))
SAVE = upsert(conversations, key=("ref",), values=("step", "updated_at"))
END = sa.delete(conversations).where(conversations.c.ref == sa.bindparam("ref"))


class Conversations:
    """Where a chat stands in a flow of several messages; sealed and padded, and forgotten when it goes quiet."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def _ref(self, chat_id: int) -> bytes:
        return self._cipher.ref(Table.CONVERSATIONS, chat_id)

    async def step(self, chat_id: int) -> dict[str, Any] | None:
        """Return the step this chat is at, as it was saved."""
        sealed = (await self._connection.run(STEP, ref=self._ref(chat_id))).scalar_one_or_none()
        if sealed is None:
            return None
        return loaded(self._cipher.unseal(Table.CONVERSATIONS, sealed))

    async def save(self, chat_id: int, step: dict[str, Any], *, now: datetime) -> None:
        """Remember the step."""
        sealed = self._cipher.seal(Table.CONVERSATIONS, padded(json.dumps(step).encode()))
        await self._connection.run(SAVE, ref=self._ref(chat_id), step=sealed, updated_at=now)

    async def end(self, chat_id: int) -> None:
        """Forget the step."""
        await self._connection.run(END, ref=self._ref(chat_id))

    async def forget(self, *, before: datetime, but: Collection[int] = ()) -> int:
        """Remove conversations that went quiet before this, whoever's but these chats'."""
        kept = [ref for chat_id in but for ref in self._cipher.refs(Table.CONVERSATIONS, chat_id)]
        gone = sa.delete(conversations).where(
            conversations.c.updated_at < before, conversations.c.ref.not_in(kept)
        )
        return (await self._connection.heavy(gone)).rowcount


def loaded(content: bytes) -> dict[str, Any]:
    """Read a step as it was saved, padded or, of before steps were, not."""
    step: dict[str, Any] = json.loads(unpadded(content))
    return step
