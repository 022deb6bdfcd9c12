"""Where a chat stands in a flow of several messages: kept, so that it survives a restart, and ended."""

from datetime import datetime
from typing import Any

from bot.store.store import Transaction


async def step(tx: Transaction, chat_id: int) -> dict[str, Any] | None:
    """Return the step this chat is at, as it was saved; None where it is in no flow."""
    return await tx.conversations.step(chat_id)


async def save(tx: Transaction, chat_id: int, step: dict[str, Any], *, now: datetime) -> None:
    """Take the chat's next message for this step."""
    await tx.conversations.save(chat_id, step, now=now)


async def end(tx: Transaction, chat_id: int) -> None:
    """Take the chat's next message for a message like any other."""
    await tx.conversations.end(chat_id)
