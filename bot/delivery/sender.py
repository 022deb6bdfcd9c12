"""The sender: one prepared message to one chat, and what is known of it afterwards."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson

from bot.domain.attempt import Attempt, AttemptResult
from bot.telegram_io.connections import Answer, NotWritten, Pool

DEFAULT_RETRY_AFTER = 5.0
"""Seconds to wait after a 429 that names no time."""

UNCHANGED = "unchanged"
"""An edit that changed nothing: the message says already what it should."""

NOT_FOUND = "not found"
"""The message is not in the chat any more, which is all that a recall wants."""

KNOWN_ERRORS = {
    "message is not modified": UNCHANGED,
    "message to delete not found": NOT_FOUND,
    "message to edit not found": NOT_FOUND,
    "message can't be deleted": "too old",
    "message can't be edited": "too old",
    "bot was blocked by the user": "blocked",
    "user is deactivated": "deactivated",
    "bot can't initiate conversation": "never started",
    "chat not found": "chat not found",
    "message is too long": "too long",
    "can't parse entities": "bad formatting",
}
"""Telegram's descriptions that may be written down; others are kept as their number only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A request, ready but for the chat: the Bot API's method and what follows the ids in its JSON body."""

    method: str
    rest: bytes


class Sender:
    """Posts to the Bot API. Everything it returns is free of the token and of ids."""

    def __init__(self, pool: Pool, *, token: str) -> None:
        self._pool = pool
        self._token = token
        self._heads: dict[str, bytes] = {}

    def send(self, chat_id: int, message_id: int | None, prepared: Prepared) -> "asyncio.Future[Answer]":
        """Post what `bot.wording.alert_message` prepared to a chat; `read_attempt` reads what came of it."""
        head = self._heads.get(prepared.method)
        if head is None:
            head = self._heads[prepared.method] = self._pool.head(f"/bot{self._token}/{prepared.method}")
        about = b"" if message_id is None else b',"message_id":%d' % message_id
        return self._pool.post(head, b'{"chat_id":%d%b%b' % (chat_id, about, prepared.rest))


def read_attempt(answer: "asyncio.Future[Answer]") -> Attempt:
    """Return what an answer that came, or did not come, proves. Never raises for what the wire does."""
    error = answer.exception()
    if error is None:
        return read_answer(*answer.result())
    if isinstance(error, NotWritten):
        return Attempt(result=AttemptResult.NOT_CONNECTED, error="not connected")
    return Attempt(result=AttemptResult.UNCLEAR, error=f"answer {error}")


def read_answer(status: int, body: bytes) -> Attempt:
    """Return what an answer proves. What does not prove that the message was refused leaves it unclear."""
    answer = _json_object(body)
    if status == 200:  # noqa: PLR2004  # HTTP OK
        return _read_success(answer)
    if status == 429:  # noqa: PLR2004  # HTTP Too Many Requests
        return Attempt(result=AttemptResult.TOO_MANY, retry_after=_retry_after(answer), error="429")
    refused = answer.get("ok") is False and 400 <= status < 500  # noqa: PLR2004  # HTTP's client errors
    if not refused:
        return Attempt(result=AttemptResult.UNCLEAR, error=f"HTTP {status}")
    error = _known_error(status, answer)
    if error == UNCHANGED:
        return Attempt(result=AttemptResult.ACCEPTED)
    match status:
        case 401 | 404:
            return Attempt(result=AttemptResult.UNAUTHORIZED, error=error)
        case 403:
            return Attempt(result=AttemptResult.BLOCKED, error=error)
        case _:
            return Attempt(result=AttemptResult.REFUSED, error=error)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _read_success(answer: dict[str, Any]) -> Attempt:
    """Read a 200: the message that was sent or changed, or `true` for one that was deleted."""
    result = answer.get("result")
    message_id = result.get("message_id") if isinstance(result, dict) else None
    if answer.get("ok") is not True or not (isinstance(message_id, int) or result is True):
        return Attempt(result=AttemptResult.UNCLEAR, error="unreadable answer")
    return Attempt(result=AttemptResult.ACCEPTED, message_id=message_id)


def _retry_after(answer: dict[str, Any]) -> float:
    parameters = answer.get("parameters")
    after = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(after) if isinstance(after, int | float) and after >= 0 else DEFAULT_RETRY_AFTER


def _known_error(status: int, answer: dict[str, Any]) -> str:
    said = str(answer.get("description", ""))
    return next((name for known, name in KNOWN_ERRORS.items() if known in said), f"HTTP {status}")
