"""Intake: an update is committed under its `update_id` before it is acknowledged."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from bot.clock import Clock
from bot.store.inbox import NewUpdate, Withdrawal
from bot.store.store import Store
from bot.telegram_io.updates import Incoming, Kind, id_of, read_update

UNREADABLE = b"{}"
"""What is kept of an update that is no JSON: nested without end, half a character."""

Accept = Callable[[Mapping[int, Incoming]], None]
"""Takes what was stored, as it was read."""


class Intake:
    """Reads what arrives, once, stores it, then says that it is there. The database is the queue."""

    def __init__(self, *, store: Store, accept: Accept, clock: Clock) -> None:
        self._store = store
        self._accept = accept
        self._clock = clock

    async def receive(self, arrived: list[dict[str, Any]]) -> None:
        """Commit raw updates; when this returns they cannot be lost. Repeated ones change nothing."""
        read: dict[int, Incoming] = {}
        new = []
        for raw in arrived:
            if (update_id := id_of(raw)) is None:
                continue
            payload = _written(raw)
            incoming = None if payload is UNREADABLE else read_update(raw)
            if incoming is not None:
                read[update_id] = incoming
            new.append(
                NewUpdate(
                    update_id=update_id,
                    chat_id=None if incoming is None else incoming.chat_id,
                    payload=payload,
                    withdrawal=None if incoming is None else withdrawal_in(incoming),
                )
            )
        if not new:
            return
        async with self._store.transaction() as tx:
            await tx.updates.receive(new, now=self._clock())
        self._accept(read)


def withdrawal_in(incoming: Incoming) -> Withdrawal | None:
    """Tell whether somebody takes their consent back: by command, word or button, or by blocking the bot."""
    if incoming.kind is Kind.BLOCKED:
        return Withdrawal.BLOCKED
    return Withdrawal.STOP if incoming.withdraws_consent else None


def _written(raw: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(raw)
    except orjson.JSONEncodeError:
        return UNREADABLE
