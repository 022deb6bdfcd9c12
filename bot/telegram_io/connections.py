"""Requests over HTTP/1.1, many at a time, each with an exact account of how far it came.

A broadcast must know whether a request can have been read by the other side. So every connection carries one
request at a time, none is repeated, and a request fails either before its first byte was written
(`NotWritten`) or after (`AnswerLost`).
"""

import asyncio
import contextlib
import ssl
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

import httptools

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 20.0
"""How long to wait for an answer before it counts as lost."""

IDLE_SECONDS = 15.0
"""Connections idle for longer are not used again: the other side may be closing them at this moment."""

SWEEP_SECONDS = 0.5
"""How often late answers and idle connections are looked for."""

JSON = "application/json"

Response = tuple[int, bytes]
"""Status and body."""


class NotWritten(ConnectionError):
    """There was no connection: nothing was written, and trying again is safe."""


class AnswerLost(ConnectionError):
    """The request was written and its answer did not come, or could not be read."""


class _Connection(asyncio.Protocol):
    """One connection, and the request it carries."""

    def __init__(self, pool: "Pool") -> None:
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._fresh = True
        self.answer: asyncio.Future[Response] | None = None
        self.until = 0.0
        """When its answer is late or, without a request under way, when it has been idle for too long."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # create_connection makes full transports

    def send(self, request: bytes, answer: "asyncio.Future[Response]", seconds: float) -> None:
        """Write the request; its answer arrives in the future, within so many seconds or not at all."""
        self.answer, self.until = answer, time.monotonic() + seconds
        if self._transport is None or self._transport.is_closing():
            self._end(NotWritten("closed"))
            return
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._end(AnswerLost("unreadable"))

    def eof_received(self) -> None:
        """Let the transport close; `connection_lost` follows."""

    def connection_lost(self, _error: Exception | None) -> None:
        self._end(AnswerLost("closed"))

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        if self._fresh:
            self._fresh = False
            self._pool.opened()
        status, body = self._parser.get_status_code(), b"".join(self._body)
        answer, self.answer = self.answer, None
        keep = answer is not None and self._parser.should_keep_alive()
        if answer is not None and not answer.done():
            answer.set_result((status, body))
        self._body = []
        self._parser = httptools.HttpResponseParser(self)
        if keep:
            self._pool.idle(self)
        else:
            self.close()

    def late(self) -> None:
        """Give up waiting for the answer."""
        self._end(AnswerLost("late"))

    def close(self) -> None:
        """Close the connection; a request under way is lost."""
        if self._transport is not None:
            self._transport.abort()

    def _end(self, error: ConnectionError) -> None:
        answer, self.answer = self.answer, None
        if answer is not None and not answer.done():
            answer.set_exception(error)
        self._pool.gone(self)
        self.close()


class _DatedConnection(_Connection):
    """A connection that reads the other side's clock. Bulk sends have no time for headers."""

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"date":
            self._pool.date = value


class Pool:
    """Connections to one server. How many there are is bounded by how many requests are under way.

    `url` is the server's; paths are relative to its own. `proxy`: the address of an HTTP or SOCKS proxy to go
    through. `opened` is called when the first answer on a connection has come: to be connected, and be heard for
    the first time, may have taken that request much longer than those after it. `failed` is called with the
    kind of error where no connection came about. `dated`: keep `date`.
    """

    def __init__(
        self,
        url: str,
        *,
        proxy: str | None = None,
        opened: Callable[[], None] = lambda: None,
        failed: Callable[[str], None] = lambda _why: None,
        dated: bool = False,
    ) -> None:
        self.opened = opened
        self.date = b""
        """The other side's clock, as its last answer had it: the header `Date`."""
        self._failed = failed
        self._make = _DatedConnection if dated else _Connection
        self._proxy = proxy
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._netloc = parts.netloc.rpartition("@")[2]
        self._base = parts.path.rstrip("/")
        self._idle: deque[_Connection] = deque()
        self._all: set[_Connection] = set()
        self._connecting: set[asyncio.Task[None]] = set()
        self._sweeping: asyncio.Task[None] | None = None

    def head(self, path: str, *, verb: str = "POST", content_type: str = JSON) -> bytes:
        """Return the beginning of requests to this path, up to the number of bytes of the body."""
        return (
            f"{verb} {self._base}{path} HTTP/1.1\r\nHost: {self._netloc}\r\n"
            f"Content-Type: {content_type}\r\nContent-Length: "
        ).encode("ascii")

    def post(
        self,
        head: bytes,
        body: bytes,
        seconds: float | None = None,
        *,
        if_still: Callable[[], bool] = lambda: True,
    ) -> "asyncio.Future[Response]":
        """Send a body. The future has the answer, or raises NotWritten or AnswerLost.

        `seconds`: how long to wait for the answer, once the request is written. `if_still`: asked right before it is,
        when there is a connection; without a yes nothing is written.
        """
        loop = asyncio.get_running_loop()
        if self._sweeping is None:
            self._sweeping = loop.create_task(self._sweep())
        answer: asyncio.Future[Response] = loop.create_future()
        request = b"%b%d\r\n\r\n%b" % (head, len(body), body)
        seconds = ANSWER_SECONDS if seconds is None else seconds
        now = time.monotonic()
        while self._idle:
            connection = self._idle.pop()
            if connection.until > now:
                self._send(connection, request, answer, seconds, if_still)
                return answer
            connection.close()
        task = loop.create_task(self._connect_and_send(request, answer, seconds, if_still))
        self._connecting.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self._connecting.discard(task)
            # Also where it was cancelled before it had begun.
            if task.cancelled() and not answer.done():
                answer.set_exception(NotWritten("closing"))

        task.add_done_callback(ended)
        return answer

    async def close(self) -> None:
        """Close every connection; answers that have not come are lost."""
        tasks = [*self._connecting, *([self._sweeping] if self._sweeping else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for connection in list(self._all):
            connection.close()

    def idle(self, connection: _Connection) -> None:
        """Take back a connection whose answer has come."""
        connection.until = time.monotonic() + IDLE_SECONDS
        self._idle.append(connection)

    def gone(self, connection: _Connection) -> None:
        """Forget a connection that has ended."""
        self._all.discard(connection)
        with contextlib.suppress(ValueError):
            self._idle.remove(connection)

    async def _connect_and_send(
        self,
        request: bytes,
        answer: "asyncio.Future[Response]",
        seconds: float,
        if_still: Callable[[], bool],
    ) -> None:
        try:
            connection = await asyncio.wait_for(self._connect(), CONNECT_SECONDS)
        except OSError as error:
            # ssl.SSLError and TimeoutError are OSErrors as well: the handshake ends before the request begins.
            self._failed(type(error).__name__)
            if not answer.done():
                answer.set_exception(NotWritten(type(error).__name__))
            return
        self._all.add(connection)
        if answer.done():
            # Whoever asked has gone meanwhile: what was not written stays so.
            self.idle(connection)
        else:
            self._send(connection, request, answer, seconds, if_still)

    def _send(
        self,
        connection: _Connection,
        request: bytes,
        answer: "asyncio.Future[Response]",
        seconds: float,
        if_still: Callable[[], bool],
    ) -> None:
        # Among many that are sent at once this process may be stopped, and wake when others have settled the rest.
        if if_still():
            connection.send(request, answer, seconds)
        else:
            answer.set_exception(NotWritten("no longer"))
            self.idle(connection)

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        if self._proxy is None:
            _, connection = await loop.create_connection(
                lambda: self._make(self), self._host, self._port, ssl=self._tls
            )
            return connection
        # Loaded by those who need it: a sender begins to send the sooner.
        from bot.telegram_io.proxy import connect_through  # noqa: PLC0415

        tunnel = await connect_through(self._proxy, self._host, self._port)
        _, connection = await loop.create_connection(
            lambda: self._make(self),
            sock=tunnel,
            ssl=self._tls,
            server_hostname=self._host if self._tls else None,
        )
        return connection

    async def _sweep(self) -> None:
        """Find answers that are late, and connections idle for too long."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = time.monotonic()
            for connection in list(self._all):
                if now < connection.until:
                    continue
                if connection.answer is not None:
                    connection.late()
                else:
                    connection.close()
