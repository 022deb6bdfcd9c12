"""Servers of a few lines, for what a client meets: answers cut short, silence, and proxies that count."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

TOKEN = "123456:AAsecretSECRETsecretSECRETsecretSEC"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[str]:
    """Listen on a free port of loopback; yields the address."""
    serving: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            serving.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await serve(reader, writer)
        finally:
            writer.close()

    listening = await asyncio.start_server(served, "127.0.0.1", 0)
    async with listening:
        try:
            yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        finally:
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)


async def nobody() -> str:
    """Return an address at which nobody listens."""
    async with server(stall) as url:
        return url


async def read_request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Read one request: its first line and its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(line for line in head.split("\r\n") if line.lower().startswith("content-length:"))
    return head.split("\r\n")[0], await reader.readexactly(int(length.partition(":")[2]))


def http(status: int, body: bytes, *headers: str) -> bytes:
    """Return an answer with a body."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def saying(answer: bytes) -> Serve:
    """Return a server that gives this answer to every request of a connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            writer.write(answer)
            await writer.drain()

    return serve


def cutting(answer: bytes) -> Serve:
    """Return a server that says so much, and closes the connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)
        await writer.drain()

    return serve


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, and break the connection."""
    await read_request(reader)
    writer.transport.abort()


async def stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Say nothing."""
    await reader.read()


@dataclass(kw_only=True)
class Tunnels:
    """A proxy that counts. `names`: what it was asked for; `seen`: what went through, both ways."""

    refuse: bool = False
    names: list[str] = field(default_factory=list)
    seen: bytearray = field(default_factory=bytearray)

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve HTTP CONNECT."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        verb, target, _ = head.split(" ", 2)
        assert verb == "CONNECT"
        self.names.append(target)
        if self.refuse:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        host, _, port = target.rpartition(":")
        await self._join(reader, writer, host, int(port))

    async def socks5(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve SOCKS5 (RFC 1928) without a password."""
        _, count = await reader.readexactly(2)
        await reader.readexactly(count)
        writer.write(b"\x05\x00")
        _, command, _, kind = await reader.readexactly(4)
        assert command == 1
        by_name = kind == 3
        size = (await reader.readexactly(1))[0] if by_name else 4
        address = await reader.readexactly(size)
        host = address.decode() if by_name else ".".join(str(byte) for byte in address)
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.names.append(f"{host}:{port}")
        refused = b"\x02" if self.refuse else b"\x00"
        writer.write(b"\x05" + refused + b"\x00\x01\x00\x00\x00\x00\x00\x00")
        if not self.refuse:
            await self._join(reader, writer, host, port)

    async def _join(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int
    ) -> None:
        there, away = await asyncio.open_connection(host, port)
        ways = {
            asyncio.create_task(self._carry(reader, away)),
            asyncio.create_task(self._carry(there, writer)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            away.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            self.seen += data
            writer.write(data)
            await writer.drain()
