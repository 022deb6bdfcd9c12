"""What Telegram's apps do to a text that a person sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rich_text import MESSAGE_LIMIT, utf16_length
from bot.rehearsal.world.text_input import parts
from bot.rehearsal.world.world import World


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", [0]),
        ("x" * 4096, [4096]),
        ("x" * 4097, [4096, 1]),
        ("x" * 12_000, [4096, 4096, 3808]),
        ("🕊" * 2048, [4096]),
        ("x" + "🕊" * 2048, [4095, 2]),
    ],
)
def test_where_telegram_cuts(text: str, lengths: list[int]) -> None:
    """A message takes 4,096 units; what is longer goes on in the next one."""
    assert [utf16_length(part) for part in parts(text)] == lengths


@given(st.text(max_size=4), st.integers(0, 3000), st.text(max_size=4))
def test_nothing_is_lost(head: str, birds: int, tail: str) -> None:
    """The parts are the text, in order, and each is full before the next begins."""
    text = head + "🕊" * birds + tail
    cut = parts(text)
    assert "".join(cut) == text
    assert all(MESSAGE_LIMIT - 1 <= utf16_length(part) <= MESSAGE_LIMIT for part in cut[:-1])


def test_a_phone_sends_all_parts() -> None:
    """Who pastes a long text into a rehearsed phone sends several messages, whole together."""
    world = World()
    person = world.add_person(name="Dana", language_code="en")
    text = "word " * 1000
    world.say(person.chat_id, text)
    sent = [each.text for each in person.messages if not each.from_bot]
    assert len(sent) == 2
    assert "".join(sent) == text.strip()
