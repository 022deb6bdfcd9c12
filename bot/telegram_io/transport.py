"""Our way to the Bot API: python-telegram-bot's calls on aiohttp, and errors that never name the URL."""

import os
from datetime import timedelta
from typing import Any

import aiohttp
import orjson
from telegram._utils.defaultvalue import DEFAULT_NONE
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

# The library's only switch for what every 429 warns of otherwise: its retry_after is a timedelta.
os.environ.setdefault("PTB_TIMEDELTA", "true")

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
KEEP_ALIVE_SECONDS = 15.0
"""Shorter than servers keep idle connections: a send on one just closed could not be told from a lost one."""


class NotConnected(NetworkError):
    """Nothing was written: no DNS, no connection. Trying again is safe."""


def open_session() -> aiohttp.ClientSession:
    """Return a session for the Bot API; how much is in flight is bounded by its callers."""
    connector = aiohttp.TCPConnector(
        limit=0, ttl_dns_cache=300, keepalive_timeout=KEEP_ALIVE_SECONDS, enable_cleanup_closed=True
    )
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
    return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's HTTP, on one aiohttp session. Raised errors carry neither URL nor token."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where the call names none."""
        return READ_SECONDS

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session."""
        if self._session is None:
            msg = "the transport is not initialized"
            raise RuntimeError(msg)
        return self._session

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None:
            self._session = open_session()

    async def shutdown(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0917  # the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = DEFAULT_NONE,
        write_timeout: Any = DEFAULT_NONE,  # noqa: ARG002  # aiohttp knows no such thing
        connect_timeout: Any = DEFAULT_NONE,
        pool_timeout: Any = DEFAULT_NONE,  # noqa: ARG002  # the pool has no limit
    ) -> tuple[int, bytes]:
        """Make one request. Returns the status and the body.

        Raises NotConnected when nothing was written, TimedOut and NetworkError when that is not known.
        """
        timeout = aiohttp.ClientTimeout(
            sock_connect=_seconds(connect_timeout, CONNECT_SECONDS),
            sock_read=_seconds(read_timeout, READ_SECONDS),
        )
        try:
            async with self.session.request(method, url, timeout=timeout, **_body(request_data)) as response:
                return response.status, await response.read()
        # `from None`: aiohttp's errors carry the URL, and with it the token.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotConnected(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


def seconds_to_wait(error: RetryAfter) -> float:
    """Return how long a 429 tells us to be silent, in seconds."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def request_data(**parameters: Any) -> RequestData:
    """Return the parameters of a call made without python-telegram-bot's parsing; None leaves one out."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return RequestData([RequestParameter.from_input(name, value) for name, value in given.items()])


def _seconds(asked: Any, default: float) -> float | None:
    return default if asked is DEFAULT_NONE else asked


def _body(request_data: RequestData | None) -> dict[str, Any]:
    if request_data is None:
        return {}
    if not request_data.contains_files:
        return {
            "data": orjson.dumps(request_data.parameters),
            "headers": {"Content-Type": "application/json"},
        }
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return {"data": form}
