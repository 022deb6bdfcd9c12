"""Documents in replies: written down, read back, and posted as one form; old replies have none."""

import orjson

from bot.domain.rich_text import bold
from bot.telegram_io.api import Form
from bot.telegram_io.replies import dump, load, say, send_document
from bot.telegram_io.uploads import parameters_of
from tests.making import CHAT


def test_a_document_is_kept_with_its_reply() -> None:
    """Another process may have to post it: every byte is there."""
    replies = [
        send_document(CHAT, bytes(range(256)), filename="alert-1.toml", caption="“A” — ä", thread_id=7),
        say(CHAT, bold("Now"), picture="p"),
        say(CHAT, bold("Now")),
    ]
    assert load(dump(replies)) == replies


def test_replies_of_before_have_no_document() -> None:
    """What an earlier version wrote down is posted as it was."""
    [reply] = load(orjson.dumps([{"method": "sendMessage", "parameters": {"chat_id": 1}, "where": None}]))
    assert (reply.document, reply.filename) == (b"", "")
    assert parameters_of(reply) == {"chat_id": 1}


def test_a_form_says_where_it_goes() -> None:
    """The pace of a chat counts for a form, too; it holds the file, its name and the caption."""
    form = parameters_of(send_document(CHAT, b"kind = 1", filename="alert-1.toml", caption="ä"))
    assert isinstance(form, Form)
    assert form.chat_id == CHAT
    assert form.content_type.startswith("multipart/form-data; boundary=")
    assert b'name="document"; filename="alert-1.toml"' in form.body
    assert b"kind = 1" in form.body
    assert "ä".encode() in form.body


def test_a_caption_stands_under_a_picture() -> None:
    """With a picture the text is its caption, and nothing speaks of links."""
    made = say(CHAT, bold("Now"), [[{"text": "A", "callback_data": "a"}]], picture="p")
    assert made.method == "sendPhoto"
    assert made.parameters == {
        "chat_id": CHAT,
        "photo": "p",
        "caption": "Now",
        "caption_entities": [{"type": "bold", "offset": 0, "length": 3}],
        "reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]},
    }
