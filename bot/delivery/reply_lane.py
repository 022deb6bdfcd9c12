"""The reply lane: python-telegram-bot's calls, under our governor."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.delivery.governor import Governor
from bot.telegram_io.transport import seconds_to_wait

ATTEMPTS = 6
"""Tries of one reply against 429s."""

UNMETERED = frozenset({"getUpdates", "getMe", "setWebhook", "deleteWebhook", "getWebhookInfo"})
"""They send nothing to anybody, and getUpdates waits on purpose."""


class ReplyLane(BaseRateLimiter[Any]):
    """python-telegram-bot's calls under our governor, in the reply lane."""

    def __init__(self, governor: Governor) -> None:
        self._governor = governor

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(  # noqa: PLR0917  # the library's signature
        self,
        callback: Callable[..., Awaitable[Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Any,  # noqa: ARG002  # none are defined
    ) -> Any:
        """Make the call when its turn has come; after a 429, when its wait is over."""
        if endpoint in UNMETERED:
            return await callback(*args, **kwargs)
        chat_id = data.get("chat_id") if isinstance(data.get("chat_id"), int) else None
        for attempt in range(1, ATTEMPTS + 1):
            await self._governor.reply_turn(chat_id)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._governor.add_refusal(chat_id, seconds_to_wait(error))
                if attempt == ATTEMPTS:
                    raise
        return None
