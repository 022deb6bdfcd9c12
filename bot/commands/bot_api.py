"""Asking the Bot API a question or two, before the bot itself runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.config import Settings, require_token
from bot.errors import CampaignError, TokenRefused
from bot.telegram_io.transport import open_session

OK, CONFLICT = 200, 409
UNAUTHORIZED = (401, 404)
"""Telegram answers 404 to what does not even look like a token."""


class BotApiUnreachable(CampaignError):
    """The Bot API cannot be reached. Check this machine's connection, and BOT_API_URL if it is set."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the Bot API said, and its clock. A `conflict`: somebody else receives the updates."""

    conflict: bool
    result: Any
    at: datetime | None


class BotApi:
    """A few calls with the token of the settings; nothing it raises carries the token."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    async def ask(self, method: str, **fields: Any) -> Answer:
        """Call a method.

        Raises BotApiUnreachable, TokenRefused.
        """
        try:
            async with self._session.post(f"{self._address}/{method}", json=fields) as response:
                body = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
            raise BotApiUnreachable from None  # the cause would name the address, and so the token
        if not isinstance(body, dict):
            raise BotApiUnreachable
        if response.status in UNAUTHORIZED:
            raise TokenRefused
        if response.status not in (OK, CONFLICT):
            raise BotApiUnreachable(f"The Bot API answered {response.status}. Try again in a minute.")
        return Answer(
            conflict=response.status == CONFLICT,
            result=body.get("result"),
            at=_moment(response.headers.get("Date")),
        )


@asynccontextmanager
async def bot_api(settings: Settings) -> AsyncIterator[BotApi]:
    """Open the Bot API of the settings.

    Raises ConfigInvalid when there is no token.
    """
    token = require_token(settings)
    async with open_session() as session:
        yield BotApi(session, f"{settings.bot_api_url}/bot{token}")


def _moment(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
