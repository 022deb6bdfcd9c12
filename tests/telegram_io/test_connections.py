"""The pool: whether a byte was written, connections that are kept, and those that are not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.telegram_io import connections
from bot.telegram_io.connections import AnswerLost, NotWritten, Pool
from tests.telegram_io.servers import Serve, cutting, http, nobody, read_request, reset, saying, server, stall

OK = http(200, b"{}")


@contextlib.asynccontextmanager
async def pool_to(url: str, **more: Any) -> AsyncIterator[Pool]:
    """Open a pool, and close it again."""
    pool = Pool(url, **more)
    try:
        yield pool
    finally:
        await pool.close()


def post(pool: Pool, seconds: float | None = None) -> "asyncio.Future[connections.Response]":
    """Send a request."""
    return pool.post(pool.head("/x"), b"{}", seconds)


class Counting:
    """A server that counts its connections and keeps what was asked."""

    def __init__(self, answer: bytes = OK) -> None:
        self.connections = 0
        self.asked: list[tuple[str, bytes]] = []
        self.answer = answer

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer every request of a connection."""
        self.connections += 1
        while True:
            self.asked.append(await read_request(reader))
            writer.write(self.answer)
            await writer.drain()


async def test_request() -> None:
    """The request arrives as it was made, under the path of the address; status and body come back."""
    serve = Counting(http(400, b'{"ok":false}'))
    async with server(serve) as url, pool_to(f"{url}/base/") as pool:
        assert await post(pool) == (400, b'{"ok":false}')
    assert serve.asked == [("POST /base/x HTTP/1.1", b"{}")]


async def test_not_written() -> None:
    """Where nobody listens nothing was written, and that is told."""
    why: list[str] = []
    async with pool_to(await nobody(), failed=why.append) as pool:
        with pytest.raises(NotWritten):
            await post(pool)
    assert why == ["ConnectionRefusedError"]


async def test_no_such_name() -> None:
    """Without DNS nothing was written."""
    async with pool_to("http://no-such-name.invalid") as pool:
        with pytest.raises(NotWritten):
            await post(pool)


async def test_no_handshake() -> None:
    """A TLS handshake that fails comes before the request: nothing was written."""
    async with server(cutting(b"")) as url, pool_to(url.replace("http:", "https:")) as pool:
        with pytest.raises(NotWritten):
            await post(pool)


@pytest.mark.parametrize(
    "serve",
    [
        reset,
        cutting(b""),
        cutting(b"HTTP/1.1 200 OK\r\nContent-Le"),
        cutting(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"),
        cutting(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
        cutting(b"this is no HTTP\r\n\r\n"),
    ],
    ids=["reset", "closed", "cut head", "cut body", "cut chunks", "no HTTP"],
)
async def test_lost(serve: Serve) -> None:
    """A request that was written and not answered whole is lost, never unwritten."""
    async with server(serve) as url, pool_to(url) as pool:
        with pytest.raises(AnswerLost):
            await post(pool)


async def test_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that does not come in time is lost; each request has its own time."""
    monkeypatch.setattr(connections, "SWEEP_SECONDS", 0.01)
    async with server(stall) as url, pool_to(url) as pool:
        patient = post(pool, 60)
        with pytest.raises(AnswerLost, match="late"):
            await post(pool, 0.02)
        assert not patient.done()
        patient.cancel()


async def test_kept_alive() -> None:
    """One connection carries one request after the other, and as many are opened as are under way."""
    serve = Counting()
    opened: list[None] = []
    async with server(serve) as url, pool_to(url, opened=lambda: opened.append(None)) as pool:
        for _ in range(5):
            await post(pool)
        assert (serve.connections, len(opened)) == (1, 1)
        await asyncio.gather(*(post(pool) for _ in range(3)))
        assert serve.connections == 3


async def test_not_kept_alive() -> None:
    """A connection that the other side ends with its answer carries no other request."""
    serve = Counting(http(200, b"{}", "Connection: close"))
    async with server(serve) as url, pool_to(url) as pool:
        assert [await post(pool) for _ in range(3)] == [(200, b"{}")] * 3
    assert serve.connections == 3


async def test_idle_for_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that was idle for too long is not used again: the other side may be closing it."""
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.0)
    serve = Counting()
    async with server(serve) as url, pool_to(url) as pool:
        await post(pool)
        await post(pool)
    assert serve.connections == 2


async def test_idle_connections_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that nobody needs any more do not stay open."""
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.0)
    monkeypatch.setattr(connections, "SWEEP_SECONDS", 0.01)
    async with server(Counting()) as url, pool_to(url) as pool:
        await post(pool)
        async with asyncio.timeout(5):
            while pool._all:  # noqa: ASYNC110  # there is nobody to tell
                await asyncio.sleep(0.01)


async def test_nobody_waits_any_more() -> None:
    """A request whose caller has gone before there was a connection is never written."""
    serve = Counting()
    async with server(serve) as url, pool_to(url) as pool:
        post(pool).cancel()
        await post(pool)
        assert len(serve.asked) == 1


async def test_closing() -> None:
    """Closing the pool ends what is under way: lost where it was written, unwritten where it was not."""
    async with server(stall) as url:
        pool = Pool(url)
        written = post(pool)
        async with asyncio.timeout(5):
            while not pool._all:  # noqa: ASYNC110  # there is nobody to tell
                await asyncio.sleep(0)
        unwritten = post(pool)
        await pool.close()
        with pytest.raises(AnswerLost):
            await written
        with pytest.raises(NotWritten):
            await unwritten


async def test_clock_of_the_other_side() -> None:
    """The header `Date` of the last answer is kept."""
    dated = saying(http(200, b"{}", "date: Sun, 06 Nov 1994 08:49:37 GMT"))
    async with server(dated) as url, pool_to(url, dated=True) as pool:
        await post(pool)
        assert pool.date == b"Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize("connected", [False, True])
async def test_no_longer_to_be_written(*, connected: bool) -> None:
    """What must not go out any more when the connection is there is not written; the connection is kept for others."""
    serve = Counting()
    async with server(serve) as url, pool_to(url) as pool:
        if connected:
            await post(pool)
            serve.asked.clear()
        with pytest.raises(NotWritten):
            await pool.post(pool.head("/late"), b"{}", if_still=lambda: False)
        assert await post(pool) == (200, b"{}")
    assert serve.asked == [("POST /x HTTP/1.1", b"{}")]
    assert serve.connections == 1
