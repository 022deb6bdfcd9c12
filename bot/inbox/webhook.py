"""Who receives the updates: the webhook is set or taken away, until Telegram has answered."""

import structlog
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.errors import CampaignError, TokenRefused
from bot.telegram_io.ptb import SaidInWords
from bot.telegram_io.updates import ALLOWED_UPDATES

log = structlog.get_logger(__name__)


class WebhookRefused(CampaignError):
    """Telegram refuses the webhook at PUBLIC_URL."""


async def set_webhook(bot: Bot, address: str, *, secret: str) -> None:
    """Let Telegram bring the updates to an address.

    Raises WebhookRefused, with Telegram's reason; TokenRefused.
    """
    try:
        await bot.set_webhook(address, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
    except SaidInWords as error:
        said = error.words.removeprefix("Bad Request: ").removeprefix("bad webhook: ")
        raise WebhookRefused(
            f'Telegram cannot use PUBLIC_URL: "{said}". Set it to an https address of this server that is'
            " reached from everywhere, or unset it to poll."
        ) from None
    except InvalidToken:
        raise TokenRefused from None


async def remove_webhook(bot: Bot) -> bool:
    """Let nobody be brought updates: polling works only then. Returns whether there was a webhook.

    Raises TokenRefused.
    """
    try:
        found = bool((await bot.get_webhook_info()).url)
        await bot.delete_webhook()
    except InvalidToken:
        raise TokenRefused from None
    except TelegramError as error:
        # It was refused, not missed. Polling shows what that means, and asks again.
        log.warning("webhook_not_removed", error=type(error).__name__)
        return False
    if found:
        log.warning("webhook_removed", because="this bot polls; set PUBLIC_URL to use a webhook")
    return found
