"""Who may use the rehearsal's page: a browser on this machine, on this page, and nobody else."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class LoopbackOnly:
    """Refuse every request that another site could have caused, and forbid the page to reach out.

    A name that resolves to loopback (DNS rebinding) shows in Host; a deed that another page asks for (CSRF)
    in Origin and Sec-Fetch-Site. Programs send neither of the last two, and are let in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 with one sentence, or go on and add the headers of `HEADERS`."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        answer = self.app if is_ours(scope["method"], Headers(scope=scope)) else _refusal
        await answer(scope, receive, send_guarded)


_refusal = JSONResponse(
    {"error": "The rehearsal answers only its own page, on this machine."}, status_code=403
)


def is_ours(method: str, headers: Headers) -> bool:
    """Tell whether a request is for this machine and, when it does something, comes from this page."""
    host = headers.get("host", "")
    if _hostname(f"//{host}") not in LOOPBACK:
        return False
    if method in {"GET", "HEAD"}:  # do nothing, and no other page can read the answer
        return True
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return False
    return headers.get("sec-fetch-site", "none") in {"none", "same-origin"}


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
