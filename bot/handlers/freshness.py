"""What confirms counts only while it is fresh: after a failure, yesterday's yes arrives as if it were said now."""

from datetime import timedelta

import structlog

from bot.handlers.request import Request

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=15)
"""How old a message, or the message whose button was pressed, may be."""


def is_fresh(request: Request) -> bool:
    """Whether what was said was sent, or what was pressed was shown, a short while ago at the most.

    Telegram gives no time of a press, but of the message with the button. What has no time is not fresh.
    """
    at = request.incoming.sent_at or request.incoming.shown_at
    if at is not None and request.now - at <= FRESH:
        return True
    # Again and again, it is the clock of this machine that goes wrong.
    log.warning(
        "confirmation_late", seconds=None if at is None else round((request.now - at).total_seconds())
    )
    return False


def is_recent(request: Request, asked: int) -> bool:
    """Whether what is answered was asked a short while ago at the most; `asked` in seconds."""
    return request.now.timestamp() - asked <= FRESH.total_seconds()
