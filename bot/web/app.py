"""HTTP towards the outside: Telegram's webhook, and whether this process lives and is ready."""

import hmac
from typing import Any

import orjson
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.inbox.intake import Intake
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.updates import id_of

log = structlog.get_logger(__name__)

UPDATE_LIMIT = 1_000_000
"""Bytes of one update at the most; Telegram's are far smaller."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header


def web_app(*, store: Store, intake: Intake | None, webhook_path: str, webhook_secret: str) -> Starlette:
    """Return the application; without an intake there is no webhook."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        try:
            async with store.reading() as tx:
                await tx.updates.count_open()
        except TRANSIENT_DATABASE_ERRORS:
            return PlainTextResponse("the database does not answer", status_code=503)
        return PlainTextResponse("ready")

    async def webhook(request: Request) -> Response:
        """Commit the update, then acknowledge it. Anything but a 200 makes Telegram repeat it."""
        given = request.headers.get(SECRET_HEADER, "")
        if intake is None or not hmac.compare_digest(given.encode(), webhook_secret.encode()):
            return Response(status_code=404)
        raw = await _read(request)
        if raw is None:
            return Response(status_code=400)
        try:
            await intake.receive([raw])
        except TRANSIENT_DATABASE_ERRORS as error:
            log.warning("webhook_delayed", error=type(error).__name__)
            return Response(status_code=503)
        return Response(status_code=200)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
    if intake is not None:
        routes.append(Route(webhook_path, webhook, methods=["POST"]))
    return Starlette(routes=routes)


async def _read(request: Request) -> dict[str, Any] | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > UPDATE_LIMIT:
            return None
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return raw if isinstance(raw, dict) and id_of(raw) is not None else None
