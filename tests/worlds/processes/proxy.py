"""A TCP proxy that stands between processes, and can reset what goes through it."""

import asyncio
import itertools
import random
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import cast

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER on with no time: closing sends a reset."""

Connect = Callable[[Callable[[], "Far"]], Awaitable[tuple[asyncio.BaseTransport, "Far"]]]
"""Connects to where a connection is to lead, with this protocol."""


def to_socket(path: str) -> Connect:
    """Return how to connect to a Unix socket."""
    return lambda protocol: asyncio.get_running_loop().create_unix_connection(protocol, path)


def to_port(port: int) -> Connect:
    """Return how to connect to a port of this machine."""
    return lambda protocol: asyncio.get_running_loop().create_connection(protocol, "127.0.0.1", port)


class Proxy:
    """Leads each connection to one of several places, by lot, or to another where that one is not there.

    `latency`: the seconds that whatever comes back is on its way; `commit`, how much longer what answers a commit is.
    """

    def __init__(
        self, *places: Connect, lot: random.Random, latency: float = 0.0, commit: float = 0.0
    ) -> None:
        self._places = places
        self._open = places
        self._lot = lot
        self.latency = latency
        self.commit = commit
        self.port = 0
        self.pairs: set[Near] = set()
        self._server: asyncio.Server | None = None
        self._connecting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; `port` is known from now on."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Near(self), "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening, and end every connection."""
        if self._server is not None:
            self._server.close()
        self.reset()
        for task in self._connecting:
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)

    def reset(self, most: int | None = None) -> int:
        """Reset connections, all of them unless told how many at the most. Returns how many."""
        chosen: Sequence[Near] = list(self.pairs)
        if most is not None:
            # In an order of their own: that of a set is not the same the next time.
            chosen = self._lot.sample(sorted(chosen, key=lambda each: each.number), min(most, len(chosen)))
        for each in chosen:
            each.reset()
        return len(chosen)

    def lead_only_to(self, number: int | None) -> None:
        """Lead to this one of the places from now on, or to all again; what leads elsewhere is reset."""
        self._open = self._places if number is None else self._places[number : number + 1]
        if number is not None:
            self.reset()

    def opened(self, near: "Near") -> None:
        """Lead a new connection on."""
        task = asyncio.create_task(self._lead(near))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _lead(self, near: "Near") -> None:
        for connect in self._lot.sample(self._open, len(self._open)):
            with suppress(OSError):
                _, far = await connect(lambda: Far(self))
                near.lead_to(far)
                return
        near.abort()


class End(asyncio.Protocol):
    """One end of a connection that goes through the proxy."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._transport: asyncio.Transport | None = None
        self._other: End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio.Protocol)."""
        self._transport = cast(asyncio.Transport, transport)  # a stream has no other

    def data_received(self, data: bytes) -> None:
        """Hand on what came (asyncio.Protocol)."""
        if self._other is not None:
            self._other.write(data)

    def write(self, data: bytes) -> None:
        """Send this to whoever is at this end."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def eof_received(self) -> None:
        """Let the transport close; `connection_lost` follows (asyncio.Protocol)."""

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
        """End the other end as well, when it has everything (asyncio.Protocol)."""
        self._transport = None
        other, self._other = self._other, None
        if other is not None:
            other.close()

    def close(self) -> None:
        """End the connection, when everything is written."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Reset the connection."""
        self._other = None
        if self._transport is None:
            return
        connection = self._transport.get_extra_info("socket")
        if connection.family == socket.AF_INET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._transport.abort()


class Near(End):
    """The end of who has connected."""

    numbers = itertools.count()

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(proxy)
        self.number = next(self.numbers)
        self._early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Have it led on (asyncio.Protocol)."""
        super().connection_made(transport)
        self._proxy.opened(self)

    def data_received(self, data: bytes) -> None:
        """Hand on what came, once there is somewhere (asyncio.Protocol)."""
        if self._other is None:
            self._early.append(data)
        elif self._proxy.commit and b"COMMIT" in data and isinstance(self._other, Far):
            self._other.commits = True
        super().data_received(data)

    def lead_to(self, far: "Far") -> None:
        """Join both ends."""
        if self._transport is None:
            far.abort()
            return
        self._other, far._other = far, self
        self._proxy.pairs.add(self)
        far.write(b"".join(self._early))
        self._early.clear()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the pair (asyncio.Protocol)."""
        self._proxy.pairs.discard(self)
        super().connection_lost(exc)

    def reset(self) -> None:
        """Reset the connection at both ends."""
        self._proxy.pairs.discard(self)
        other = self._other
        self.abort()
        if other is not None:
            other.abort()


class Far(End):
    """The end of the place that it leads to. `commits`: what it says next answers a commit."""

    commits = False

    def data_received(self, data: bytes) -> None:
        """Hand on what came, after the time that it is on its way (asyncio.Protocol)."""
        seconds = self._proxy.latency + (self._proxy.commit if self.commits else 0.0)
        self.commits = False
        if seconds:
            asyncio.get_running_loop().call_later(seconds, super().data_received, data)
        else:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the other end as well, when what is on its way is there (asyncio.Protocol)."""
        self._transport = None
        if self._proxy.latency:
            asyncio.get_running_loop().call_later(self._proxy.latency, super().connection_lost, exc)
        else:
            super().connection_lost(exc)
