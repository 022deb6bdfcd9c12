"""Serving an application inside a loop that is ours: signals stay with whoever runs it."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.errors import CampaignError

GRACE_SECONDS = 1
BACKLOG = 2048
"""Connections that may wait to be taken."""


class PortTaken(CampaignError):
    """The port is in use. Set PORT to another one, or stop what uses it."""


HEADER_SECONDS = 10.0
"""How long the beginning of a request may take, from its first byte, or from the connection, to its last header."""


class _Protocol(HttpToolsProtocol):
    """Closes connections that hold a place without ever asking anything (S6)."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library has it
        super().connection_made(transport)
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._have_headers()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_for_headers()

    def on_headers_complete(self) -> None:
        self._have_headers()
        super().on_headers_complete()

    def _wait_for_headers(self) -> None:
        self._have_headers()
        self._patience = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def _have_headers(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, answers: asyncio.Event | None) -> None:
        super().__init__(config)
        self._answers = answers

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell whoever waits for it that requests are answered from now on."""
        await super().startup(sockets=sockets)
        if self._answers is not None and self.started:
            self._answers.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


async def serve(
    app: Any,
    port: int,
    *,
    host: str = "0.0.0.0",  # noqa: S104  # a host's router connects to it
    answers: asyncio.Event | None = None,
) -> None:
    """Serve until cancelled. `answers` is set once requests are answered.

    Raises PortTaken.
    """
    config = uvicorn.Config(
        app,
        http=_Protocol,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        # Streams that stay open must not keep a process that was told to stop.
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config, answers)
    # Bound here: where the port is taken, the server itself would end the whole process without a word.
    with _bound(host, port) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)


def _bound(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        raise PortTaken from error
