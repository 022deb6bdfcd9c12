"""Polling: asks Telegram for updates, and acknowledges them by asking for the next."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Bot

from bot.delivery.sender import attempt_of
from bot.domain.attempt import Attempt, AttemptResult
from bot.domain.retrying import RetryPolicy, seconds_before_retry
from bot.errors import TokenRefused
from bot.inbox.hearing import Hearing
from bot.inbox.intake import Intake
from bot.inbox.webhook import remove_webhook
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.answers import Accepted, Answer, RefusalKind, Refused
from bot.telegram_io.api import BotApi
from bot.telegram_io.updates import ALLOWED_UPDATES, id_of

log = structlog.get_logger(__name__)

POLL_SECONDS = 25
"""How long Telegram holds a poll open while nothing happens."""

TROUBLE_SECONDS = 2.0
"""The wait after a conflict, or when the database is busy, full or away."""

POLLING = RetryPolicy(max_refusals=1_000_000, max_wait=4.0, idempotent=True)
"""Asking again loses nothing: what was not acknowledged comes again."""


class Poller:
    """Fetches updates as they are, unparsed: a malformed one must not stop the others."""

    def __init__(
        self,
        *,
        api: BotApi,
        bot: Bot,
        intake: Intake,
        hearing: Hearing | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._bot = bot
        self._intake = intake
        self._hearing = hearing or Hearing()
        self._sleep = sleep
        self._offset: int | None = None
        self._failures = 0
        self._conflicts = 0

    async def run(self) -> None:
        """Poll until cancelled.

        Raises TokenRefused.
        """
        while True:
            answer = await self._fetch()
            match answer:
                case Accepted(result=list(arrived)):
                    self._note_answered()
                    await self._receive([raw for raw in arrived if isinstance(raw, dict)])
                case Refused(kind=RefusalKind.UNAUTHORIZED):
                    raise TokenRefused
                case Refused(kind=RefusalKind.CONFLICT):
                    await self._end_conflict()
                case _:
                    await self._back_off(answer)

    async def _fetch(self) -> Answer:
        asked: dict[str, Any] = {"timeout": POLL_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        if self._offset is not None:
            asked["offset"] = self._offset
        return await self._api.call("getUpdates", asked, answer_seconds=POLL_SECONDS + 10)

    async def _receive(self, arrived: list[dict[str, Any]]) -> None:
        """Store updates; only then they are acknowledged, and otherwise come again."""
        try:
            await self._intake.receive(arrived)
        except TRANSIENT_DATABASE_ERRORS as error:
            log.warning("intake_delayed", error=type(error).__name__)
            await self._sleep(TROUBLE_SECONDS)
            return
        ids = [found for raw in arrived if (found := id_of(raw)) is not None]
        self._offset = max(ids) + 1 if ids else self._offset

    async def _end_conflict(self) -> None:
        """Take away a webhook that somebody has set; name another program that polls, once."""
        self._conflicts += 1
        if await remove_webhook(self._bot):
            return
        if self._conflicts == 2:  # noqa: PLR2004  # the first may be our own poll from before a restart
            log.warning(
                "polling_conflict", mend="another program polls this bot: stop it, or revoke its token"
            )
        await self._sleep(TROUBLE_SECONDS)

    async def _back_off(self, answer: Answer) -> None:
        """Wait before asking again; that Telegram is out of reach is told by the connection itself."""
        self._failures += 1
        unreadable = Attempt(result=AttemptResult.UNCLEAR)
        attempt = unreadable if isinstance(answer, Accepted) else attempt_of(answer)
        wait = seconds_before_retry(
            attempt,
            POLLING,
            tries=self._failures,
            refusals=0,
            age=0.0,
            jitter=random.random(),  # noqa: S311  # spreads retries; nothing secret
        )
        if wait is None:
            log.warning("polling_refused", error=attempt.error)
        await self._sleep(TROUBLE_SECONDS if wait is None else wait)

    def _note_answered(self) -> None:
        self._hearing.note()
        if self._conflicts > 1:
            log.info("polling_resumed", conflicts=self._conflicts)
        self._failures = self._conflicts = 0
