"""Texts: Telegram's HTML, entities that move with what is removed, nothing that crashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rich_text import utf16_length
from bot.rehearsal.api.formatting import composed
from bot.rehearsal.api.html import parse_html
from bot.rehearsal.api.refusal import Refusal
from bot.rehearsal.world.people import Json


def entity(kind: str, offset: int, length: int, **more: object) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


def as_shown(
    text: str, entities: list[Json] | None = None, parse_mode: str | None = None
) -> tuple[str, list[Json]]:
    return composed(
        text, parse_mode=parse_mode, entities=entities or [], limit=4096, too_long="too long", empty="empty"
    )


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain &lt;b&gt; &amp; &quot;&#1605;&quot; &nbsp;", 'plain <b> & "م" &nbsp;', []),
        ("<b>نعم</b>", "نعم", [entity("bold", 0, 3)]),
        ("🎉<i>x</i>", "🎉x", [entity("italic", 2, 1)]),
        ("<b><i>x</i>y</b>", "xy", [entity("bold", 0, 2), entity("italic", 0, 1)]),
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', "x", [entity("text_link", 0, 1, url="https://example.org/?a=1&b=2")]),
        ("<a href='nowhere'>x</a>", "x", []),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        ("<blockquote>q</blockquote>", "q", [entity("blockquote", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [entity("spoiler", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ("<code>x</code>", "x", [entity("code", 0, 1)]),
        ('<tg-emoji emoji-id="12">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="12")]),
        (
            '<tg-time unix="1800000000" format="f">then</tg-time>',
            "then",
            [entity("date_time", 0, 4, unix_time=1_800_000_000, date_time_format="f")],
        ),
        ("<b></b>x", "x", []),
    ],
)  # fmt: skip
def test_html(source: str, text: str, entities: list[Json]) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>unclosed", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("é<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b><i>test</b></i>", 'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b =>x</b>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        ("<tg-time>y</tg-time>", "Invalid date specified"),
    ],
)
def test_bad_html(source: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("text", "entities", "shown", "moved"),
    [
        ("  hello \n", [], "hello", []),
        ("  hello  ", [entity("bold", 2, 7)], "hello", [entity("bold", 0, 5)]),
        ("  hello", [entity("bold", 0, 7)], "  hello", [entity("bold", 0, 7)]),
        ("a\tb\x00c", [], "a b c", []),
        ("a\r\nb", [entity("bold", 3, 1)], "a\nb", [entity("bold", 2, 1)]),
        ("\u202e🎉ab\u202c", [entity("bold", 3, 2)], "🎉ab", [entity("bold", 2, 2)]),
        ("\u2068x\u2069", [entity("bold", 1, 1)], "\u2068x\u2069", [entity("bold", 1, 1)]),
        ("ab", [entity("italic", 1, 1), entity("bold", 0, 2)], "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
    ],
)  # fmt: skip
def test_what_telegram_removes(text: str, entities: list[Json], shown: str, moved: list[Json]) -> None:
    """Control and bidi-override characters go, isolates stay, ends are trimmed; the entities move along."""
    assert as_shown(text, entities) == (shown, moved)


TEXTS = st.text(st.sampled_from(" \n\r\t\x00\u202e\u2068aب🎉<b>/&;"), max_size=30)


@given(TEXTS, st.integers(-2, 40), st.integers(-2, 40), st.sampled_from([None, "HTML"]))
def test_any_text_is_shown_or_refused(text: str, offset: int, length: int, mode: str | None) -> None:
    """Nothing raises anything else, and what is shown is a text whose entities lie within it."""
    try:
        shown, entities = as_shown(text, [entity("bold", offset, length)], mode)
    except Refusal:
        return
    assert shown == shown.rstrip()
    for each in entities:
        assert each["length"] > 0
        assert 0 <= each["offset"] <= each["offset"] + each["length"] <= utf16_length(shown)


def test_markdown_is_not_played() -> None:
    with pytest.raises(Refusal, match="reads no Markdown"):
        as_shown("*x*", parse_mode="MarkdownV2")


def test_a_hundred_entities_are_kept() -> None:
    """Telegram drops the rest without a word."""
    _, kept = as_shown("x" * 200, [entity("bold", at, 1) for at in range(150)])
    assert len(kept) == 100
