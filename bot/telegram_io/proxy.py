"""The way to the Bot API through a proxy: HTTP CONNECT or SOCKS. The proxy sees where to, never what."""

import socket

from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError
from python_socks.async_.asyncio import Proxy


class ProxyRefused(ConnectionError):
    """The proxy did not let us through. Nothing was written to the other side."""


async def connect_through(proxy: str, host: str, port: int) -> socket.socket:
    """Return a connection to the other side, made by the proxy, which also looks up the name.

    Raises OSError, for whatever the proxy does.
    """
    try:
        return await Proxy.from_url(proxy, rdns=True).connect(host, port)
    except (ProxyError, ProxyConnectionError, ProxyTimeoutError) as error:
        raise ProxyRefused(type(error).__name__) from None  # the cause may name the proxy and its password
