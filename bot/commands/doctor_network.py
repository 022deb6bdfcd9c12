"""The part of `doctor` that finds out why the Bot API cannot be reached: name, way, proxy, certificate.

After what python-telegram-bot's and aiogram's trackers are full of: a name that cannot be looked up, an IPv6 that leads
nowhere, a firewall, a proxy's password, a certificate of somebody in between, a clock that makes a good one invalid.
"""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.commands.output import Finding
from bot.config import Settings
from bot.telegram_io.proxy import ProxyRefused, connect_through

SECONDS = 5.0
"""How long each step may take."""

SUBJECT = "network"

NOT_YET_VALID, EXPIRED, SELF_SIGNED, SELF_SIGNED_IN_CHAIN, NO_ISSUER, OTHER_NAME = 9, 10, 18, 19, 20, 62
"""X509_V_ERR_… of OpenSSL."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Where a connection goes."""

    host: str
    port: int

    @property
    def is_here(self) -> bool:
        """Whether it is this machine."""
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


async def network_finding(settings: Settings, *, tls: ssl.SSLContext | None = None) -> Finding | None:
    """Return why no connection to the Bot API comes about; None where one does."""
    parts = urlsplit(settings.bot_api_url)
    secure = parts.scheme == "https"
    api = _Place(host=parts.hostname or "", port=parts.port or (443 if secure else 80))
    proxy = None if settings.proxy_url is None else urlsplit(settings.proxy_url.get_secret_value())
    if proxy is None:
        finding = await _way(api)
    else:
        first = _Place(host=proxy.hostname or "", port=proxy.port or 0)
        finding = await _way(first, is_proxy=True) or await _through(settings, api)
    if finding is not None or not secure:
        return finding
    return await _handshake(settings, api, tls or ssl.create_default_context())


async def _way(place: _Place, *, is_proxy: bool = False) -> Finding | None:
    """Look the name up, and connect to each of its addresses."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(SECONDS):
            found = await loop.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, TimeoutError):
        mend = (
            "PROXY_URL names a machine that is not known here: correct it."
            if is_proxy
            else "Check this machine's DNS (/etc/resolv.conf) and, in a container, its network."
        )
        return _finding(f"the name {place.host} cannot be looked up (DNS).", mend)
    addresses = list(dict.fromkeys((family, address) for family, _, _, _, address in found))
    failed = [(family, await _error(family, address)) for family, address in addresses]
    if all(error is None for _, error in failed):
        return None
    if any(error is None for _, error in failed):
        if any(error is not None and family == socket.AF_INET6 for family, error in failed):
            return _finding(
                f"{place.host} has an IPv6 address that leads nowhere from here.",
                "Switch IPv6 off on this machine, or let /etc/gai.conf prefer IPv4: precedence ::ffff:0:0/96 100",
            )
        return None
    error = next(error for _, error in failed if error is not None)
    return _no_way(place, error, is_proxy=is_proxy)


async def _error(family: int, address: tuple[object, ...]) -> OSError | None:
    """Connect to one address. Returns what was in the way."""
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setblocking(False)
        try:
            async with asyncio.timeout(SECONDS):
                await asyncio.get_running_loop().sock_connect(tried, address)
        except OSError as error:
            return error
    return None


def _no_way(place: _Place, error: OSError, *, is_proxy: bool) -> Finding:
    is_refused = isinstance(error, ConnectionRefusedError)
    said = "nothing listens at" if is_refused else "no connection comes about to"
    if is_proxy:
        return _finding(f"{said} the proxy {place}.", "Start the proxy, or correct PROXY_URL.")
    if place.is_here:
        return _finding(f"{said} {place}.", "Start the Bot API server there, or correct BOT_API_URL.")
    return _finding(
        f"{said} {place} ({type(error).__name__}).",
        "Let this machine connect outwards to port 443 (firewall, provider). Where Telegram is blocked, set PROXY_URL.",
    )


async def _through(settings: Settings, api: _Place) -> Finding | None:
    assert settings.proxy_url is not None  # noqa: S101  # for mypy
    try:
        async with asyncio.timeout(2 * SECONDS):
            tunnel = await connect_through(settings.proxy_url.get_secret_value(), api.host, api.port)
    except ProxyRefused as error:
        mend = "Check user and password in PROXY_URL, its kind (http, socks5), and whether it may lead there."
        return _finding(f"the proxy does not let us through to {api} ({error}).", mend)
    except OSError:
        return _finding(f"the proxy does not answer about {api}.", "Check the proxy, or take another one.")
    tunnel.close()
    return None


async def _handshake(settings: Settings, api: _Place, tls: ssl.SSLContext) -> Finding | None:
    tunnel = None
    try:
        async with asyncio.timeout(2 * SECONDS):
            if settings.proxy_url is not None:
                tunnel = await connect_through(settings.proxy_url.get_secret_value(), api.host, api.port)
            target = {"sock": tunnel} if tunnel else {"host": api.host, "port": api.port}
            _, writer = await asyncio.open_connection(**target, ssl=tls, server_hostname=api.host)
    except ssl.SSLCertVerificationError as error:
        return _certificate(api, error)
    except ssl.SSLError:
        mend = "Something in between answers in its place; or it is a server of yours, and BOT_API_URL wants http://"
        return _finding(f"what answers at {api} speaks no TLS.", mend)
    except OSError as error:
        mend = "Something in between cuts encrypted connections to Telegram. Set PROXY_URL."
        return _finding(f"{api} cuts the connection before it is encrypted ({type(error).__name__}).", mend)
    writer.transport.abort()
    return None


def _certificate(api: _Place, error: ssl.SSLCertVerificationError) -> Finding:
    match error.verify_code:
        case code if code in (NOT_YET_VALID, EXPIRED):
            found = f"by this machine's clock the certificate of {api.host} is not valid now (TLS)."
            return _finding(found, "Set the clock, for example: timedatectl set-ntp true")
        case code if code in (SELF_SIGNED, SELF_SIGNED_IN_CHAIN):
            found = f"the certificate of {api.host} is somebody else's, who reads along (TLS)."
            mend = "A company's proxy or a virus scanner? Have it leave this address alone, or set PROXY_URL."
            return _finding(found, mend)
        case code if code == NO_ISSUER:
            found = f"this machine knows nobody who vouches for {api.host} (TLS)."
            return _finding(
                found, "Install the package ca-certificates, or point SSL_CERT_FILE at the right file."
            )
        case code if code == OTHER_NAME:
            found = f"the certificate at {api} is for another name (TLS)."
            mend = "The name leads elsewhere from here, say to a page that blocks it: use another DNS, or PROXY_URL."
            return _finding(found, mend)
    return _finding(
        f"the certificate of {api.host} does not hold (TLS, {error.verify_code}).",
        "Look at what is between this machine and the internet.",
    )


def _finding(found: str, mend: str) -> Finding:
    return Finding(subject=SUBJECT, found=found, mend=mend)
