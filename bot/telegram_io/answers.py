"""What Telegram's answer proves, as data. The only place that reads what Telegram says.

Errors are data. Of Telegram's own words only a known kind is kept: they may hold a name, a text or an id.
"""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from bot.errors import BotApiUnreachable, LoggedOut, TokenRefused
from bot.telegram_io.connections import NotWritten, Response

DEFAULT_RETRY_AFTER = 5.0
"""Seconds to wait after a 429 that names no time."""


class RefusalKind(StrEnum):
    """Why Telegram refused, as far as it is known. These words may be written down."""

    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NEVER_STARTED = "never started"
    KICKED = "kicked"
    CHAT_NOT_FOUND = "chat not found"
    NOT_MODIFIED = "unchanged"
    """An edit that changed nothing: the message says already what it should."""
    MESSAGE_GONE = "not found"
    """The message is not in the chat any more."""
    MESSAGE_TOO_OLD = "too old"
    NO_TEXT = "no text"
    """An edit of a text, of a message that is a picture."""
    QUERY_TOO_OLD = "query too old"
    """A tap is answered within seconds or not at all."""
    TOO_LONG = "too long"
    EMPTY = "empty"
    BAD_FORMATTING = "bad formatting"
    BAD_BUTTON = "bad button"
    BAD_WEBHOOK = "bad webhook"
    UNAUTHORIZED = "unauthorized"
    """The token is revoked (401), or does not even look like one (404)."""
    LOGGED_OUT = "logged out"
    """The bot was moved to another Bot API server; see the Bot API's `logOut`."""
    CONFLICT = "conflict"
    """Another program receives the updates, or a webhook is set (409)."""
    TOO_MANY = "too many"
    OTHER = "other"


BY_CODE = {
    401: RefusalKind.UNAUTHORIZED,
    404: RefusalKind.UNAUTHORIZED,
    409: RefusalKind.CONFLICT,
    429: RefusalKind.TOO_MANY,
}
"""Refusals that are known by their number alone."""

BY_DESCRIPTION = {
    "bot was blocked by the user": RefusalKind.BLOCKED,
    "user is deactivated": RefusalKind.DEACTIVATED,
    "bot can't initiate conversation": RefusalKind.NEVER_STARTED,
    "bot was kicked": RefusalKind.KICKED,
    "chat not found": RefusalKind.CHAT_NOT_FOUND,
    "user not found": RefusalKind.CHAT_NOT_FOUND,
    "peer_id_invalid": RefusalKind.CHAT_NOT_FOUND,
    "message is not modified": RefusalKind.NOT_MODIFIED,
    "message to delete not found": RefusalKind.MESSAGE_GONE,
    "message to edit not found": RefusalKind.MESSAGE_GONE,
    "message_id_invalid": RefusalKind.MESSAGE_GONE,
    "there is no text in the message to edit": RefusalKind.NO_TEXT,
    "message can't be deleted": RefusalKind.MESSAGE_TOO_OLD,
    "message can't be edited": RefusalKind.MESSAGE_TOO_OLD,
    "query is too old": RefusalKind.QUERY_TOO_OLD,
    "message is too long": RefusalKind.TOO_LONG,
    "caption is too long": RefusalKind.TOO_LONG,
    "message text is empty": RefusalKind.EMPTY,
    "can't parse entities": RefusalKind.BAD_FORMATTING,
    "button_data_invalid": RefusalKind.BAD_BUTTON,
    "button_url_invalid": RefusalKind.BAD_BUTTON,
    "inline keyboard button": RefusalKind.BAD_BUTTON,
    "bad webhook": RefusalKind.BAD_WEBHOOK,
    "logged out": RefusalKind.LOGGED_OUT,
}
"""What Telegram's descriptions are known by, in small letters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """Telegram did it. `result` is what the method returns."""

    result: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Telegram did not do it, and said so. `retry_after` in seconds, with `too_many` only.

    `words`: what it said, where the call asked for that. For an operator's eyes, never for a log.
    """

    code: int
    kind: RefusalKind
    retry_after: float = 0.0
    words: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """The request was written; whether Telegram did it cannot be known."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotConnected:
    """Nothing was written: no DNS, no connection, no proxy. Trying again is safe."""

    why: str


Answer = Accepted | Refused | Unclear | NotConnected


def required(answer: Answer) -> Any:
    """Return the result of a call that a command cannot do without.

    Raises TokenRefused, LoggedOut, BotApiUnreachable.
    """
    match answer:
        case Accepted(result=result):
            return result
        case Refused(kind=RefusalKind.UNAUTHORIZED):
            raise TokenRefused
        case Refused(kind=RefusalKind.LOGGED_OUT):
            raise LoggedOut
        case Refused(code=code):
            raise BotApiUnreachable(f"The Bot API answered {code}. Try again in a minute.")
        case _:
            raise BotApiUnreachable


def answer_of(sent: "asyncio.Future[Response]", *, with_words: bool = False) -> Answer:
    """Return what came of a request that is done. Never raises for what the wire does."""
    error = sent.exception()
    if error is None:
        return read_answer(*sent.result(), with_words=with_words)
    if isinstance(error, NotWritten):
        return NotConnected(why=str(error))
    return Unclear(why=f"answer {error}")


def read_answer(status: int, body: bytes, *, with_words: bool = False) -> Answer:
    """Return what an answer proves. What does not prove that it was refused leaves it unclear."""
    answer = _json_object(body)
    if status == 200:  # noqa: PLR2004  # HTTP OK
        if answer.get("ok") is not True or "result" not in answer:
            return Unclear(why="unreadable answer")
        return Accepted(result=answer["result"])
    refused = answer.get("ok") is False and 400 <= status < 500  # noqa: PLR2004  # HTTP's client errors
    # A 429 proves itself: a proxy on the way says it without Telegram's JSON, and passes nothing on.
    if not refused and BY_CODE.get(status) is not RefusalKind.TOO_MANY:
        return Unclear(why=f"HTTP {status}")
    said = str(answer.get("description", ""))
    kind = BY_CODE.get(status) or _kind(said.lower())
    after = _retry_after(answer) if kind is RefusalKind.TOO_MANY else 0.0
    return Refused(code=status, kind=kind, retry_after=after, words=said if with_words else None)


def _kind(said: str) -> RefusalKind:
    return next((kind for known, kind in BY_DESCRIPTION.items() if known in said), RefusalKind.OTHER)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _retry_after(answer: dict[str, Any]) -> float:
    parameters = answer.get("parameters")
    after = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(after) if isinstance(after, int | float) and after >= 0 else DEFAULT_RETRY_AFTER
