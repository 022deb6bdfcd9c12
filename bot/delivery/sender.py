"""The sender: one prepared message to one chat, and what is known of it afterwards."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.domain.attempt import GONE_ERRORS, Attempt, AttemptResult
from bot.telegram_io.answers import Accepted, Answer, NotConnected, RefusalKind, Refused, Unclear, answer_of
from bot.telegram_io.api import BotApi
from bot.telegram_io.connections import Response

NOT_FOUND = RefusalKind.MESSAGE_GONE.value
"""The message is not in the chat any more, which is all that a recall wants."""

BY_CODE = frozenset({RefusalKind.UNAUTHORIZED, RefusalKind.CONFLICT, RefusalKind.OTHER})
"""Kinds that say no more than the number, which is kept in their place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A request, ready but for the chat: the Bot API's method and what follows the ids in its JSON body."""

    method: str
    rest: bytes


class Sender:
    """Posts to the Bot API. Everything it returns is free of the token and of ids."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._heads: dict[str, bytes] = {}

    def send(
        self,
        chat_id: int,
        message_id: int | None,
        prepared: Prepared,
        *,
        if_still: Callable[[], bool] = lambda: True,
    ) -> "asyncio.Future[Response]":
        """Post what `bot.wording.alert_message` prepared to a chat; `read_attempt` reads what came of it.

        `if_still`: asked once more before the first byte is written.
        """
        head = self._heads.get(prepared.method)
        if head is None:
            head = self._heads[prepared.method] = self._api.head(prepared.method)
        about = b"" if message_id is None else b',"message_id":%d' % message_id
        return self._api.post(head, b'{"chat_id":%d%b%b' % (chat_id, about, prepared.rest), if_still=if_still)


def read_attempt(sent: "asyncio.Future[Response]") -> Attempt:
    """Return what an answer that came, or did not come, proves. Never raises for what the wire does."""
    return attempt_of(answer_of(sent))


def attempt_of(answer: Answer) -> Attempt:
    """Return what an answer proves of a send, an edit or a deletion: they return a message, or `true`."""
    match answer:
        case Accepted():
            return _accepted(answer.result)
        case Refused(kind=RefusalKind.NOT_MODIFIED):
            return Attempt(result=AttemptResult.ACCEPTED)
        case Refused(kind=RefusalKind.TOO_MANY, code=code, retry_after=seconds):
            return Attempt(result=AttemptResult.TOO_MANY, retry_after=seconds, error=str(code))
        case Refused(code=code, kind=kind):
            error = f"HTTP {code}" if kind in BY_CODE else kind.value
            return Attempt(result=_refusal(code, kind), error=error)
        case NotConnected():
            return Attempt(result=AttemptResult.NOT_CONNECTED, error="not connected")
        case Unclear(why=why):
            return Attempt(result=AttemptResult.UNCLEAR, error=why)


def _accepted(result: Any) -> Attempt:
    """Read the message that was sent or changed, or `true` for one that was deleted."""
    message_id = result.get("message_id") if isinstance(result, dict) else None
    if isinstance(message_id, int) or result is True:
        return Attempt(result=AttemptResult.ACCEPTED, message_id=message_id)
    return Attempt(result=AttemptResult.UNCLEAR, error="unreadable answer")


def _refusal(code: int, kind: RefusalKind) -> AttemptResult:
    if kind is RefusalKind.UNAUTHORIZED:
        return AttemptResult.UNAUTHORIZED
    if kind.value in GONE_ERRORS:
        return AttemptResult.GONE
    return AttemptResult.BLOCKED if code == 403 else AttemptResult.REFUSED  # noqa: PLR2004  # HTTP Forbidden
