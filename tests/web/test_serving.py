"""Serving inside a loop that is ours."""

import asyncio
import socket

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.rehearsal.stage import free_port
from bot.web.serving import PortTaken, serve


async def _hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


APP = Starlette(routes=[Route("/", _hello)])


async def test_a_taken_port_is_one_sentence() -> None:
    """Where the port is taken, that is said; the process goes on to end as it should."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTaken, match="PORT"):
        await serve(APP, taken.getsockname()[1], host="127.0.0.1")


async def test_it_serves_until_cancelled() -> None:
    """It answers, and lets go of its port when cancelled."""
    port = free_port()
    serving = asyncio.create_task(serve(APP, port, host="127.0.0.1"))
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/") as response:
                    assert await response.text() == "hello"
                    break
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    socket.create_server(("127.0.0.1", port)).close()
