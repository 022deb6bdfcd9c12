"""Links: what a host may be, one spelling, what is offered, and how look-alikes are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import LinkInvalid, checked_link, mixes_scripts, shown_link


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://example.org", "https://example.org"),
        ("\u2068https://example.org/\u2069\u200e", "https://example.org/"),
        (" https://example.org/a?b=c#d ", "https://example.org/a?b=c#d"),
        ("HTTPS://EXAMPLE.ORG/A?B#C", "https://example.org/A?B#C"),
        ("https://example.org:65535/", "https://example.org:65535/"),
        ("https://مثال.إختبار/", "https://مثال.إختبار/"),
        ("https://MÜNCHEN.de/", "https://münchen.de/"),
        ("https://xn--mnchen-3ya.de/", "https://xn--mnchen-3ya.de/"),
    ],
)
def test_what_is_taken(link: str, kept: str) -> None:
    """A full https address is taken; scheme and host in small letters, the rest as it was written."""
    assert checked_link(link) == kept


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://",
        "javascript:alert(1)",
        "mailto:a@example.org",
        "tel:+4930123456",
        "ftp://example.org",
        "https://localhost",
        "https://user:word@example.org",
        "https://@example.org",
        "https://example.org/a b",
        "https://example.org/\u202egro",
        "https://ex\u200bample.org",
        "https://[::1",
        "https://[::1]/",
        "https://192.0.2.1/",
        "https://example.123",
        "https://example.١٢٣",
        "https://example..org",
        "https://.example.org",
        "https://example.org.",
        "https://-a.org",
        "https://a-.org",
        "https://example.org:0",
        "https://example.org:99999",
        "https://example.org:",
        "https://example.org:http",
        "https://xn--\u00e4.org",
        "https://ex!ample.org",
        "https://" + "a" * 64 + ".org",
        "https://" + "a." * 127 + "org",
        "https://example.org/" + "x" * 2048,
    ],
)
def test_what_is_refused(link: str) -> None:
    """Anything else is not, and nothing is offered for what is broken."""
    with pytest.raises(LinkInvalid) as refused:
        checked_link(link)
    assert refused.value.offer is None


@pytest.mark.parametrize(
    ("link", "offer"),
    [
        ("example.org", "https://example.org"),
        ("Example.org/X", "https://example.org/X"),
        ("//example.org/x", "https://example.org/x"),
        ("http://example.org/x", "https://example.org/x"),
        ("HTTP://example.org:8080", "https://example.org:8080"),
        ("example.org/http://other.org", "https://example.org/http://other.org"),
    ],
)
def test_what_is_offered(link: str, offer: str) -> None:
    """Where only https:// is missing or is http://, the whole address is offered, never taken by itself."""
    with pytest.raises(LinkInvalid) as refused:
        checked_link(link)
    assert refused.value.offer == offer


@pytest.mark.parametrize(
    ("link", "shown", "mixed"),
    [
        ("https://example.org/petition", "example.org/petition", False),
        ("https://example.org/", "example.org", False),
        ("https://xn--80ak6aa92e.com/", "аррӏе.com (xn--80ak6aa92e.com)", True),
        ("https://аррӏе.com/", "аррӏе.com", True),
        ("https://pаypal.com/", "pаypal.com", True),  # a Cyrillic а
        ("https://xn--mnchen-3ya.de", "münchen.de (xn--mnchen-3ya.de)", False),
        ("https://مثال.إختبار/", "مثال.إختبار", False),
        ("https://مثال.com/", "مثال.com", False),
        ("https://日本ひらがな.jp/", "日本ひらがな.jp", False),
    ],
)
def test_how_it_is_shown(link: str, shown: str, *, mixed: bool) -> None:
    """The host is shown as its letters are; alphabets that are taken for one another are told."""
    assert shown_link(link) == shown
    assert mixes_scripts(link) is mixed


def test_a_long_one_is_cut() -> None:
    """What follows the host is cut, the host never."""
    assert shown_link("https://example.org/" + "x" * 100) == "example.org/" + "x" * 38 + "…"


@given(st.text(max_size=60) | st.text("htps:/.ax-n@[]0١б ", max_size=30))
def test_any_text(text: str) -> None:
    """Whatever is sent is taken, refused or corrected; what is taken or offered is taken again as it is."""
    try:
        link = checked_link(text)
    except LinkInvalid as refused:
        if refused.offer is None:
            return
        link = refused.offer
    assert checked_link(link) == link
    assert shown_link(link)
    mixes_scripts(link)
