"""Replies with a file: kept as data, made when they are posted, and in words where they cannot be made."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.delivery.governed_api import _chat_of
from bot.domain.rich_text import RichText, bold, joined
from bot.inbox.courier import Courier
from bot.pictures.studio import DrawingFailed
from bot.rehearsal.api.checks import Upload as Uploaded
from bot.rehearsal.api.checks import check_request
from bot.rehearsal.api.forms import read_fields
from bot.telegram_io.answers import Accepted, Answer, RefusalKind, Refused
from bot.telegram_io.api import Form
from bot.telegram_io.replies import Reply, dump, load, send_file
from bot.telegram_io.report_buttons import OpenGrowth
from bot.telegram_io.uploads import CAPTION_LENGTH, Upload, UploadKind
from bot.wording.chat import with_file
from bot.wording.screen import Press, screen
from tests import shipped
from tests.making import CHAT

CHART = Upload(kind=UploadKind.CHART, name="a.png", of={"title": "Growth"})
TABLE = Upload(kind=UploadKind.TABLE, name="a.csv", of={"text": "a"})
SHOWN = screen(joined([bold("Growth"), "40 joined"]), [[Press("More", OpenGrowth())]])

WORDS = shipped.catalogs().words("en")


class Line:
    """Takes calls, and answers each in turn."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, Any]] = []

    async def call(self, method: str, parameters: Any, **_waiting: Any) -> Answer:
        """Take a call."""
        self.calls.append((method, parameters))
        return self.answers.pop(0) if self.answers else Accepted(result={"message_id": 5})


async def drawn(upload: Upload) -> bytes:
    """Make a file at once."""
    return upload.name.encode()


async def broken(_upload: Upload) -> bytes:
    """Fail at making a file."""
    raise DrawingFailed


def fields(form: Form, method: str) -> Mapping[str, Any]:
    """Read a form as strictly as the rehearsal's Bot API does."""
    given, is_form = read_fields(form.content_type, form.body, b"")
    return check_request(method, given, form=is_form)


@pytest.mark.parametrize(
    ("upload", "method", "field"),
    [(CHART, "sendPhoto", "photo"), (TABLE, "sendDocument", "document")],
    ids=["chart", "table"],
)
async def test_a_file_goes_out(upload: Upload, method: str, field: str) -> None:
    """What was written down goes out as a form that the Bot API takes, paced like any reply to that chat."""
    [reply] = load(dump(with_file(CHAT, SHOWN, upload, WORDS)))
    line = Line()
    courier = Courier(line, make=drawn)  # type: ignore[arg-type]  # it calls, and waits for nobody
    assert await courier.post_message(reply) == 5
    [(called, form)] = line.calls
    assert called == method
    given = fields(form, method)
    assert given[field] == Uploaded(
        file_name=upload.name, content_type=given[field].content_type, content=upload.name.encode()
    )
    assert (given["chat_id"], given["caption"]) == (CHAT, "Growth\n\n40 joined")
    assert given["caption_entities"] == [{"type": "bold", "offset": 0, "length": 6}]
    assert given["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "growth"
    assert _chat_of(form) == CHAT


async def test_it_goes_out_at_most_once() -> None:
    """It is tried again where it provably was not accepted, and only there."""
    [reply] = with_file(CHAT, SHOWN, CHART, WORDS)
    line = Line(Refused(code=429, kind=RefusalKind.TOO_MANY))
    courier = Courier(line, make=drawn)  # type: ignore[arg-type]  # it calls, and waits for nobody
    assert not await courier.post_one(reply)
    assert await courier.post_one(reply)
    assert [method for method, _ in line.calls] == ["sendPhoto", "sendPhoto"]


async def test_in_words_where_it_cannot_be_drawn() -> None:
    """Who asked for a picture that cannot be drawn reads its numbers, with the same buttons."""
    [reply] = with_file(CHAT, SHOWN, CHART, WORDS)
    line = Line()
    assert await Courier(line, make=broken).post_one(reply)  # type: ignore[arg-type]  # it calls
    [(method, parameters)] = line.calls
    assert method == "sendMessage"
    assert check_request(method, parameters, form=False)["text"] == "Growth\n\n40 joined"
    assert parameters["entities"] == [{"type": "bold", "offset": 0, "length": 6}]
    assert "upload" not in parameters


async def test_nothing_is_posted_in_place_of_a_picture_without_words() -> None:
    """Its words come below it: where it cannot be drawn, they are all."""
    longer = screen("a" * (CAPTION_LENGTH + 1), SHOWN.rows)
    line = Line()
    courier = Courier(line, make=broken)  # type: ignore[arg-type]  # it calls
    for reply in with_file(CHAT, longer, CHART, WORDS):
        assert await courier.post_one(reply)
    [(method, parameters)] = line.calls
    assert (method, parameters["text"]) == ("sendMessage", longer.text.text)


async def test_a_tap_below_a_picture() -> None:
    """An answer in place of a picture cannot be: Telegram refuses it, and it comes as a new message."""
    line = Line(Refused(code=400, kind=RefusalKind.NO_TEXT))
    reply = Reply(method="editMessageText", parameters={"chat_id": CHAT, "message_id": 4, "text": "a"})
    assert await Courier(line, make=drawn).post_one(reply)  # type: ignore[arg-type]  # it calls
    assert line.calls[-1] == ("sendMessage", {"chat_id": CHAT, "text": "a"})


def test_too_long_for_a_caption() -> None:
    """What does not fit below a picture comes as a message after it, whole and with the buttons."""
    fits = screen("😀" * (CAPTION_LENGTH // 2), SHOWN.rows)
    assert len(with_file(CHAT, fits, CHART, WORDS)) == 1
    longer = screen("😀" * (CAPTION_LENGTH // 2) + "a", SHOWN.rows)
    picture, words = with_file(CHAT, longer, CHART, WORDS)
    assert (picture.method, words.method) == ("sendPhoto", "sendMessage")
    assert words.parameters["text"] == longer.text.text
    assert "reply_markup" in words.parameters
    assert "reply_markup" not in picture.parameters
    assert send_file(CHAT, CHART, RichText("")) == picture
