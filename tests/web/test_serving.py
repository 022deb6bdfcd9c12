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


PATIENCE = 20.0
"""Seconds to wait before a test fails; never reached when all is well."""

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


async def test_it_says_when_it_answers() -> None:
    """Whoever waits for it is told when the first request is answered, and not before."""
    port, answers = free_port(), asyncio.Event()
    serving = asyncio.create_task(serve(APP, port, host="127.0.0.1", answers=answers))
    assert not answers.is_set()
    async with asyncio.timeout(PATIENCE):
        await answers.wait()
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as response:
            assert await response.text() == "hello"
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_request_that_never_begins_is_closed(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection on which no request's head comes in time is closed, also after one that was answered (S6)."""
    monkeypatch.setattr("bot.web.serving.HEADER_SECONDS", 0.1)
    port = free_port()
    serving = asyncio.create_task(serve(APP, port, host="127.0.0.1"))
    for before in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"):
        reader, writer = await _connected(port)
        writer.write(before + begun)
        answered = await asyncio.wait_for(reader.read(), PATIENCE)
        assert (b"200 OK" in answered) == bool(before)
        writer.close()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0)
