"""Where a chat stands in a flow of several messages."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.either import bring_over, either
from bot.store.padding import padded, unpadded
from bot.store.schema import conversations
from bot.store.statements import upsert

STEP = sa.select(conversations.c.step).where(either(conversations.c.ref))
SAVE = upsert(conversations, key=("ref",), values=("step", "updated_at"))
END = sa.delete(conversations).where(either(conversations.c.ref))


class Conversations:
    """Where a chat stands in a flow of several messages; sealed and padded, and forgotten when it goes quiet."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def step(self, chat_id: int) -> dict[str, Any] | None:
        """Return the step this chat is at, as it was saved."""
        refs = self._cipher.stands_at(Table.CONVERSATIONS, chat_id)
        sealed = (await self._connection.run(STEP, **refs)).scalar_one_or_none()
        if sealed is None:
            return None
        return loaded(self._cipher.unseal(Table.CONVERSATIONS, sealed))

    async def save(self, chat_id: int, step: dict[str, Any], *, now: datetime) -> None:
        """Remember the step."""
        sealed = self._cipher.seal(Table.CONVERSATIONS, padded(json.dumps(step).encode()))
        await bring_over(self._connection, self._cipher, conversations.c.ref, chat_id)
        ref = self._cipher.ref(Table.CONVERSATIONS, chat_id)
        await self._connection.run(SAVE, ref=ref, step=sealed, updated_at=now)

    async def end(self, chat_id: int) -> None:
        """Forget the step."""
        await self._connection.run(END, **self._cipher.stands_at(Table.CONVERSATIONS, chat_id))

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
