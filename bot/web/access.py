"""Who may look at the metrics: whoever has the token, and programs of this machine that nobody has sent."""

import hmac
import ipaddress
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from bot.privacy.keyring import CampaignKey

FORWARDED = ("cf-connecting-ip", "forwarded", "true-client-ip", "via", "x-real-ip")
FORWARDED_PREFIX = "x-forwarded-"
"""The headers by which a reverse proxy says for whom it asks; behind one, every request comes from this machine."""

BEARER = "bearer "


def metrics_token(key: CampaignKey) -> str:
    """Return the token of the metrics: it follows the campaign key, so there is nothing more to keep."""
    return key.derive("metrics token")


def may_look(connection: HTTPConnection, token: str) -> bool:
    """Whether a request brings the token, or comes from a program on this machine itself."""
    given = connection.headers.get("authorization", "")
    if given[: len(BEARER)].lower() == BEARER:
        return hmac.compare_digest(given[len(BEARER) :].strip().encode(), token.encode())
    return _is_of_this_machine(connection)


def _is_of_this_machine(connection: HTTPConnection) -> bool:
    if connection.client is None or not _is_loopback(connection.client.host):
        return False
    headers = connection.headers
    if any(name in FORWARDED or name.startswith(FORWARDED_PREFIX) for name in headers):
        return False
    # A bare `proxy_pass` of nginx before 1.29.7 adds no header, and asks by HTTP/1.0, which no monitor does any more.
    if connection.scope.get("http_version") == "1.0":
        return False
    # A page in a browser here that calls its own name loopback (DNS rebinding), or a proxy that keeps the name.
    try:
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return False
    return host == "localhost" or _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
