"""Whether the webhook still leads here is asked of Telegram: silence says nothing."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram import WebhookInfo
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.inbox.hearing import DEAF_SECONDS, Hearing
from bot.inbox.webhook_watch import EVERY_SECONDS, leads_here, watch_webhook
from tests.making import NOW

ADDRESS = "https://bot.example.org/telegram/x"
MINUTE = timedelta(minutes=1)


def webhook(url: str = ADDRESS, *, pending: int = 0, failed: timedelta | None = None) -> WebhookInfo:
    """Return what Telegram says of the webhook; `failed`: how long ago a call of it did."""
    return WebhookInfo(
        url=url,
        has_custom_certificate=False,
        pending_update_count=pending,
        last_error_date=None if failed is None else NOW - failed,
        last_error_message=None if failed is None else "Connection refused",
    )


@pytest.mark.parametrize(
    ("found", "well"),
    [
        (webhook(), True),
        (webhook(pending=99), True),
        (webhook(""), False),
        (webhook("https://other.example/telegram/x"), False),
        (webhook(pending=1, failed=MINUTE), False),
        (webhook(pending=0, failed=MINUTE), True),
        (webhook(pending=1, failed=10 * MINUTE), True),
    ],
)
def test_where_it_leads(found: WebhookInfo, *, well: bool) -> None:
    """It leads here if Telegram has this address, and what it calls arrives or did not fail of late."""
    assert leads_here(found, ADDRESS, now=NOW) is well


class Telegram:
    """Says what it is told to, one after the other; then it ends the watch."""

    def __init__(self, *said: WebhookInfo | TelegramError) -> None:
        self.said = list(said)
        self.now = 0.0
        self.deaf: list[bool] = []
        self.hearing = Hearing(lambda: self.now)

    async def get_webhook_info(self) -> WebhookInfo:
        """Say the next."""
        said = self.said.pop(0)
        if isinstance(said, TelegramError):
            raise said
        return said

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.now += seconds
        self.deaf.append(self.hearing.is_deaf)
        if not self.said:
            raise asyncio.CancelledError

    async def watch(self) -> list[dict[str, Any]]:
        """Watch until nothing more is said. Returns what was logged."""
        with capture_logs() as logged, pytest.raises(asyncio.CancelledError):
            await watch_webhook(self, ADDRESS, self.hearing, clock=lambda: NOW, sleep=self.sleep)  # type: ignore[arg-type]
        return [dict(entry) for entry in logged if entry["log_level"] == "warning"]


async def test_a_quiet_webhook_is_heard() -> None:
    """However quiet it is, nobody is deaf while Telegram says that the webhook is ours."""
    telegram = Telegram(*[webhook()] * 9)
    assert await telegram.watch() == []
    assert not any(telegram.deaf)


async def test_a_webhook_that_was_taken_away() -> None:
    """Where another program has taken it, that is logged once, and the bot is deaf until it is back."""
    away = -(-DEAF_SECONDS // EVERY_SECONDS) + 1
    telegram = Telegram(webhook(), *[webhook("https://other.example/")] * int(away), webhook())
    logged = await telegram.watch()
    assert [entry["event"] for entry in logged] == ["webhook_lost"]
    assert telegram.deaf[-2:] == [True, False]


async def test_telegram_out_of_reach() -> None:
    """Without an answer it is not heard either; a refused token is logged with its mend."""
    telegram = Telegram(*[NetworkError("closed")] * 4, InvalidToken("unauthorized"))
    logged = await telegram.watch()
    assert [entry["event"] for entry in logged] == ["token_refused"]
    assert telegram.deaf[-1]
