"""Whether the webhook still leads here: silence says nothing, so Telegram is asked."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.clock import Clock
from bot.inbox.hearing import Hearing

log = structlog.get_logger(__name__)

EVERY_SECONDS = 60.0

RECENT = timedelta(minutes=5)
"""A call of the webhook that failed longer ago than this says nothing about now."""


async def watch_webhook(
    bot: Bot,
    address: str,
    hearing: Hearing,
    *,
    clock: Clock,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Note that Telegram is heard while it calls this address, until cancelled; log once where it does not any more."""
    was_well = True
    while True:
        is_well = was_well
        try:
            is_well = leads_here(await bot.get_webhook_info(), address, now=clock())
        except InvalidToken:
            log.warning("token_refused", mend="set BOT_TOKEN to the current one, from BotFather")
        except TelegramError as error:
            log.debug("webhook_unknown", error=type(error).__name__)
        else:
            if is_well:
                hearing.note()
            elif was_well:
                log.warning("webhook_lost", mend="campaign-bot doctor")
        was_well = is_well
        await sleep(EVERY_SECONDS)


def leads_here(found: WebhookInfo, address: str, *, now: datetime) -> bool:
    """Whether Telegram calls this address, and its calls arrive."""
    failed_at = found.last_error_date
    fails = failed_at is not None and now - failed_at < RECENT and found.pending_update_count > 0
    return found.url == address and not fails
