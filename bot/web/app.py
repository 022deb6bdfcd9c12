"""HTTP towards the outside: Telegram's webhook, and whether this process lives and is ready."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.letters import LETTERS, Letters
from bot.web.readiness import Readiness
from bot.web.webhook import Webhook


def web_app(*, readiness: Readiness, webhook: Webhook | None, letters: Letters | None = None) -> ASGIApp:
    """Return the application; without a webhook, updates are polled, and there are no pages of letters."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        missing = await readiness.missing()
        return PlainTextResponse("ready") if missing is None else PlainTextResponse(missing, status_code=503)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
    if letters is not None:
        routes.append(Route(LETTERS, letters.show))
    pages = Starlette(routes=routes)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        hot = webhook is not None and webhook.is_at(scope)
        await (webhook if hot and webhook is not None else pages)(scope, receive, send)

    return app
