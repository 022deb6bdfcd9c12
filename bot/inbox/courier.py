"""Posts replies through python-telegram-bot, and makes sense of what Telegram answers."""

from typing import Any

import structlog
from telegram import Bot, Message
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from bot.telegram_io.replies import Reply
from bot.telegram_io.transport import NotConnected

log = structlog.get_logger(__name__)

ATTEMPTS = 6
"""Tries of a reply that provably was not accepted."""

NOTHING_TO_DO = ("message is not modified", "query is too old")
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class Courier:
    """Posts replies, in order. What cannot be posted is logged as a kind of error, without its words."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def post_one(self, reply: Reply) -> bool:
        """Post one reply. Returns whether that is settled; if not, it provably was not accepted: try again."""
        try:
            await self._post(reply)
        except (NotConnected, RetryAfter):
            return False
        return True

    async def post_message(self, reply: Reply) -> int | None:
        """Post one message. Returns its id, or None where it could not be posted."""
        try:
            answer = await self._post(reply)
        except (NotConnected, RetryAfter) as error:
            log.warning("reply_lost", method=reply.method, error=type(error).__name__)
            return None
        return answer.message_id if isinstance(answer, Message) else None

    async def _post(self, reply: Reply) -> Any:
        try:
            return await self._call(reply)
        except BadRequest as error:
            said = error.message.lower()
            if any(known in said for known in NOTHING_TO_DO):
                return None
            if reply.method == "edit_message_text" and any(known in said for known in GONE):
                parameters = {k: v for k, v in reply.parameters.items() if k != "message_id"}
                return await self._post(Reply(method="send_message", parameters=parameters))
            log.warning("reply_refused", method=reply.method, answer=error.message)
        except Forbidden:
            log.info("reply_unwanted", method=reply.method)
        except (NotConnected, RetryAfter):
            raise
        except (InvalidToken, NetworkError, TelegramError) as error:
            log.warning("reply_lost", method=reply.method, error=type(error).__name__)
        return None

    async def _call(self, reply: Reply) -> Any:
        call = getattr(self._bot, reply.method)
        tries = AsyncRetrying(
            retry=retry_if_exception_type(NotConnected),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.2, max=5),
            reraise=True,
        )
        async for attempt in tries:
            with attempt:
                return await call(**reply.parameters)
        return None
