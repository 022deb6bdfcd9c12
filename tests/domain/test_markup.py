"""Telegram's HTML: what is checked is what is sent, at the offsets that Telegram counts."""

from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Chat, Message, MessageEntity

from bot.domain.markup import STYLES, MarkupInvalid, parse_markup
from bot.domain.rich_text import RichText, utf16_length

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WRAPPERS = ["b", "i", "u", "s", "tg-spoiler", "code", "blockquote"]


def html_of(tree: "str | tuple[str, list[object]]") -> str:
    """Write a tree of texts and tags as HTML."""
    if isinstance(tree, str):
        return escape(tree, quote=False)
    tag, inner = tree
    return f"<{tag}>{''.join(html_of(part) for part in inner)}</{tag}>"  # type: ignore[arg-type]  # a tree


def text_of(tree: "str | tuple[str, list[object]]") -> str:
    """Return the tree's text alone."""
    return tree if isinstance(tree, str) else "".join(text_of(part) for part in tree[1])  # type: ignore[arg-type]


TREES = st.recursive(
    TEXTS,
    lambda inner: st.tuples(st.sampled_from(WRAPPERS), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=8,
)


def stretch(rich: RichText, index: int) -> str:
    """Return the text that an entity covers, by UTF-16 units as Telegram does."""
    entity = rich.entities[index]
    units = rich.text.encode("utf-16-le")
    return units[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le")


def as_message(rich: RichText) -> Message:
    """Return the message that Telegram would make of it."""
    entities = [
        MessageEntity(type=e.type, offset=e.offset, length=e.length, url=e.url) for e in rich.entities
    ]
    chat = Chat(id=1, type="private")
    return Message(1, datetime(2026, 11, 23, tzinfo=UTC), chat, text=rich.text, entities=entities)


@given(TREES)
def test_text_survives(tree: "str | tuple[str, list[object]]") -> None:
    """Tags are taken out, references are read, and the rest is the text, letter for letter."""
    assert parse_markup(html_of(tree)).text == text_of(tree)


@given(TREES)
def test_entities_in_bounds(tree: "str | tuple[str, list[object]]") -> None:
    """Every entity covers something, within the text, and they are in Telegram's order."""
    rich = parse_markup(html_of(tree))
    ends = [(e.offset, e.length, e.offset + e.length) for e in rich.entities]
    assert all(offset >= 0 and length > 0 and end <= len(rich) for offset, length, end in ends)
    assert [(offset, -length) for offset, length, _ in ends] == sorted((o, -n) for o, n, _ in ends)


@given(TEXTS, TEXTS.filter(bool), TEXTS, st.sampled_from(WRAPPERS))
def test_offsets_count_utf16(before: str, inside: str, after: str, tag: str) -> None:
    """An entity covers exactly what stood between its tags, whatever characters come before."""
    rich = parse_markup(html_of(before) + f"<{tag}>{html_of(inside)}</{tag}>" + html_of(after))
    assert stretch(rich, 0) == inside
    assert rich.entities[0].offset == utf16_length(before)


@given(TEXTS, TEXTS.filter(str.strip), TEXTS, st.sampled_from(["b", "i", "u", "s", "code", "blockquote"]))
def test_same_as_python_telegram_bot(before: str, inside: str, after: str, tag: str) -> None:
    """python-telegram-bot writes our entities back as the HTML they came from."""
    html = html_of(before) + f"<{tag}>{html_of(inside)}</{tag}>" + html_of(after)
    written = as_message(parse_markup(html)).text_html
    assert parse_markup(written) == parse_markup(html)
    assert f"<{tag}>" in written


def test_link_round_trip() -> None:
    """A link keeps its address, with the ampersands that stand in it."""
    html = '🟥 <a href="https://example.org/?a=1&amp;b=2">Sign 👋</a>!'
    rich = parse_markup(html)
    assert stretch(rich, 0) == "Sign 👋"
    assert rich.entities[0].url == "https://example.org/?a=1&b=2"
    assert parse_markup(as_message(rich).text_html) == rich


@given(st.text(alphabet="ab<>&;/'\"= \n!?#x1-ت𝒳", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is written is either a message or a mistake with its place."""
    lines = text.split("\n")
    try:
        rich = parse_markup(text)
    except MarkupInvalid as mistake:
        assert lines[mistake.line - 1][mistake.column - 1] == "<"  # noqa: PT017  # the other end is right too
    else:
        assert len(rich.text) <= len(text)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("AT&T", "AT&T"),
        ("R&D; 2 < 3 > 1, <3", "R&D; 2 < 3 > 1, <3"),
        ("see https://example.org/?a=1&copy=2&b", "see https://example.org/?a=1&copy=2&b"),
        ("&lt;b&gt; &amp;lt; &quot;&#1575;&#x1F44B;", '<b> &lt; "ا👋'),
        ("<B>x</b>", "x"),
        ("<b></b>x", "x"),
        ("", ""),
    ],
)
def test_what_stands_for_itself(html: str, text: str) -> None:
    """References that Telegram knows are read; any other ampersand and angle bracket stays."""
    assert parse_markup(html).text == text


@pytest.mark.parametrize(
    ("html", "line", "column", "tag"),
    [
        ("one\ntwo <b>three", 2, 5, "b"),
        ("</i>", 1, 1, "i"),
        ("<b><i>x</b></i>", 1, 8, "b"),
        ("x <script>y</script>", 1, 3, "script"),
        ("<br/>", 1, 1, "br"),
        ("<a>x</a>", 1, 1, "a"),
        ('<a href="javascript:x">x</a>', 1, 1, "a"),
        ("<span>x</span>", 1, 1, "span"),
        ("<b", 1, 1, "b"),
        ("<b>x</b", 1, 5, "/b"),
        ("x <!-- y -->", 1, 3, "!--"),
    ],
)
def test_mistakes_have_a_place(html: str, line: int, column: int, tag: str) -> None:
    """A tag that is not closed, not opened or not known is named with its line and place."""
    with pytest.raises(MarkupInvalid) as refused:
        parse_markup(html)
    assert (refused.value.line, refused.value.column, refused.value.tag) == (line, column, tag)


@pytest.mark.parametrize(
    ("html", "kind"),
    [(f"<{tag}>x</{tag}>", style) for tag, style in STYLES.items() if tag != "a"]
    + [
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ("<a href=https://example.org>x</a>", "text_link"),
        ("<a href='tg://resolve?domain=x'>x</a>", "text_link"),
    ],
)
def test_every_tag(html: str, kind: str) -> None:
    """Each of Telegram's tags becomes its entity."""
    assert [entity.type for entity in parse_markup(html).entities] == [kind]


@pytest.mark.timeout(10)
@pytest.mark.parametrize("hostile", ["<" * 10_000, "<b " + " a" * 5_000, "&#" * 5_000, "<a " + "x= " * 3_000])
def test_hostile_text_is_read_at_once(hostile: str) -> None:
    """No text keeps the reader busy."""
    try:
        parse_markup(hostile)
    except MarkupInvalid as mistake:
        assert mistake.line == 1  # noqa: PT017  # refusing is as good as reading
