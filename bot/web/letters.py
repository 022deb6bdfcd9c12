"""The pages of letters: the one place where a supporter changes a letter before they send it from their own account.

Nothing is known of who looks: the address is the same for all readers of an alert in a language, nothing is logged or
set, and what is typed stays in the browser.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.domain.alert import Alert
from bot.i18n.catalogs import Catalogs
from bot.privacy.page_codes import PageCodes
from bot.wording.letter_page import POLICY, letter_page

Find = Callable[[int], Awaitable[Alert | None]]
"""Returns the alert whose letter is shown, by its number; None where there is none to show."""

LETTERS = "/letter/{code}/{locale}"

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def letter_path(code: str, locale: str) -> str:
    """Return where the page with this code is, in a locale."""
    return LETTERS.format(code=code, locale=locale)


class Letters:
    """Shows the letter of an alert."""

    def __init__(self, find: Find, catalogs: Catalogs, codes: PageCodes) -> None:
        self._find = find
        self._catalogs = catalogs
        self._codes = codes

    async def show(self, request: Request) -> Response:
        """Return the page; whatever the code is that leads nowhere, the same is said."""
        alert_id = self._codes.alert_id(request.path_params["code"])
        locale = request.path_params["locale"]
        if alert_id is None or locale not in self._catalogs.locales:
            return _nothing()
        alert = await self._find(alert_id)
        if alert is None:
            return _nothing()
        return HTMLResponse(letter_page(alert, self._catalogs.words(locale)), headers=HEADERS)


def _nothing() -> Response:
    return PlainTextResponse("not found", status_code=404, headers=HEADERS)
