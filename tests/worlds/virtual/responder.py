"""What stands for the router: notes each effect in the database, beside what it does."""

import asyncio
from datetime import datetime
from typing import Any

from bot.services import subscriptions
from bot.store.inbox import Withdrawal
from bot.store.store import Transaction
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Incoming, Kind
from tests.worlds.virtual.campaign import WORDING


class HandlerError(RuntimeError):
    """What a handler dies of that was told to fail."""


async def log_of(tx: Transaction, chat_id: int) -> list[int]:
    """Return which updates of a chat have taken effect, in their order; -1: half of one."""
    step = await tx.conversations.step(chat_id)
    return [] if step is None else [int(one) for one in step["log"].split()]


async def _note(tx: Transaction, chat_id: int, what: int, now: datetime) -> None:
    log = [*await log_of(tx, chat_id), what]
    await tx.conversations.save(chat_id, {"log": " ".join(map(str, log))}, now=now)


def _reply(incoming: Incoming) -> list[Reply]:
    of = {"of": incoming.message_id, "chat_id": incoming.chat_id}
    return [Reply(method="sendMessage", parameters=of)]


class Responder:
    """Notes each effect in the database, beside what it does."""

    async def consider(self, incoming: Incoming) -> str:
        await asyncio.sleep(0.02)
        return incoming.text

    async def handle(self, tx: Transaction, incoming: Incoming, match: Any, *, now: datetime) -> list[Reply]:
        assert match == (incoming.text if incoming.kind is Kind.TEXT else None)
        assert incoming.message_id is not None
        if incoming.name == "fail":
            await _note(tx, incoming.chat_id, -1, now)
            raise HandlerError
        await _note(tx, incoming.chat_id, incoming.message_id, now)
        if incoming.name == "join":
            await subscriptions.join(tx, incoming.chat_id, wording=WORDING, now=now)
        if incoming.name == "stop":
            await subscriptions.leave(tx, incoming.chat_id, wording=WORDING, now=now)
        return _reply(incoming)

    async def apologize(
        self, tx: Transaction, incoming: Incoming, error: Exception, *, now: datetime
    ) -> list[Reply]:
        assert isinstance(error, HandlerError), error
        assert incoming.message_id is not None
        await _note(tx, incoming.chat_id, incoming.message_id, now)
        return _reply(incoming)

    async def withdraw(
        self, tx: Transaction, incoming: Incoming, withdrawal: Withdrawal, *, now: datetime
    ) -> None:
        assert withdrawal is Withdrawal.STOP
        await subscriptions.leave(tx, incoming.chat_id, wording=WORDING, now=now)
