"""What becomes of messages: sent, edited, deleted, pinned; people who can and cannot be reached."""

import struct

import aiohttp
import pytest

from bot.rehearsal.world.people import Crowd, Person
from bot.rehearsal.world.world import World
from tests.rehearsal.conftest import Api, Clock, Line, Sender

BUTTONS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)


def test_a_sent_message_is_in_the_chat(api: Api, amal: Person, world: World) -> None:
    sent = api.result(
        "sendMessage",
        chat_id=amal.chat_id,
        text="مرحبا",
        entities=[{"type": "bold", "offset": 0, "length": 5}],
        reply_markup=BUTTONS,
        disable_notification=True,
    )
    (message,) = world.messages(amal.chat_id)
    assert (message.text, message.from_bot, message.silent) == ("مرحبا", True, True)
    assert message.entities == [{"type": "bold", "offset": 0, "length": 5}]
    assert message.reply_markup == BUTTONS
    assert sent == world.as_json(amal, message)
    assert world.accepted == {amal.chat_id: 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("block", "bot was blocked by the user"),
        ("deactivate", "user is deactivated"),
    ],
)
def test_people_who_cannot_be_reached(change: str, reason: str, api: Api, amal: Person, world: World) -> None:
    getattr(world, change)(amal.chat_id)
    assert api.refusal("sendMessage", chat_id=amal.chat_id, text="x") == (403, f"Forbidden: {reason}")
    assert world.accepted == {}


def test_nobody_is_written_to_first(api: Api, world: World) -> None:
    """The bot may write to a person only after they have spoken."""
    person = world.add_person(name="Lucía", language_code="es")
    refused = (403, "Forbidden: bot can't initiate conversation with a user")
    assert api.refusal("sendMessage", chat_id=person.chat_id, text="x") == refused
    world.say(person.chat_id, "/start")
    api.result("sendMessage", chat_id=person.chat_id, text="x")


def test_unblocking_opens_the_chat_again(api: Api, amal: Person, world: World) -> None:
    world.block(amal.chat_id)
    world.unblock(amal.chat_id)
    api.result("sendMessage", chat_id=amal.chat_id, text="x")


def test_an_edit_replaces_text_and_buttons(api: Api, amal: Person, send: Sender, world: World) -> None:
    sent = send("before")
    where = {"chat_id": amal.chat_id, "message_id": sent["message_id"]}
    edited = api.result("editMessageText", **where, text="after", reply_markup=BUTTONS)
    assert (edited["text"], edited["reply_markup"]) == ("after", BUTTONS)
    assert edited["edit_date"] >= sent["date"]
    api.result("editMessageReplyMarkup", **where)
    (message,) = world.messages(amal.chat_id)
    assert (message.text, message.reply_markup, message.edited) == ("after", None, True)


def test_an_edit_must_change_something(api: Api, amal: Person, send: Sender) -> None:
    where = {"chat_id": amal.chat_id, "message_id": send("same")["message_id"]}
    assert api.refusal("editMessageText", **where, text="same") == (400, NOT_MODIFIED)
    assert api.refusal("editMessageReplyMarkup", **where) == (400, NOT_MODIFIED)


def test_a_persons_message_cannot_be_edited(api: Api, amal: Person, world: World) -> None:
    world.say(amal.chat_id, "hello")
    (message,) = world.messages(amal.chat_id)
    refused = api.refusal("editMessageText", chat_id=amal.chat_id, message_id=message.message_id, text="x")
    assert refused == (400, "Bad Request: message can't be edited")


def test_a_deleted_message_is_gone(api: Api, amal: Person, send: Sender, world: World) -> None:
    """It is marked in the world, and for the bot it is not there."""
    where = {"chat_id": amal.chat_id, "message_id": send("x")["message_id"]}
    assert api.result("deleteMessage", **where) is True
    assert world.messages(amal.chat_id)[0].deleted
    assert api.refusal("deleteMessage", **where)[1] == "Bad Request: message to delete not found"
    assert api.refusal("editMessageText", **where, text="y")[1] == "Bad Request: message to edit not found"


def test_deleting_ends_after_48_hours(
    api: Api, amal: Person, send: Sender, world: World, clock: Clock
) -> None:
    where = {"chat_id": amal.chat_id, "message_id": send("x")["message_id"]}
    clock.pass_by(48 * 3600 + 1)
    refused = (400, "Bad Request: message can't be deleted for everyone")
    assert api.refusal("deleteMessage", **where) == refused
    api.result("deleteMessages", chat_id=amal.chat_id, message_ids=[where["message_id"]])
    assert not world.messages(amal.chat_id)[0].deleted


def test_deleting_many_skips_what_is_not_there(api: Api, amal: Person, send: Sender, world: World) -> None:
    ids = [send(each)["message_id"] for each in ("a", "b")]
    assert api.result("deleteMessages", chat_id=amal.chat_id, message_ids=[*ids, 999])
    assert all(message.deleted for message in world.messages(amal.chat_id))


def test_pinning(api: Api, amal: Person, send: Sender, world: World) -> None:
    where = {"chat_id": amal.chat_id, "message_id": send("x")["message_id"]}
    api.result("pinChatMessage", **where)
    assert world.messages(amal.chat_id)[0].pinned
    api.result("unpinChatMessage", chat_id=amal.chat_id)
    assert not world.messages(amal.chat_id)[0].pinned


def test_a_reply_shows_what_it_answers(api: Api, amal: Person, send: Sender) -> None:
    first = send("first")
    second = api.result(
        "sendMessage",
        chat_id=amal.chat_id,
        text="second",
        reply_parameters={"message_id": first["message_id"]},
    )
    assert second["reply_to_message"]["text"] == "first"


def test_a_button_is_answered_once_and_in_time(api: Api, amal: Person, world: World, clock: Clock) -> None:
    message = world.post(amal.chat_id, "?", reply_markup=BUTTONS)
    first, second = (world.tap_button(amal.chat_id, message.message_id, "Yes") for _ in range(2))
    assert api.result("answerCallbackQuery", callback_query_id=first, text="Thank you") is True
    assert world.answers[first]["text"] == "Thank you"
    late = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    assert api.refusal("answerCallbackQuery", callback_query_id=first) == late
    clock.pass_by(60)
    assert api.refusal("answerCallbackQuery", callback_query_id=second) == late
    assert (second in world.taps, second in world.answers) == (False, False)


def picture(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (picture(9000, 2000), "PHOTO_INVALID_DIMENSIONS"),
        (picture(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_what_is_no_picture(content: bytes, reason: str, line: Line, amal: Person) -> None:
    form = aiohttp.FormData({"chat_id": str(amal.chat_id)})
    form.add_field("photo", content, filename="a.png")
    async with line.session.post(line.url("sendPhoto"), data=form) as response:
        said = await response.json()
    assert said["description"] == f"Bad Request: {reason}"


CROWD = Crowd(first_id=1_000_000, size=1000, blocked_share=0.02, languages=("en", "ar"))


@pytest.fixture
def crowded(clock: Clock) -> Api:
    return Api(World(now=clock, monotonic=clock, crowd=CROWD))


def test_a_crowd_is_counted_not_kept(crowded: Api) -> None:
    """Everybody of the range is there, the same few have blocked the bot each time, and nothing is stored."""
    codes = [crowded.call("sendMessage", chat_id=chat, text="x")[0] for chat in range(1_000_000, 1_001_000)]
    again = [CROWD.person(chat).state == "ok" for chat in range(1_000_000, 1_001_000)]
    assert [code == 200 for code in codes] == again
    assert 5 <= codes.count(403) <= 45
    assert len(crowded.world.ledger) == codes.count(200)
    assert crowded.world.people == {}
    assert crowded.refusal("sendMessage", chat_id=1_001_000, text="x") == (400, "Bad Request: chat not found")


def test_a_crowds_messages_can_be_edited_and_deleted(crowded: Api) -> None:
    """Nothing is kept of them but that they were sent, to whom, and whether they are deleted."""
    chat = next(chat for chat in range(1_000_000, 1_001_000) if CROWD.person(chat).state == "ok")
    where = {
        "chat_id": chat,
        "message_id": crowded.result("sendMessage", chat_id=chat, text="x")["message_id"],
    }
    crowded.result("editMessageText", **where, text="y")
    crowded.result("deleteMessage", **where)
    assert crowded.refusal("deleteMessage", **where)[1] == "Bad Request: message to delete not found"
    other = {**where, "chat_id": chat + 1}
    assert (
        crowded.refusal("editMessageText", **other, text="y")[1] == "Bad Request: message to edit not found"
    )


def test_duplicates_are_seen(amal: Person, send: Sender, world: World) -> None:
    """The ledger knows how many chats were sent the same text more than once."""
    send("alert")
    send("another")
    assert world.ledger.duplicates() == 0
    send("alert")
    assert world.ledger.duplicates() == 1
    assert [each.chat_id for each in world.ledger] == [amal.chat_id] * 3
