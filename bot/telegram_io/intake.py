"""Intake: an update is committed under its `update_id` before it is acknowledged."""

from typing import Any

import orjson

from bot.clock import Clock
from bot.store.store import Store
from bot.telegram_io.dispatcher import Dispatcher
from bot.telegram_io.incoming import chat_of


class Intake:
    """Stores what arrives, then hands it to the dispatcher."""

    def __init__(self, *, store: Store, dispatcher: Dispatcher, clock: Clock) -> None:
        self._store = store
        self._dispatcher = dispatcher
        self._clock = clock

    async def receive(self, arrived: list[dict[str, Any]]) -> None:
        """Commit raw updates; when this returns they cannot be lost. Repeated ones change nothing."""
        await self._dispatcher.room()
        rows = [
            (raw["update_id"], chat_of(raw), orjson.dumps(raw))
            for raw in arrived
            if isinstance(raw.get("update_id"), int)
        ]
        if not rows:
            return
        async with self._store.transaction() as tx:
            stored = await tx.updates.receive(rows, now=self._clock())
        self._dispatcher.accept(stored)
