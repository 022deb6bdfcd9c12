"""Serving an application inside a loop that is ours: signals stay with whoever runs it."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import uvicorn

from bot.errors import CampaignError


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
        app, host=host, port=port, log_config=None, access_log=False, lifespan="off", server_header=False
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
    except SystemExit as error:
        raise PortTaken from error
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
