"""HTTP towards the outside: Telegram's webhook, and whether the bot lives, is ready, and how it fares."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.clock import Clock
from bot.services.health import Overview
from bot.web.access import may_look
from bot.web.letters import LETTERS, Letters
from bot.web.readiness import Readiness
from bot.web.webhook import Webhook

NOT_READY = 503
NO_STORE = {"Cache-Control": "no-store"}
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What `/metrics` shows, and by which token. `overview` returns None where the database is away."""

    overview: Callable[[], Awaitable[Overview | None]]
    token: Callable[[], str]
    rate: float
    clock: Clock


def web_app(
    *,
    readiness: Readiness,
    webhook: Webhook | None,
    letters: Letters | None = None,
    figures: Figures | None = None,
) -> ASGIApp:
    """Return the application; without a webhook, updates are polled, and there are no pages of letters."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        report = await readiness.report()
        return JSONResponse(
            report.as_dict(), status_code=200 if report.ready else NOT_READY, headers=NO_STORE
        )

    async def metrics(request: Request) -> Response:
        if figures is None or not may_look(request, figures.token()):
            headers = {"WWW-Authenticate": 'Bearer realm="metrics"'}
            return PlainTextResponse("this needs the token of the metrics", status_code=401, headers=headers)
        return await _metrics(readiness, figures)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    if letters is not None:
        routes.append(Route(LETTERS, letters.show))
    pages = Starlette(routes=routes)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        hot = webhook is not None and webhook.is_at(scope)
        await (webhook if hot and webhook is not None else pages)(scope, receive, send)

    return app


async def _metrics(readiness: Readiness, figures: Figures) -> Response:
    # It takes a sixth of a second to load, and most bots are never asked.
    from bot.web.metrics import Shown, exposition  # noqa: PLC0415

    report = await readiness.report()
    shown = Shown(overview=await figures.overview(), report=report, rate=figures.rate, now=figures.clock())
    return Response(exposition(shown), media_type=PROMETHEUS, headers=NO_STORE)
