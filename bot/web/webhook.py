"""Where Telegram brings updates: the one request that is hot, answered before any framework is asked."""

import asyncio
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import structlog
from starlette.types import Receive, Scope, Send

from bot.inbox.intake import Intake
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.updates import id_of

log = structlog.get_logger(__name__)

UPDATE_LIMIT = 1_000_000
"""Bytes of one update at the most; Telegram's are far smaller."""

BODY_SECONDS = 10.0
"""How long an update may take to come in."""

STORING_SECONDS = 10.0
"""How long a database that is locked or away is waited for; then Telegram is told to come again."""

SECRET_HEADER = b"x-telegram-bot-api-secret-token"

TAKEN, NOT_HERE, NO_UPDATE, LATER = 200, 404, 400, 503


class Webhook:
    """Commits an update, then acknowledges it. Anything but a 200 makes Telegram repeat it.

    `heard` is called for each that was committed.
    """

    def __init__(
        self, intake: Intake, *, path: str, secret: str, heard: Callable[[], None] = lambda: None
    ) -> None:
        self._intake = intake
        self._secrets: dict[str, bytes] = {}
        self._heard = heard
        self.answer_at({path: secret})

    def answer_at(self, secrets: Mapping[str, str]) -> None:
        """Answer at these paths from now on, and at no others, whoever knows the secret of the path."""
        self._secrets = {path: secret.encode() for path, secret in secrets.items()}

    def is_at(self, scope: Scope) -> bool:
        """Whether a request is for this."""
        is_post = (scope["type"], scope.get("method")) == ("http", "POST")
        return is_post and scope.get("path") in self._secrets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whoever has gone away meanwhile is answered nothing."""
        status = await self._take(scope, receive)
        if status is None:
            return
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def _take(self, scope: Scope, receive: Receive) -> int | None:
        given = next((value for name, value in scope["headers"] if name == SECRET_HEADER), b"")
        if not hmac.compare_digest(given, self._secrets[scope["path"]]):
            return NOT_HERE
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(receive)
        except TimeoutError:
            return NO_UPDATE
        if body is None:
            return None
        raw = _read(body)
        update_id = None if raw is None else id_of(raw)
        if raw is None or update_id is None:
            return NO_UPDATE
        try:
            async with asyncio.timeout(STORING_SECONDS):
                await self._intake.receive_one(update_id, raw, body)
        except TRANSIENT_DATABASE_ERRORS as error:
            log.warning("webhook_delayed", error=type(error).__name__)
            return LATER
        self._heard()
        return TAKEN


async def _body(receive: Receive) -> bytes | None:
    """Return a request's body, or None where it was cut off; of one that is too long, what is no update."""
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > UPDATE_LIMIT:
            return b""
        if not message.get("more_body", False):
            return body


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return raw if isinstance(raw, dict) else None
