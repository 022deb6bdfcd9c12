"""Updates as people's apps send them: what is a command, what is content, what is silence."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_io.raw_updates import CONTENT
from bot.telegram_io.updates import Incoming, Kind, read_update

CHAT = 77
WRAPPING = [
    *"\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e",  # directions
    *"\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\ufe0f\u2800\u3164",  # nothing to be seen
    *" \u00a0\u202f\u2009\u3000\t\n\r\v\f\u2028\u2029\x00",  # spaces and line breaks
    *"\"'`´“”„‟‘’‚‛«»‹›「」『』＂＇״׳",  # quotation marks
]


def message(**parts: Any) -> dict[str, Any]:
    """Return a message in a private chat, with these parts."""
    person = {"id": CHAT, "is_bot": False, "first_name": "Ana"}
    return {"message_id": 5, "date": 0, "chat": {"id": CHAT, "type": "private"}, "from": person, **parts}


def read(**parts: Any) -> Incoming:
    """Read a new message."""
    incoming = read_update({"update_id": 1, "message": message(**parts)})
    assert incoming is not None
    return incoming


marks = st.text(st.sampled_from(WRAPPING), max_size=6)
names = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", min_size=1, max_size=32)


@given(names, marks, marks)
def test_what_stands_around_a_command_does_not_matter(name: str, before: str, after: str) -> None:
    """Marks of direction, quotation marks, line breaks and what cannot be seen change no command."""
    incoming = read(text=f"{before}/{name}{after}")
    assert (incoming.kind, incoming.name, incoming.argument) == (Kind.COMMAND, name.lower(), "")


@given(st.text(max_size=20))
def test_a_command_ends_where_its_name_does(rest: str) -> None:
    """Whatever follows /stop but a letter, digit, `_` or `@` leaves it /stop: when in doubt, the person is out."""
    if not rest[:1].isascii() or not (rest[:1].isalnum() or rest[:1] in ("_", "@")):
        assert read(text=f"/stop{rest}").withdraws_consent


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("/start abc", "abc"),
        ("/start\nabc", "abc"),
        ("/start@the_bot abc", "abc"),
        ("/start \u2068abc\u2069", "abc"),
        ("/START  abc ", "abc"),
        ("/start\u00a0abc def", "abc def"),
        ("/start", ""),
        ("/start@", ""),
    ],
)
def test_what_follows_is_the_argument(text: str, argument: str) -> None:
    """Name and argument are divided by anything that no name has; a bot's own name is no argument."""
    incoming = read(text=text)
    assert (incoming.kind, incoming.name, incoming.argument) == (Kind.COMMAND, "start", argument)


@pytest.mark.parametrize("text", ["/", "//", "/؟", "a/stop", "and/or", "see /privacy", "", "…/x"])
def test_no_command(text: str) -> None:
    """A slash without a name, or within a sentence, is a text."""
    assert read(text=text).kind is Kind.TEXT


def test_a_caption_can_be_a_command() -> None:
    """A picture with /stop or a word for leaving below it leaves; another caption is the text of what is no text."""
    photo = [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]
    assert read(photo=photo, caption="/stop").withdraws_consent
    incoming = read(photo=photo, caption="did microsoft leave?", media_group_id="album")
    assert (incoming.kind, incoming.text, incoming.album) == (Kind.OTHER, "did microsoft leave?", "album")
    bold = [{"type": "bold", "offset": 0, "length": 3}]
    assert read(photo=photo, caption="did", caption_entities=bold).entities == (bold[0],)


def test_an_edit_says_so() -> None:
    """An edited message is read like a new one, marked, and dated by its last change."""
    edited = message(text="/stop", date=10, edit_date=20)
    incoming = read_update({"update_id": 1, "edited_message": edited})
    assert incoming is not None
    assert incoming.edited
    assert incoming.withdraws_consent
    assert incoming.sent_at == datetime.fromtimestamp(20, UTC)
    assert read(text="/stop", date=10).sent_at == datetime.fromtimestamp(10, UTC)
    assert not read(text="/stop").edited


SERVICE: dict[str, Any] = {
    "pinned_message": {"message_id": 1, "date": 0, "chat": {"id": CHAT, "type": "private"}, "text": "/stop"},
    "message_auto_delete_timer_changed": {"message_auto_delete_time": 86400},
    "chat_background_set": {"type": {"type": "fill"}},
    "gift": {"gift": {"id": "1"}},
    "boost_added": {"boost_count": 1},
    "forum_topic_created": {"name": "Alerts", "icon_color": 1},
    "write_access_allowed": {"from_request": True},
    "users_shared": {"request_id": 1, "users": []},
    "from_the_future": {"id": 1},
}


@pytest.mark.parametrize("kind", SERVICE)
def test_what_happened_in_the_chat_is_no_speech(kind: str) -> None:
    """A message with none of the fields of content is nobody's words: nothing is done, and nothing answered."""
    assert read_update({"update_id": 1, "message": message(**{kind: SERVICE[kind]})}) is None


@pytest.mark.parametrize("kind", sorted(CONTENT - {"text", "caption"}))
def test_all_content_is_heard(kind: str) -> None:
    """What a person sends that is no text is told from what happened in the chat."""
    assert read(**{kind: {}}).kind is Kind.OTHER


def test_a_topic_is_kept() -> None:
    """The topic of a private chat is known for messages and for taps."""
    assert read(text="hello", message_thread_id=4, is_topic_message=True).thread_id == 4
    tap = {
        "id": "1",
        "from": {"id": CHAT},
        "data": "faq",
        "message": message(text="x", message_thread_id=4, is_topic_message=True),
    }
    incoming = read_update({"update_id": 1, "callback_query": tap})
    assert incoming is not None
    assert incoming.thread_id == 4
    assert read(text="an answer to another message", message_thread_id=4).thread_id is None


@given(st.dictionaries(st.sampled_from(["date", "edit_date"]), st.integers(0, 253_402_300_799)))
def test_every_date_is_a_moment(dates: dict[str, int]) -> None:
    """Whatever moment Telegram writes, it is read."""
    assert read(text="hello", **dates).sent_at is not None


@pytest.mark.parametrize(
    ("card", "shown_at"),
    [
        ({"date": 10}, 10),
        ({"date": 10, "edit_date": 20}, 20),
        ({"date": 0}, 0),
        ({}, None),
    ],
)
def test_when_a_button_was_shown(card: dict[str, int], shown_at: int | None) -> None:
    """A press has no date of its own; its message has one, the last change counts, and one too old to show has none."""
    shown = {"message_id": 4, "chat": {"id": CHAT, "type": "private"}, **card}
    tap = {"id": "1", "from": {"id": CHAT}, "data": "start", "message": shown}
    incoming = read_update({"update_id": 1, "callback_query": tap})
    assert incoming is not None
    assert incoming.shown_at == (None if shown_at is None else datetime.fromtimestamp(shown_at, UTC))
    assert incoming.sent_at is None
    without = read_update({"update_id": 1, "callback_query": {**tap, "message": None}})
    assert without is not None
    assert without.shown_at is None


def test_what_a_bot_put_together() -> None:
    """What inline mode offered is nobody's question; a picture found that way is one's own, and so is leaving."""
    bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
    assert read_update({"update_id": 1, "message": message(text="An answer.", via_bot=bot)}) is None
    assert read(text="/stop", via_bot=bot).withdraws_consent
    assert read(animation={"file_id": "x"}, via_bot=bot).kind is Kind.OTHER


@pytest.mark.parametrize(
    ("answered", "words"),
    [
        ({"message_id": 3, "from": {"id": 7, "is_bot": False}, "text": "What now?"}, "What now?"),
        ({"message_id": 3, "from": {"id": 1, "is_bot": True}, "text": "What now?"}, ""),
        ({"message_id": 3, "from": {"id": 7, "is_bot": False}, "text": "x" * 5000}, "x" * 4096),
        ({"message_id": 3, "from": {"id": 7}, "photo": []}, ""),
        ({"message_id": 3, "text": "What now?"}, ""),
        ({"text": 7}, ""),
        ("junk", ""),
        (None, ""),
    ],
)
def test_what_a_button_answers(answered: Any, words: str) -> None:
    """A tap brings the person's own text along, where the message with the button answers one."""
    chat = {"id": 7, "type": "private"}
    message = {"message_id": 4, "chat": chat, "reply_to_message": answered}
    tap = {"id": "1", "from": {"id": 7}, "data": "person", "message": message}
    incoming = read_update({"update_id": 1, "callback_query": tap})
    assert incoming is not None
    assert incoming.answered == words
