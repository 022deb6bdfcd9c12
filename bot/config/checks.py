"""What each setting must look like. Each check returns the value, or raises ValueError with what is wrong."""

import base64
import binascii
import ipaddress
import math
import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from pydantic import SecretStr, ValidationInfo

TELEGRAM = "https://api.telegram.org"
KEY_BYTES = 64
FREE_RATE, PAID_RATE = 30.0, 1000.0  # core.telegram.org/bots/faq#broadcasting-to-users
WEBHOOK_PORTS = (443, 80, 88, 8443)  # core.telegram.org/bots/api#setwebhook
LAST_PORT = 65535
POSTGRESQL_PARAMETERS = {
    "application_name": r".+",
    "channel_binding": r"disable|prefer|require",
    "connect_timeout": r"\d+",
    "host": r".+",
    "password": r".*",
    "pgbouncer": r"true|false",
    "port": r"\d+",
    "prepared_statement_cache_size": r"\d+",
    "sslmode": r"disable|allow|prefer|require|verify-ca|verify-full",
    "target_session_attrs": r"any|primary|standby|read-write|read-only|prefer-standby",
    "user": r".+",
}
"""What may stand behind the `?` of an address, as libpq calls it, and what it may be."""


def token(given: SecretStr | None) -> SecretStr | None:
    """Take a token that is whole."""
    if given is not None and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", given.get_secret_value()):
        raise ValueError("it does not look like a token")
    return given


def bot_api_url(given: str) -> str:
    """Take a web address, without its last slash."""
    parts = _address(given)
    if parts.scheme == "http" and parts.hostname == urlsplit(TELEGRAM).hostname:
        raise ValueError("the token would travel unencrypted")
    return given.rstrip("/")


def proxy_url(given: SecretStr | None) -> SecretStr | None:
    """Take an HTTP or SOCKS proxy with its port; `socks5h://` is the same: the proxy always looks up the name."""
    if given is None:
        return None
    url = re.sub(r"^socks5h://", "socks5://", given.get_secret_value().rstrip("/"))
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "socks5", "socks4"} and parts.hostname and parts.port
    except ValueError:  # its text would repeat the password
        usable = None
    if not usable or re.search(r"\s", url):
        raise ValueError("it is not the address of a proxy")
    return SecretStr(url)


def database_url(given: str) -> str:
    """Take SQLite with a file or PostgreSQL with a database; `postgres://` is the same."""
    url = re.sub(r"^postgres://", "postgresql://", given)
    scheme, _, rest = url.partition("://")
    if scheme not in {"sqlite", "postgresql"}:
        raise ValueError("it is neither SQLite nor PostgreSQL")
    if scheme == "sqlite" and (not rest.startswith("/") or rest in {"/", "/:memory:"}):
        raise ValueError("it names no file")
    if scheme == "postgresql" and not _names_database(url):
        raise ValueError("it names no database")
    if scheme == "postgresql":
        _known_parameters(url)
    return url


def campaign_key(given: SecretStr | None) -> SecretStr | None:
    """Take the base64 of a whole key."""
    if given is None:
        return None
    try:
        length = len(base64.b64decode(given.get_secret_value(), validate=True))
    except (binascii.Error, ValueError):
        raise ValueError("it is not base64") from None
    if length != KEY_BYTES:
        raise ValueError(f"it holds {length} bytes instead of {KEY_BYTES}")
    return given


def campaign_key_file(given: Path | None, others: ValidationInfo) -> Path | None:
    """Take a file only where the key itself is not given."""
    if given is not None and others.data.get("campaign_key") is not None:
        raise ValueError("CAMPAIGN_KEY is set as well; keep one of the two")
    return given


def owner_ids(given: object) -> object:
    """Split a list of Telegram ids."""
    if not isinstance(given, str):
        return given
    listed = [part.strip() for part in given.split(",") if part.strip()]
    if not all(re.fullmatch(r"[1-9][0-9]{0,15}", part) for part in listed):
        raise ValueError("it is not a list of Telegram ids")
    return tuple(int(part) for part in listed)


def public_url(given: str | None, others: ValidationInfo) -> str | None:
    """Take an address that Telegram calls, without its last slash; one's own Bot API server calls any."""
    if given is None:
        return None
    parts = _address(given)
    if others.data.get("bot_api_url") == TELEGRAM:
        if parts.scheme != "https":
            raise ValueError("Telegram calls https addresses only")
        if (parts.port or WEBHOOK_PORTS[0]) not in WEBHOOK_PORTS:
            raise ValueError("Telegram calls the ports 443, 80, 88 and 8443 only")
    return given.rstrip("/")


def backup_recipient(given: str | None) -> str | None:
    """Take a public key of age's; the private half is never to be here."""
    if given is None:
        return None
    if given.upper().startswith("AGE-SECRET-KEY-"):
        raise ValueError("it is the private key, which is never to be on this machine")
    from pyrage import RecipientError, x25519  # noqa: PLC0415  # few commands need it

    try:
        x25519.Recipient.from_str(given)
    except RecipientError:
        raise ValueError("it is no public key of age's") from None
    return given


def webhook_secret(given: SecretStr | None) -> SecretStr | None:
    """Take what setWebhook takes."""
    if given is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given.get_secret_value()):
        raise ValueError("Telegram does not take it")
    return given


def port(given: int) -> int:
    """Take a TCP port."""
    if not 1 <= given <= LAST_PORT:
        raise ValueError("there is no such port")
    return given


def send_rate(given: float, others: ValidationInfo) -> float:
    """Take what Telegram allows; a server on this machine allows anything."""
    if not math.isfinite(given) or given <= 0:
        raise ValueError("it must be more than 0")
    most = PAID_RATE if others.data.get("paid_broadcast") else FREE_RATE
    if given > most and not is_loopback(others.data.get("bot_api_url", "")):
        raise ValueError(f"Telegram allows {most:g} per second")
    return given


def pseudo_locale(given: bool, others: ValidationInfo) -> bool:
    """Take it for a rehearsal only: no supporter is to meet it."""
    if given and not is_loopback(others.data.get("bot_api_url", "")):
        raise ValueError("it is for a Bot API server on this machine only")
    return given


def is_loopback(url: str) -> bool:
    """Return whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _names_database(url: str) -> bool:
    try:
        return bool(urlsplit(url).path.strip("/"))
    except ValueError:  # its text would repeat the password
        return False


def _known_parameters(url: str) -> None:
    for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        allowed = POSTGRESQL_PARAMETERS.get(name)
        if allowed is None:
            # What does not look like a name may be a part of a password.
            told = name if re.fullmatch(r"[a-z_]{1,40}", name) else "behind the ?"
            raise ValueError(f"its parameter {told} is not known here")
        if not re.fullmatch(allowed, value):
            raise ValueError(f"its parameter {name} cannot have this value")


def _address(url: str) -> SplitResult:
    parts = urlsplit(url)
    usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    if not usable or parts.query or parts.fragment or re.search(r"\s", url):
        raise ValueError("it is not a web address")
    return parts
