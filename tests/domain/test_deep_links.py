"""The grammar of links into the chat."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.deep_links import (
    ALPHABET,
    CODE_LENGTH,
    PAYLOAD_LIMIT,
    DeepLink,
    Leads,
    address,
    carried,
    deep_link_in,
)
from bot.telegram_io.callbacks import pack
from bot.telegram_io.supporter_buttons import Join

CODES = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
SLUGS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,24}", fullmatch=True)
LOCALES = st.sampled_from(["en", "ar", "pt_BR", "zh_Hant", "he"])
TELEGRAM = re.compile(r"[A-Za-z0-9_-]{1,64}")


@st.composite
def links(draw: st.DrawFn) -> DeepLink:
    """Draw any link that says something."""
    origin = draw(st.sampled_from([None, "source", "friend"]))
    goal = draw(st.sampled_from([None, "topic", "answer", "alert"]))
    words: dict[str, str | None] = {"locale": draw(st.none() | LOCALES)}
    if origin:
        words[origin] = draw(CODES)
    if goal:
        words[goal] = draw(CODES if goal == "alert" else SLUGS)
    made = DeepLink(**words)
    return made if not made.is_empty else replace(made, locale="en")


@given(links())
@example(DeepLink(source="abcdefgh", locale="pt_BR", answer="s-l-t-a"))
@example(DeepLink(locale="pt_BR", topic="a-l"))
def test_what_is_written_is_read(link: DeepLink) -> None:
    """Whatever a link says is read back as it was said, and Telegram takes it."""
    assert deep_link_in(link.payload) == link
    assert TELEGRAM.fullmatch(link.payload)


@given(
    st.text(max_size=80)
    | st.from_regex(TELEGRAM, fullmatch=True)
    | links().map(lambda link: link.payload + "-")
)
def test_nothing_is_read_two_ways(payload: str) -> None:
    """What is read as a link is written in one way only; anything else is none, and nothing raises."""
    found = deep_link_in(payload)
    assert found is None or found.payload == payload


@given(links(), links())
def test_two_links_are_two_payloads(one: DeepLink, other: DeepLink) -> None:
    """Different links are written differently."""
    assert (one == other) == (one.payload == other.payload)


@given(links(), st.text("abc-_ /?&", min_size=1, max_size=4))
def test_a_link_with_more_is_another(link: DeepLink, more: str) -> None:
    """What is added to a link is a part of its last word, or makes it none of ours."""
    found = deep_link_in(link.payload + more)
    assert found is None or found.payload == link.payload + more


@given(links())
def test_what_waits_for_the_yes(link: DeepLink) -> None:
    """Until the yes the origin and the alert are carried, and no more; a button has room for them."""
    kept = link.until_joined()
    assert (kept.source, kept.friend, kept.alert) == (link.source, link.friend, link.alert)
    assert (kept.locale, kept.topic, kept.answer) == (None, None, None)
    assert len(kept.payload) <= 21
    assert carried(kept.payload or None) == kept


def test_alerts_about_something_wait_for_the_yes() -> None:
    """A topic that alerts are about is carried as well, beside a source; a button has room for the longest."""
    longest = "a" * 13
    link = DeepLink(source="k7m2p9qa", locale="pt_BR", topic=longest)
    kept = link.until_joined(about=[longest])
    assert kept == DeepLink(source="k7m2p9qa", topic=longest)
    assert carried(kept.payload) == kept
    assert pack(Join("v" * 32, kept.payload))
    assert link.until_joined(about=["b"]).topic is None


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "team_abcdef",
        "s_short",
        "f_ABCDEFGH",
        "s_abcdefgh-f_abcdefgh",
        "a_x-a_y-",
        "-l_en",
        "l_en-s_abcdefgh",
        "w_1",
    ],
)
def test_what_is_no_link(payload: str) -> None:
    """Invitations, other alphabets, two origins and another order are none."""
    assert deep_link_in(payload) is None


def test_an_answer_may_look_like_parts() -> None:
    """A word at the end takes all that follows."""
    assert deep_link_in("a_x-a-y") == DeepLink(answer="x-a-y")


def test_older_buttons() -> None:
    """A button of before carries the bare code of a source; one of nobody's is no link."""
    assert carried("abcdefgh") == DeepLink(source="abcdefgh")
    assert carried(None) == carried("what.ever") == DeepLink()


@pytest.mark.parametrize(
    "link",
    [
        DeepLink(source="abcdefgh", friend="abcdefgh"),
        DeepLink(topic="x", answer="y"),
        DeepLink(source="ABC"),
        DeepLink(answer="x" * 41),
        DeepLink(source=""),
    ],
)
def test_what_cannot_be_written(link: DeepLink) -> None:
    """Two origins, two goals and words that are none are refused where they are written."""
    with pytest.raises(ValueError, match="no link"):
        _ = link.payload


def test_the_longest_fits() -> None:
    """A source, the longest locale of ours and the longest slug fit together."""
    longest = DeepLink(source="abcdefgh", locale="pt_BR", answer="x" * 40)
    assert len(longest.payload) <= PAYLOAD_LIMIT
    assert longest.leads is Leads.ANSWER


def test_addresses() -> None:
    """A link that says nothing is the bot's own address."""
    assert address("a_bot", DeepLink()) == "https://t.me/a_bot"
    assert address("a_bot", DeepLink(friend="abcdefgh")) == "https://t.me/a_bot?start=f_abcdefgh"
