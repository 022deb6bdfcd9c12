"""Addresses in an alert: whether they lead where they seem to. Stricter than what an organizer may type."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from bot.domain.alert import Alert
from bot.domain.links import LinkInvalid, checked_link, labels_of, mixes_scripts, scripts_of

LATIN_LIKE = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ" + "αικνορτυωη")
"""Cyrillic and Greek letters that are taken for Latin ones (Chromium, "IDN in Google Chrome")."""

_BARE = re.compile(r"(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
"""Addresses in a text that apps make links of by themselves."""

_HOST = re.compile(r"(?:https?://)?(?P<host>[^\s/?#@:]+\.[^\W\d_]{2,})(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
"""Words that look like an address."""

_TURNS = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of others, which some apps show as what they stand for."""

_AFTER = ".,;:!?…)]}»”’'\""
"""What may end a sentence, and is no part of the address before it."""

_IN_APP = ("tg://", "ton://")
"""Links into Telegram itself, which have no host."""


class LinkFault(StrEnum):
    """What is wrong with an address."""

    BROKEN = "broken"
    """It is no address."""
    HIDDEN = "hidden"
    """It has characters that nobody sees, or that turn the direction of others."""
    LOOK_ALIKE = "look_alike"
    """A part of its host mixes alphabets, or is made of letters that are taken for Latin ones."""
    ELSEWHERE = "elsewhere"
    """The words that are linked look like another address."""
    ALPHABETS = "alphabets"
    """The parts of its host are in different alphabets, as honest ones may be."""
    NOT_HTTPS = "not_https"
    """Whoever is between can read and change what it shows."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address, and the locale in whose words it stands; None for the main button's.

    `shown`: the words that lead there, where these are not the address.
    """

    link: str
    locale: str | None = None
    shown: str = ""


def addresses(alert: Alert) -> list[Address]:
    """Return every address of an alert, each once: of its main button, of linked words, and as apps read its text."""
    found = [Address(alert.link)] if alert.link else []
    for locale, words in alert.translations.items():
        body = words.body()
        found += [Address(link, locale) for link in _in_text(words.title, body.text)]
        found += [
            Address(entity.url, locale, body.units(entity.offset, entity.length))
            for entity in body.entities
            if entity.type == "text_link" and entity.url
        ]
    once: dict[tuple[str, bool], Address] = {}
    for address in found:
        once.setdefault((address.link, _leads_elsewhere(address)), address)
    return list(once.values())


def fault_of(address: Address) -> LinkFault | None:
    """Return what is wrong with an address, the worst of it; None where nothing is."""
    link = address.link
    if any(unicodedata.category(each) in ("Cc", "Cf") for each in link) or _TURNS & set(unquote(link)):
        return LinkFault.HIDDEN
    if link.lower().startswith(_IN_APP):
        return None
    scheme, _, rest = link.partition("://")
    try:
        checked_link(f"https://{rest}")
    except LinkInvalid:
        return LinkFault.BROKEN
    if any(_is_look_alike(label) for label in labels_of(link)):
        return LinkFault.LOOK_ALIKE
    if _leads_elsewhere(address):
        return LinkFault.ELSEWHERE
    if mixes_scripts(link):
        return LinkFault.ALPHABETS
    return None if scheme.lower() == "https" else LinkFault.NOT_HTTPS


def _in_text(*texts: str) -> Iterator[str]:
    for text in texts:
        for found in _BARE.findall(text):
            link = found.rstrip(_AFTER)
            yield link if "://" in link else f"https://{link}"


def _leads_elsewhere(address: Address) -> bool:
    """Whether the words that are linked look like the address of another host."""
    shown = _HOST.fullmatch(address.shown.strip())
    if shown is None:
        return False
    return _bare_host(shown["host"]) != _bare_host(".".join(labels_of(address.link)))


def _bare_host(host: str) -> str:
    return host.casefold().removeprefix("www.")


def _is_look_alike(label: str) -> bool:
    scripts = scripts_of(label)
    letters = {each for each in label if each.isalpha()}
    return len(scripts) > 1 or (bool(letters) and scripts != {"LATIN"} and letters <= LATIN_LIKE)
