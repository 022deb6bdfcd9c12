"""Which links Telegram takes on a button or in a text."""

from functools import lru_cache
from urllib.parse import urlsplit

SCHEMES = frozenset({"http", "https", "tg", "ton"})


@lru_cache(maxsize=1024)  # a broadcast carries the same few links a million times
def link_problem(url: str) -> str | None:
    """Return what Telegram says is wrong with a link; None when nothing is."""
    address = url.strip()
    if not address:
        return "URL host is empty"
    if any(character.isspace() for character in address):
        return "Wrong HTTP URL"
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "Wrong HTTP URL"
    if parts.scheme not in SCHEMES:
        return "Unsupported URL protocol"
    if parts.scheme in {"tg", "ton"}:
        return None
    if not host:
        return "URL host is empty"
    if "." not in host.strip(".") and ":" not in host:
        return "Wrong HTTP URL"
    return None


def is_https(url: str) -> bool:
    """Tell whether a link may open a Mini App."""
    return url.startswith("https://") and link_problem(url) is None
