"""Intake: an update is committed under its `update_id` before it is acknowledged."""

from typing import Any

import orjson

from bot.clock import Clock
from bot.inbox.dispatcher import Dispatcher
from bot.store.store import Store
from bot.telegram_io.updates import chat_of, id_of


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
            (update_id, chat_of(raw), _written(raw))
            for raw in arrived
            if (update_id := id_of(raw)) is not None
        ]
        if not rows:
            return
        async with self._store.transaction() as tx:
            stored = await tx.updates.receive(rows, now=self._clock())
        self._dispatcher.accept(stored)


def _written(raw: dict[str, Any]) -> bytes:
    """Write an update down; one that is no JSON (nested without end, half a character) is kept as an empty one."""
    try:
        return orjson.dumps(raw)
    except orjson.JSONEncodeError:
        return b"{}"
