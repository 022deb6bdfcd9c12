"""Addresses that lead where they seem to, and those that do not."""

from dataclasses import replace

import pytest

from bot.domain.link_safety import Address, LinkFault, addresses, fault_of
from bot.domain.rich_text import Entity
from tests.making import draft, words

LOOK_ALIKES = [
    "https://xn--80ak6aa92e.com/",  # аррӏе: Cyrillic letters alone, all like Latin ones
    "https://аррӏе.com/",
    "https://ex\u0430mple.org/",  # one Cyrillic a among Latin letters
    "https://\u03bf\u03c1.com/",  # Greek letters like Latin ones
    "https://example.org.\u0435vil.net/",
]

FAULTS = [
    ("https://example.org", None),
    ("https://example.org/petition?a=%D8%A7&b=1%0A", None),
    ("https://bücher.example/", None),
    ("https://موقع.example/", None),
    ("https://例え.jp/", None),
    ("tg://resolve?domain=example", None),
    ("http://example.org", LinkFault.NOT_HTTPS),
    ("https://example", LinkFault.BROKEN),
    ("https://exa mple.org", LinkFault.BROKEN),
    ("https://user@example.org", LinkFault.BROKEN),
    ("ftp.example.org", LinkFault.BROKEN),
    ("https://[::1", LinkFault.BROKEN),
    ("https://example.org/\u202egnp.exe", LinkFault.HIDDEN),
    ("https://example.org/%E2%80%AEgnp", LinkFault.HIDDEN),
    ("https://exam\u200bple.org", LinkFault.HIDDEN),
    ("https://example.org/\x07", LinkFault.HIDDEN),
    ("https://новости.com/", LinkFault.ALPHABETS),
    *((link, LinkFault.LOOK_ALIKE) for link in LOOK_ALIKES),
]


@pytest.mark.parametrize(("link", "fault"), FAULTS, ids=[ascii(link) for link, _ in FAULTS])
def test_faults(link: str, fault: LinkFault | None) -> None:
    """Each kind of address has the one fault that matters most, or none."""
    assert fault_of(Address(link)) is fault


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        ("here", None),
        ("example.org", None),
        ("https://www.example.org/petition", None),
        ("bank.example", LinkFault.ELSEWHERE),
        ("https://example.org.evil.net", LinkFault.ELSEWHERE),
        ("write e.g. this", None),
    ],
)
def test_words_that_show_another_address(shown: str, fault: LinkFault | None) -> None:
    """Linked words may say anything, but not the address of another host."""
    assert fault_of(Address("https://example.org/x", "en", shown)) is fault


def test_every_address_is_found_once() -> None:
    """The main button's, those of linked words, and those that apps make links of, without the full stop after them."""
    linked = Entity(type="text_link", offset=0, length=4, url="https://example.org/b")
    said = "here (see https://example.org/c). Or www.example.org/d, or https://example.org/a!"
    alert = replace(
        draft(),
        link="https://example.org/a",
        translations={"en": replace(words(), text=said, entities=(linked,)), "ar": words("ar")},
    )
    found = {address.link: address.locale for address in addresses(alert)}
    assert found == {
        "https://example.org/a": None,
        "https://example.org/b": "en",
        "https://example.org/c": "en",
        "https://www.example.org/d": "en",
    }
    assert len(addresses(alert)) == 4
