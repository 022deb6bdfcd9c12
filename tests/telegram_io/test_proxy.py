"""Through a proxy: everything or nothing, and a proxy that fails has let nothing be written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.config import Settings, load_settings
from bot.rehearsal.api.server import RehearsalServer
from bot.telegram_io.answers import Accepted, NotConnected
from bot.telegram_io.api import open_api
from bot.telegram_io.connections import NotWritten, Pool
from tests.telegram_io.servers import TOKEN, Tunnels, nobody, server


@asynccontextmanager
async def proxy(kind: str, tunnels: Tunnels) -> AsyncIterator[str]:
    """Serve a proxy of this kind; yields its address."""
    async with server(tunnels.connect if kind == "http" else tunnels.socks5) as url:
        yield url.replace("http://", f"{kind}://")


def settings(url: str, proxy_url: str) -> Settings:
    """Return the settings of a bot behind a proxy."""
    return load_settings(overrides={"bot_token": TOKEN, "bot_api_url": url, "proxy_url": proxy_url})


@pytest.mark.parametrize("kind", ["http", "socks5", "socks5h"])
async def test_all_goes_through(kind: str, bot_api: RehearsalServer) -> None:
    """With PROXY_URL every call goes through the proxy, which is given the server's name to look up."""
    tunnels = Tunnels()
    url = bot_api.url.replace("127.0.0.1", "localhost")
    async with proxy(kind, tunnels) as address, open_api(settings(url, address)) as api:
        for _ in range(3):
            assert isinstance(await api.call("getMe"), Accepted)
    assert tunnels.names == [url.removeprefix("http://")]
    assert tunnels.seen.count(b"/getMe") == 3


@pytest.mark.parametrize("kind", ["http", "socks5"])
async def test_proxy_refuses(kind: str, bot_api: RehearsalServer) -> None:
    """A proxy that refuses has passed nothing on: trying again is safe."""
    tunnels = Tunnels(refuse=True)
    async with proxy(kind, tunnels) as address:
        pool = Pool(bot_api.url, proxy=address)
        with pytest.raises(NotWritten, match="ProxyRefused"):
            await pool.post(pool.head("/x"), b"{}")
        await pool.close()
    assert len(tunnels.names) == 1
    assert not tunnels.seen


@pytest.mark.parametrize("kind", ["http", "socks5"])
async def test_no_proxy_there(kind: str, bot_api: RehearsalServer) -> None:
    """Without its proxy the bot does not go another way; the error does not name the password."""
    address = (await nobody()).replace("http://", f"{kind}://user:pass99@")
    async with open_api(settings(bot_api.url, address)) as api:
        answer = await api.call("getMe")
    assert isinstance(answer, NotConnected)
    assert "pass99" not in repr(answer)
