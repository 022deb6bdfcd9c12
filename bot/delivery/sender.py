"""The sender: one prepared message to one chat, and what is known of it afterwards."""

import asyncio
from typing import Any

import orjson

from bot.domain.delivery import Attempt, Outcome
from bot.telegram_io.pool import Answer, NotWritten, Pool

DEFAULT_RETRY_AFTER = 5.0
"""Seconds to wait after a 429 that names no time."""

KNOWN_ERRORS = {
    "bot was blocked by the user": "blocked",
    "user is deactivated": "deactivated",
    "bot can't initiate conversation": "never started",
    "chat not found": "chat not found",
    "message is too long": "too long",
    "can't parse entities": "bad formatting",
}
"""Telegram's descriptions that may be written down; others are kept as their number only."""


class Sender:
    """Posts to the Bot API. Everything it returns is free of the token and of ids."""

    def __init__(self, pool: Pool, *, token: str) -> None:
        self._pool = pool
        self._head = pool.head(f"/bot{token}/sendMessage")

    def send(self, chat_id: int, body: bytes) -> "asyncio.Future[Answer]":
        """Send a message prepared by `bot.delivery.message` to a chat; `read_attempt` reads what came of it."""
        return self._pool.post(self._head, b'{"chat_id":%d,%b' % (chat_id, body))


def read_attempt(answer: "asyncio.Future[Answer]") -> Attempt:
    """Return what an answer that came, or did not come, proves. Never raises for what the wire does."""
    error = answer.exception()
    if error is None:
        return read_answer(*answer.result())
    if isinstance(error, NotWritten):
        return Attempt(outcome=Outcome.NOT_CONNECTED, error="not connected")
    return Attempt(outcome=Outcome.UNCLEAR, error=f"answer {error}")


def read_answer(status: int, body: bytes) -> Attempt:
    """Return what an answer proves. What does not prove that the message was refused leaves it unclear."""
    answer = _json_object(body)
    if status == 200:  # noqa: PLR2004  # HTTP OK
        return _read_success(answer)
    if status == 429:  # noqa: PLR2004  # HTTP Too Many Requests
        return Attempt(outcome=Outcome.TOO_MANY, retry_after=_retry_after(answer), error="429")
    refused = answer.get("ok") is False and 400 <= status < 500  # noqa: PLR2004  # HTTP's client errors
    if not refused:
        return Attempt(outcome=Outcome.UNCLEAR, error=f"HTTP {status}")
    error = _known_error(status, answer)
    match status:
        case 401 | 404:
            return Attempt(outcome=Outcome.UNAUTHORIZED, error=error)
        case 403:
            return Attempt(outcome=Outcome.BLOCKED, error=error)
        case _:
            return Attempt(outcome=Outcome.REFUSED, error=error)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _read_success(answer: dict[str, Any]) -> Attempt:
    result = answer.get("result")
    message_id = result.get("message_id") if isinstance(result, dict) else None
    if answer.get("ok") is not True or not isinstance(message_id, int):
        return Attempt(outcome=Outcome.UNCLEAR, error="unreadable answer")
    return Attempt(outcome=Outcome.ACCEPTED, message_id=message_id)


def _retry_after(answer: dict[str, Any]) -> float:
    parameters = answer.get("parameters")
    after = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(after) if isinstance(after, int | float) and after >= 0 else DEFAULT_RETRY_AFTER


def _known_error(status: int, answer: dict[str, Any]) -> str:
    said = str(answer.get("description", ""))
    return next((name for known, name in KNOWN_ERRORS.items() if known in said), f"HTTP {status}")
