"""Formatted texts as Telegram's HTML, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.markup import STYLES, parse_markup
from bot.domain.markup_writing import TAGS, to_markup
from bot.domain.rich_text import Entity, RichText, utf16_length

URLS = st.sampled_from(
    ["https://example.org/?a=1&b=2", "http://example.org/'\"<>", "tg://resolve?domain=x", "HTTPS://A.org"]
)
LETTERS = st.sampled_from("ab<>&/ \n;\"'🕊لا") | st.sampled_from(["&lt;", "<b>", "</b>", "<x", "&amp;"])


@st.composite
def texts(draw: st.DrawFn) -> RichText:
    """Draw a text with formatting of any stretch, none within a character."""
    parts = draw(st.lists(LETTERS, max_size=12))
    text = "".join(parts)
    places = [utf16_length(text[:at]) for at in range(len(text) + 1)]
    entities = []
    for _ in range(draw(st.integers(0, 4)) if len(places) > 1 else 0):
        begins, ends = sorted(draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True)))
        style = draw(st.sampled_from(sorted(TAGS)))
        url = draw(URLS) if style == "text_link" else None
        entities.append(Entity(type=style, offset=begins, length=ends - begins, url=url))
    return RichText(text, tuple(entities))


def looks(text: RichText) -> list[tuple[str, frozenset[tuple[str, str | None]]]]:
    """Return each UTF-16 unit with its formatting: how it looks, however it is said."""
    units = text.text.encode("utf-16-le")
    return [
        (
            units[2 * at : 2 * at + 2].hex(),
            frozenset((e.type, e.url) for e in text.entities if e.offset <= at < e.offset + e.length),
        )
        for at in range(len(units) // 2)
    ]


@given(texts())
def test_it_is_read_back_as_it_looks(text: RichText) -> None:
    """What is written is read as the same text with the same formatting, also where stretches overlap."""
    assert looks(parse_markup(to_markup(text))) == looks(text)


@pytest.mark.parametrize(
    "html",
    [
        "a <b>b <i>c</i></b> d",
        "<blockquote expandable>x</blockquote>",
        "1 < 2 & 3",
        '<a href="https://a.org/?x=1&amp;y=2">l</a>',
    ],
)
def test_what_was_read_is_written_as_it_was(html: str) -> None:
    """Nothing is escaped that needs it not, but for addresses."""
    assert to_markup(parse_markup(html)) == html


def test_every_style_has_a_tag() -> None:
    """A style that can be read can be written."""
    assert set(STYLES.values()) | {"expandable_blockquote"} == set(TAGS)
