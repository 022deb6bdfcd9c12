"""Why the Bot API cannot be reached: each way in which a host gets in between, with its mend."""

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.commands import doctor_network
from bot.commands.doctor_network import network_finding
from bot.commands.output import Finding
from bot.config import Settings, load_settings
from bot.rehearsal.stage import free_port
from tests.cli.calling import TOKEN

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


def settings(url: str, **more: Any) -> Settings:
    """Return the settings of a bot whose Bot API is there."""
    return load_settings(overrides={"bot_token": TOKEN, "bot_api_url": url, **more})


@asynccontextmanager
async def serving(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve on a port of this machine."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say nothing."""
    writer.close()


async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer as a page that blocks does."""
    await reader.read(1)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nblocked")
    await writer.drain()
    writer.close()


def found_by(finding: Finding | None) -> str:
    """Return what is said, with its mend."""
    assert finding is not None
    assert not finding.ok
    assert TOKEN not in str(finding)
    return str(finding)


async def test_a_way_that_leads_there() -> None:
    """Where a connection comes about nothing is said."""
    async with serving(nothing) as port:
        assert await network_finding(settings(f"http://127.0.0.1:{port}")) is None


async def test_nothing_listens() -> None:
    """A server of one's own that does not run is told by what it is called in the settings."""
    said = found_by(await network_finding(settings(f"http://127.0.0.1:{free_port()}")))
    assert "nothing listens at" in said
    assert "BOT_API_URL" in said


def resolves(
    monkeypatch: pytest.MonkeyPatch, *addresses: tuple[socket.AddressFamily, tuple[Any, ...]]
) -> None:
    """Let every name lead to these addresses; to none: it is not known."""

    async def getaddrinfo(_loop: Any, *_: Any, **__: Any) -> list[Any]:
        if not addresses:
            raise socket.gaierror(-2, "Name or service not known")
        return [(family, socket.SOCK_STREAM, 6, "", address) for family, address in addresses]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)


async def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that cannot be looked up is told, of Telegram as of the proxy."""
    resolves(monkeypatch)
    assert "/etc/resolv.conf" in found_by(await network_finding(settings("https://api.telegram.org")))
    proxied = settings("https://api.telegram.org", proxy_url="http://proxy.example:3128")
    assert "PROXY_URL names a machine" in found_by(await network_finding(proxied))


async def test_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Telegram's addresses cannot be reached, the firewall and the proxy are named."""
    resolves(monkeypatch, (socket.AF_INET, ("127.0.0.1", free_port())))
    said = found_by(await network_finding(settings("https://api.telegram.org")))
    assert "port 443" in said
    assert "PROXY_URL" in said


async def test_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A firewall that swallows everything is not waited for without end."""
    monkeypatch.setattr(doctor_network, "SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        resolves(monkeypatch, (socket.AF_INET, full.getsockname()))
        said = found_by(await network_finding(settings("https://api.telegram.org")))
        for each in waiting:
            each.close()
    assert "TimeoutError" in said


async def test_an_ipv6_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address of IPv6 that is tried first and leads nowhere is told, though the other one works."""
    async with serving(nothing) as port:
        dead = (socket.AF_INET6, ("::1", free_port(), 0, 0))
        resolves(monkeypatch, dead, (socket.AF_INET, ("127.0.0.1", port)))
        said = found_by(await network_finding(settings("http://api.example:80")))
    assert "IPv6" in said
    assert "gai.conf" in said


def certificate(
    folder: Path, *, name: str = "localhost", begins: dt.datetime = NOW - DAY, signed_by_other: bool = False
) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what serves with a certificate for a name and a time of two days, and what trusts its issuer."""
    key, issuer_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority")])

    def made(subject: x509.Name, public: Any, *, is_ca: bool) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 9 * DAY if is_ca else begins)
            .not_valid_after(NOW + 9 * DAY if is_ca else begins + 2 * DAY)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(_usage(is_ca=is_ca), critical=True)
            .sign(issuer_key, hashes.SHA256())
        )

    authority = made(issuer, issuer_key.public_key(), is_ca=True)
    own = made(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key.public_key(), is_ca=False)
    file = folder / "served.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + own.public_bytes(serialization.Encoding.PEM)
    )
    serves = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serves.load_cert_chain(file)
    trusts = ssl.create_default_context()
    if not signed_by_other:
        trusts.load_verify_locations(cadata=authority.public_bytes(serialization.Encoding.PEM).decode())
    return serves, trusts


def _usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({}, None),
        ({"begins": NOW - 8 * DAY}, "Set the clock"),
        ({"begins": NOW + DAY}, "Set the clock"),
        ({"signed_by_other": True}, "ca-certificates"),
        ({"name": "blocked.example"}, "for another name"),
    ],
)
async def test_certificates(tmp_path: Path, made: dict[str, Any], says: str | None) -> None:
    """A certificate that does not hold is told by why: the clock, nobody known vouches for it, another name."""
    serves, trusts = certificate(tmp_path, **made)
    async with serving(nothing, serves) as port:
        finding = await network_finding(settings(f"https://localhost:{port}"), tls=trusts)
    assert finding is None if says is None else says in found_by(finding)


async def test_somebody_reads_along(tmp_path: Path) -> None:
    """A certificate that vouches for itself is a proxy or a scanner that reads along."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    own = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "own.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + own.public_bytes(serialization.Encoding.PEM)
    )
    serves = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serves.load_cert_chain(file)
    async with serving(nothing, serves) as port:
        said = found_by(await network_finding(settings(f"https://localhost:{port}")))
    assert "reads along" in said


async def test_no_tls() -> None:
    """A page that blocks in plain HTTP is told."""
    async with serving(plain) as port:
        said = found_by(await network_finding(settings(f"https://localhost:{port}")))
    assert "speaks no TLS" in said


async def test_cut() -> None:
    """A connection that is cut as soon as it is to be encrypted is told."""
    async with serving(nothing) as port:
        said = found_by(await network_finding(settings(f"https://localhost:{port}")))
    assert "PROXY_URL" in said


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "user and password in PROXY_URL"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "does not let us through"),
        (b"HTTP/1.1 200 Connection established\r\n\r\n", None),
    ],
)
async def test_a_proxy(answer: bytes, says: str | None) -> None:
    """A proxy that refuses is told, without its password."""

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with serving(proxy) as port:
        address = f"http://ann:hunter2@127.0.0.1:{port}"
        finding = await network_finding(settings("http://api.example:80", proxy_url=address))
    assert "hunter2" not in str(finding)
    assert finding is None if says is None else says in found_by(finding)


async def test_a_proxy_that_does_not_run() -> None:
    """A proxy at which nothing listens is told."""
    address = f"socks5://127.0.0.1:{free_port()}"
    said = found_by(await network_finding(settings("https://api.telegram.org", proxy_url=address)))
    assert "nothing listens at the proxy" in said
