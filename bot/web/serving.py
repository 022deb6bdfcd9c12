"""Serving an application inside a loop that is ours: signals stay with whoever runs it."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn

from bot.errors import CampaignError

GRACE_SECONDS = 1
BACKLOG = 2048
"""Connections that may wait to be taken."""


class PortTaken(CampaignError):
    """The port is in use. Set PORT to another one, or stop what uses it."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


async def serve(app: Any, port: int, *, host: str = "0.0.0.0") -> None:  # noqa: S104  # a host's router connects to it
    """Serve until cancelled.

    Raises PortTaken.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        # Streams that stay open must not keep a process that was told to stop.
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config)
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
