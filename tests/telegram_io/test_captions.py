"""Messages with a picture."""

from bot.domain.rich_text import bold
from bot.telegram_io.replies import say
from tests.making import CHAT


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
