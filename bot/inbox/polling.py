"""Polling: asks Telegram for updates, and acknowledges them by asking for the next."""

import asyncio
from typing import Any

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.errors import TokenRefused
from bot.inbox.intake import Intake
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.transport import request_data, seconds_to_wait
from bot.telegram_io.updates import ALLOWED_UPDATES, id_of

log = structlog.get_logger(__name__)

POLL_SECONDS = 25
"""How long Telegram holds a poll open while nothing happens."""

TROUBLE_SECONDS = 2.0


class Poller:
    """Fetches updates as they are, unparsed: a malformed one must not stop the others."""

    def __init__(self, *, bot: Bot, request: BaseRequest, intake: Intake) -> None:
        self._url = f"{bot.base_url}/getUpdates"
        self._request = request
        self._intake = intake

    async def run(self) -> None:
        """Poll until cancelled.

        Raises TokenRefused.
        """
        offset: int | None = None
        while True:
            try:
                arrived = await self._fetch(offset)
                await self._intake.receive(arrived)
                ids = [found for raw in arrived if (found := id_of(raw)) is not None]
                offset = max(ids) + 1 if ids else offset
            except InvalidToken as error:
                raise TokenRefused from error
            except RetryAfter as error:
                await asyncio.sleep(seconds_to_wait(error))
            except Conflict:
                log.warning("polling_conflict", mend="another program polls this bot, or a webhook is set")
                await asyncio.sleep(TROUBLE_SECONDS)
            except (TelegramError, *TRANSIENT_DATABASE_ERRORS) as error:
                log.warning("polling_interrupted", error=type(error).__name__)
                await asyncio.sleep(TROUBLE_SECONDS)

    async def _fetch(self, offset: int | None) -> list[dict[str, Any]]:
        asked = request_data(offset=offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES)
        answer: Any = await self._request.post(self._url, asked, read_timeout=POLL_SECONDS + 10)
        return [raw for raw in answer if isinstance(raw, dict)] if isinstance(answer, list) else []
