"""Addresses that organizers write: checked, in one spelling, and shown so that no look-alike hides in them."""

import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

from bot.domain.bidi import bare
from bot.errors import CampaignError

LINK_LIMIT = 2048
"""Characters of a link; longer ones break in apps and proxies."""

SCHEME = "https://"
HOST_LIMIT, LABEL_LIMIT = 253, 63
"""Characters of a host and of each part of it (RFC 1035, 2.3.4), in the spelling that goes over the wire."""

PATH_SHOWN = 40
"""Characters of what follows the host that are shown."""

_OTHER_SCHEME = re.compile(r"(?:http:)?/{0,2}(?=[^/:\s]+\.)", re.IGNORECASE)
"""What stands before a host where `https://` was left out, or is `http://`."""

_PUNYCODE = "xn--"
_MARKS = {"\u200c", "\u200d", "\u00b7"}
"""Joiners and the middle dot, which are part of words in some scripts (RFC 5892, appendix A)."""

_UNLIKE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "ARABIC", "HEBREW"})
"""Scripts whose letters nobody takes for those of another: they stand beside a Latin top-level domain every day."""


class LinkInvalid(CampaignError):
    """The link must be a full https:// address. `offer` is one that would do, if that is plain."""

    def __init__(self, offer: str | None = None) -> None:
        self.offer = offer
        super().__init__()


def checked_link(link: str) -> str:
    """Return the link if it is a full https address; its scheme and host in small letters, the rest as it was written.

    Raises LinkInvalid, with an offer where only the scheme is missing or is http.
    """
    written = bare(link)
    checked = _checked(written)
    if checked is not None:
        return checked
    raise LinkInvalid(_checked(SCHEME + _OTHER_SCHEME.sub("", written, count=1)))


def shown_link(link: str) -> str:
    """Return an address as people can compare it: without its scheme, its host decoded, its end cut off."""
    parts = urlsplit(link)
    host = parts.netloc.removesuffix(":443")
    decoded = _decoded(host) or host
    shown = decoded if decoded == host else f"{decoded} ({host})"
    rest = link.partition(parts.netloc)[2].removesuffix("/")
    return shown + (rest if len(rest) <= PATH_SHOWN else f"{rest[: PATH_SHOWN - 1]}…")


def mixes_scripts(link: str) -> bool:
    """Whether letters of several scripts that can be taken for one another stand in the host, as in look-alikes."""
    return len(set[str]().union(*map(scripts_of, labels_of(link)))) > 1


def labels_of(link: str) -> list[str]:
    """Return the parts of an address's host, in the letters that they stand for."""
    host = urlsplit(link).hostname or ""
    return (_decoded(host) or host).split(".")


def scripts_of(label: str) -> set[str]:
    """Return the scripts of a host's letters, without those that nobody takes for another."""
    return {_script(each) for each in label if each.isalpha()} - _UNLIKE


def _checked(link: str) -> str | None:
    if len(link) > LINK_LIMIT or any(each.isspace() or not each.isprintable() for each in link):
        return None
    try:
        parts = urlsplit(link)
        good = parts.scheme == "https" and "@" not in parts.netloc and parts.port != 0
    except ValueError:  # brackets that are not closed, a port that is no number or over 65535
        return None
    if not good or not _is_host(parts.hostname or "") or parts.netloc.endswith(":"):
        return None
    return SCHEME + parts.netloc.lower() + _after_host(link, parts)


def _after_host(link: str, parts: SplitResult) -> str:
    return link[link.index("://") + 3 + len(parts.netloc) :]


def _is_host(host: str) -> bool:
    """Whether it is the name of a host under a top-level domain; no number and no single word is."""
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isnumeric():  # noqa: PLR2004 - a name and its top-level domain
        return False
    try:
        wired = [_wired(label) for label in labels]
    except UnicodeError:
        return False
    return len(".".join(wired)) <= HOST_LIMIT and all(map(_is_label, labels, wired))


def _is_label(label: str, wired: str) -> bool:
    decoded = _label_decoded(label)
    if decoded is None or not 0 < len(wired) <= LABEL_LIMIT or label[0] == "-" or label[-1] == "-":
        return False
    return all(each.isalnum() or each in "-_" or each in _MARKS or _combines(each) for each in decoded)


def _wired(label: str) -> str:
    return label if label.isascii() else _PUNYCODE + label.encode("punycode").decode("ascii")


def _decoded(host: str) -> str | None:
    labels = [_label_decoded(label) for label in host.split(".")]
    return None if None in labels else ".".join(label for label in labels if label is not None)


def _label_decoded(label: str) -> str | None:
    """Return the letters that a label stands for; None where it stands for none."""
    if not label.startswith(_PUNYCODE):
        return label
    try:
        return label.removeprefix(_PUNYCODE).encode("ascii").decode("punycode")
    except UnicodeError:
        return None


def _combines(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _script(letter: str) -> str:
    """Return the script of a letter, by the first word of its name in Unicode."""
    return unicodedata.name(letter, "").partition(" ")[0]
