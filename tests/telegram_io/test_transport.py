"""The way to the Bot API: what goes wrong on it is told apart, and never names the token."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from bot.telegram_io.transport import AiohttpRequest, NotConnected

TOKEN = "123456:AAsecretSECRETsecretSECRETsecretSEC"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[str]:
    """Listen on a free port of loopback; yields the address."""

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)
        writer.close()

    listening = await asyncio.start_server(served, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    """Open a transport."""
    transport = AiohttpRequest()
    await transport.initialize()
    yield transport
    await transport.shutdown()


def bot(request: AiohttpRequest, url: str) -> Bot:
    """Return a bot at this address."""
    return Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)


def said(error: BaseException) -> str:
    """Return everything that a log could write of an error."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    shown = [f"{each!s} {each!r} {each.args!r}" for each in chain]
    return "\n".join([*shown, *traceback.format_exception(error)])


async def _reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.abort()


async def _stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _truncate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    await writer.drain()


async def _babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"this is no HTTP\r\n\r\n")
    await writer.drain()


async def _redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: ftp://elsewhere/\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def _html(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>")
    await writer.drain()


async def test_refused_connection(request_: AiohttpRequest) -> None:
    """A refused connection is told apart: nothing was written, trying again is safe."""
    async with server(_stall) as url:
        pass
    with pytest.raises(NotConnected) as raised:
        await bot(request_, url).get_me()
    assert TOKEN not in said(raised.value)


@pytest.mark.parametrize("serve", [_reset, _truncate, _babble, _redirect, _html])
async def test_broken_answers(request_: AiohttpRequest, serve: Serve) -> None:
    """A request that was written and not answered well may have been accepted: it is no missing connection."""
    async with server(serve) as url:
        with pytest.raises(NetworkError) as raised:
            await bot(request_, url).get_me()
    assert not isinstance(raised.value, NotConnected)
    assert TOKEN not in said(raised.value)


async def test_a_silent_server(request_: AiohttpRequest) -> None:
    """Waiting too long for an answer is a timeout."""
    async with server(_stall) as url:
        with pytest.raises(TimedOut) as raised:
            await bot(request_, url).get_me(read_timeout=0.05)
        await request_.shutdown()
    assert TOKEN not in said(raised.value)
