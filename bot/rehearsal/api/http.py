"""HTTP/1.1 on a bare asyncio protocol: fast, and able to reset, cut short or stall an answer on purpose."""

import asyncio
import socket
import struct
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Final, cast

import httptools

from bot.rehearsal.world.faults import FaultKind

LARGEST_BODY: Final = 60 * 1024 * 1024
RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER on with no time: closing sends a reset."""


@dataclass(kw_only=True, slots=True)
class Request:
    """One request as it came in."""

    verb: str
    path: str
    query: bytes
    host: str
    content_type: str
    body: bytes


@dataclass(kw_only=True, slots=True)
class Response:
    """One answer and, when `trouble` is named, what becomes of it on the wire; `seconds` of delay."""

    status: int
    body: bytes
    content_type: str = "application/json"
    trouble: FaultKind | None = None
    seconds: float = 0.0


Route = Callable[[Request], Response | Awaitable[Response]]


class Connection(asyncio.Protocol):
    """One connection. Requests are answered one after another, in their order, also when pipelined."""

    def __init__(self, route: Route, open_connections: "set[Connection]") -> None:
        self._route = route
        self._open = open_connections
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._busy = False
        self._later: asyncio.Future[None] | asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport
        self._begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio.Protocol)."""
        self._transport = cast(asyncio.Transport, transport)  # a stream server makes no other
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
        """Give up what was waiting: nobody is there to read it (asyncio.Protocol)."""
        self._open.discard(self)
        self._waiting.clear()
        if self._later is not None:
            self._later.cancel()

    def data_received(self, data: bytes) -> None:
        """Take what came (asyncio.Protocol)."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._write(
                Response(status=400, body=b'{"ok":false,"error_code":400,"description":"Bad Request"}')
            )
            self._transport.close()

    # httptools calls these

    def on_url(self, url: bytes) -> None:
        """Collect the request's target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the two headers that matter."""
        low = name.lower()
        if low == b"content-type":
            self._content_type = value.decode("latin-1")
        elif low == b"host":
            self._host = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """Collect the body."""
        self._body.append(body)
        self._size += len(body)
        if self._size > LARGEST_BODY:
            raise httptools.HttpParserError("the body is too large")

    def on_message_complete(self) -> None:
        """Answer now, or after the requests before this one."""
        path, _, query = self._url.partition(b"?")
        request = Request(
            verb=self._parser.get_method().decode(),
            path=path.decode("latin-1"),
            query=query,
            host=self._host,
            content_type=self._content_type,
            body=self._body[0] if len(self._body) == 1 else b"".join(self._body),
        )
        self._waiting.append((request, self._parser.should_keep_alive()))
        self._begin()
        if not self._busy:
            self._answer_waiting()

    def _begin(self) -> None:
        self._url = b""
        self._host = self._content_type = ""
        self._body: list[bytes] = []
        self._size = 0

    def _answer_waiting(self) -> None:
        while self._waiting and not self._busy:
            request, keep = self._waiting.popleft()
            response = self._route(request)
            if isinstance(response, Response):
                self._send(response, keep=keep)
            else:
                self._busy = True
                self._later = asyncio.ensure_future(self._send_later(response, keep=keep))

    async def _send_later(self, response: Awaitable[Response], *, keep: bool) -> None:
        ready = await response
        self._busy = False
        self._send(ready, keep=keep)
        self._answer_waiting()

    def _send(self, response: Response, *, keep: bool) -> None:
        trouble = response.trouble
        if trouble is None:
            self._write(response)
            if not keep:
                self._transport.close()
        elif trouble is FaultKind.SLOW:
            self._busy = True
            self._later = asyncio.get_running_loop().call_later(
                response.seconds, self._send_slowly, response, keep
            )
        elif trouble is FaultKind.STALL:
            self._busy = True
        elif trouble is FaultKind.TRUNCATED:
            self._write(response, part=len(response.body) // 2)
            self._transport.close()
        else:
            self._reset()

    def _send_slowly(self, response: Response, keep: bool) -> None:
        self._busy = False
        response.trouble = None
        self._send(response, keep=keep)
        self._answer_waiting()

    def _write(self, response: Response, *, part: int | None = None) -> None:
        head = _head(response.status, response.content_type, len(response.body), int(time.time()))
        self._transport.write(head + response.body[:part])

    def _reset(self) -> None:
        self._waiting.clear()
        self._transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE
        )
        self._transport.abort()

    def close(self) -> None:
        """End the connection at once."""
        self._transport.abort()


@lru_cache(maxsize=1024)
def _head(status: int, content_type: str, length: int, second: int) -> bytes:
    phrase, date = HTTPStatus(status).phrase, formatdate(second, usegmt=True)
    return (
        f"HTTP/1.1 {status} {phrase}\r\nServer: rehearsal\r\nDate: {date}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()
