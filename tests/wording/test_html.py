"""Screens as pages show them: every kind of formatting, and no text that becomes markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rich_text import Entity, RichText, bold, joined, styled, utf16_length
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.wording.html import TAGS, screen_html, text_html
from bot.wording.screen import Copy, Link, Press, screen

NASTY = """<script>alert("1")</script> & 'x' </b> &lt;"""


class Reader(HTMLParser):
    """Reads the page as a browser does, and minds that what is opened is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.add(tag)
        self.attributes += attrs
        if tag == "br":
            self.text += "\n"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def read(page: str) -> Reader:
    """Read a page, all of whose elements are closed."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("style", TAGS)
def test_every_style(style: str) -> None:
    """Each style of Telegram's has its element, and its text stays a text."""
    opening, closing = TAGS[style]
    assert text_html(styled("a < b", style)) == f"{opening}a &lt; b{closing}"


def test_other_entities_are_their_text() -> None:
    """What a page has no element for is shown as its text."""
    assert text_html(styled("@somebody", "mention")) == "@somebody"


def test_links() -> None:
    """A link opens its page, tells it nothing of where it stood, and is no way to run a script."""
    link = styled("here", "text_link", url='https://example.org/?a=1&b="2"')
    assert text_html(link) == (
        '<a href="https://example.org/?a=1&amp;b=&quot;2&quot;" rel="noopener noreferrer">here</a>'
    )
    assert text_html(styled("here", "text_link", url="javascript:alert(1)")) == "here"


def test_nested_and_overlapping() -> None:
    """Nested formatting is nested; what overlaps is closed and opened anew."""
    nested = RichText(
        "abc", (Entity(type="bold", offset=0, length=3), Entity(type="italic", offset=1, length=1))
    )
    assert text_html(nested) == "<b>a<i>b</i>c</b>"
    overlapping = RichText(
        "abc", (Entity(type="bold", offset=0, length=2), Entity(type="italic", offset=1, length=2))
    )
    assert text_html(overlapping) == "<b>a<i>b</i></b><i>c</i>"


def test_lines_and_flags() -> None:
    """Lines break, except in code, which keeps its own; offsets count as Telegram's do."""
    text = joined([RichText("🏴 one"), bold("two")], "\n")
    assert text_html(text) == "🏴 one<br><b>two</b>"
    assert text_html(styled("a\nb", "pre")) == "<pre>a\nb</pre>"


def test_both_directions() -> None:
    """The text takes its own direction, and its isolates are kept."""
    page = screen_html(screen("\u2068שלום\u2069 abc", [[Press("\u202eabc", OpenAlert(1))]]))
    assert page.startswith('<div class="text" dir="auto">\u2068שלום\u2069 abc</div>')
    assert "<bdi>\u202eabc</bdi>" in page


def test_buttons() -> None:
    """A button posts what it means; a link opens; a copy carries its text; none of them carries markup."""
    shown = screen(
        NASTY,
        [
            [Press(NASTY, OpenAlert(12, below=True)), Link(NASTY, "https://example.org/?a&b")],
            [Copy(NASTY, NASTY), Link("bad", "javascript:alert(1)")],
        ],
    )
    page = read(screen_html(shown))
    assert page.tags == {"div", "p", "button", "a", "span", "bdi"}
    attributes = dict(page.attributes)
    assert ("value", "alert:12:below") in page.attributes
    assert ("data-copy", NASTY) in page.attributes
    assert attributes["href"] == "https://example.org/?a&b"
    assert page.text.count("<script>") == 4


entities = st.lists(
    st.builds(
        Entity,
        type=st.sampled_from([*TAGS, "text_link", "mention", "<b>"]),
        offset=st.integers(0, 12),
        length=st.integers(1, 12),
        url=st.none() | st.sampled_from(["https://example.org", "javascript:x", '"><script>']),
    ),
    max_size=6,
)
texts = st.text(st.sampled_from("ab<>&\"'🏴ש\n"), max_size=12)


@given(texts, entities)
def test_any_formatting(text: str, formatting: list[Entity]) -> None:
    """Whatever the formatting, the page reads as the text, and holds no element that is not ours."""
    whole = tuple(each for each in formatting if each.offset + each.length <= utf16_length(text))
    shown = text_html(RichText(text, whole))
    assert "<script" not in shown
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        return
    try:
        split = [text.encode("utf-16-le")[: 2 * e.offset].decode("utf-16-le") for e in whole]
        split += [text.encode("utf-16-le")[: 2 * (e.offset + e.length)].decode("utf-16-le") for e in whole]
    except UnicodeDecodeError:
        return  # a formatting that begins inside a character is none that Telegram sends
    assert read(shown).text == text
