"""Half-done survives: at each step of each kind, whatever comes between, the next answer leads to the same screen."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.action_fields import FieldName, fields_of
from bot.domain.alert import ActionKind
from bot.domain.organizer import Role
from bot.handlers.router import Router
from bot.handlers.states import AwaitField, AwaitLink, AwaitWords, load
from bot.jobs.scheduler import run_housekeeping
from bot.store.store import Store, open_store
from bot.telegram_io.callbacks import pack
from bot.telegram_io.compose_buttons import ChooseKind, NewAlert, OpenFields, WriteWords
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import read_update
from bot.wording.resources import Resources
from tests.handlers.conftest import SECONDS, said, tapped
from tests.making import CHAT, KEY, NOW

COLLEAGUE = CHAT + 1
WORDS = "Ask your council\nIt votes on Friday."

ANSWERS: dict[FieldName, str] = {
    FieldName.LINK: "https://example.org/petition",
    FieldName.TARGET: "The city council",
    FieldName.ADDRESS: "office@council.example",
    FieldName.SUBJECT: "The contract",
    FieldName.LETTER: "Dear council,\n\nplease let the contract end.",
    FieldName.PHONE: "+44 20 7946 0000",
    FieldName.HOURS: "Mon–Fri, 9:00–16:00",
    FieldName.SCRIPT: "Hello, I live here.",
    FieldName.ZONE: "London",
    FieldName.STARTS_AT: "2027-01-31 18:00",
    FieldName.PLACE: "The square",
    FieldName.QUESTION_1: "Where is it used?",
    FieldName.QUESTION_2: "By whom?",
    FieldName.QUESTION_3: "Since when?",
}

WRONG: dict[str, dict[str, Any]] = {
    "photo": {"photo": [{"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9}]},
    "photo of an album": {"photo": [], "media_group_id": "7", "caption": "Title\nText"},
    "voice": {"voice": {"file_id": "v", "file_unique_id": "u", "duration": 3}},
    "contact": {"contact": {"phone_number": "+1", "first_name": "Ada"}},
    "forwarded sticker": {
        "sticker": {},
        "forward_origin": {"type": "hidden_user", "sender_user_name": "Ada"},
    },
    "document": {"document": {"file_id": "d", "file_name": "letter.pdf", "file_size": 9}},
}
"""What no step takes."""


def answers(kind: ActionKind) -> list[str]:
    """Return what is sent at each step of a new alert, by the kind's own declaration."""
    shared, own = fields_of(kind, per_locale=False), fields_of(kind, per_locale=True)
    return [*(ANSWERS[each.name] for each in shared), WORDS, *(ANSWERS[each.name] for each in own)]


def cases() -> Iterator[tuple[ActionKind, int]]:
    """Yield every step of every kind."""
    for kind in ActionKind:
        for step in range(len(answers(kind))):
            yield kind, step


STEPS = pytest.mark.parametrize(("kind", "step"), list(cases()), ids=str)


class Desk:
    """Two organizers in front of a database that can be opened anew."""

    def __init__(self, url: str, resources: Resources) -> None:
        self.url = url
        self.resources = resources
        self.now = NOW
        self.store: Store | None = None

    async def open(self) -> None:
        """Open the database, as a program that starts."""
        if self.store is not None:
            await self.store.close()
        self.store = await open_store(self.url, KEY)
        self.router = Router(self.resources)

    async def do(self, raw: dict[str, Any], *, chat_id: int = CHAT) -> list[Reply]:
        """Let somebody do something, for good."""
        for part in (
            raw.get("message"),
            raw.get("edited_message"),
            raw.get("callback_query", {}).get("message"),
        ):
            if part is not None:
                part["chat"] = {"id": chat_id, "type": "private"}
        incoming = read_update(raw)
        assert incoming is not None
        assert self.store is not None
        async with self.store.transaction() as tx:
            return await self.router.handle(tx, incoming, None, now=self.now)

    async def state(self) -> Any:
        """Return where the author stands."""
        assert self.store is not None
        async with self.store.reading() as tx:
            stored = await tx.conversations.step(CHAT)
        return None if stored is None else load(stored)

    async def begin(self, kind: ActionKind, *, steps: int) -> list[Reply]:
        """Begin an alert, and answer so many questions of it."""
        replies = await self.do(tapped(pack(ChooseKind(kind))))
        for answer in answers(kind)[:steps]:
            replies = await self.do(said(answer))
        return replies


@pytest.fixture
async def desk(database_url: str, resources: Resources) -> AsyncIterator[Desk]:
    """Put two editors at a desk."""
    made = Desk(database_url, resources)
    await made.open()
    assert made.store is not None
    async with made.store.transaction() as tx:
        await tx.organizers.add(CHAT, Role.OWNER, today=NOW.date())
        await tx.organizers.add(COLLEAGUE, Role.EDITOR, today=NOW.date())
    yield made
    await made.store.close()


def seen(replies: list[Reply]) -> list[tuple[Any, Any]]:
    """Return what is on the screen."""
    return [
        (reply.parameters["text"], reply.parameters.get("reply_markup"))
        for reply in replies
        if "text" in reply.parameters
    ]


async def restart(desk: Desk) -> None:
    """Start the program anew."""
    await desk.open()


async def colleague(desk: Desk) -> None:
    """Let a colleague look at the same alert, begin to write it, and go away."""
    for button in (NewAlert(), OpenAlert(1), WriteWords(1, "ar"), OpenAlert(1)):
        await desk.do(tapped(pack(button)), chat_id=COLLEAGUE)
    await desk.do(said("/cancel"), chat_id=COLLEAGUE)


async def a_week(desk: Desk) -> None:
    """Let a week go by, with the chores that tidy up."""
    desk.now = NOW + timedelta(days=7)
    assert desk.store is not None

    def clock() -> datetime:
        return desk.now

    await run_housekeeping(desk.store, clock)


@STEPS
@pytest.mark.parametrize("between", [restart, colleague, a_week], ids=lambda each: each.__name__)
async def test_the_same_screen(
    desk: Desk, kind: ActionKind, step: int, between: Callable[[Desk], Awaitable[None]]
) -> None:
    """A restart, a colleague or a week at any step: the answer to its question leads on as if nothing had been."""
    await desk.begin(kind, steps=step)
    before = await desk.state()
    await between(desk)
    assert await desk.state() == before
    went_on = seen(await desk.do(said(answers(kind)[step])))
    desk.now = NOW
    expected = seen(await desk.begin(kind, steps=step + 1))
    # It is another alert, of the next number.
    assert repr(went_on).replace(":1'", ":N'").replace(":1:", ":N:") == repr(expected).replace(
        ":2'", ":N'"
    ).replace(":2:", ":N:")


@STEPS
async def test_every_step_says_where_one_is(desk: Desk, kind: ActionKind, step: int) -> None:
    """Each question is one of so many; /back shows the alert, from which it is gone on with; /cancel stops."""
    asked = seen(await desk.begin(kind, steps=step))[-1][0]
    plain = asked.replace("\u2068", "").replace("\u2069", "")
    assert f"Step {step + 1} of {len(answers(kind))}" in plain
    [(board, _)] = seen(await desk.do(said("/back")))
    assert "Alert: " in board
    await desk.begin(kind, steps=step)
    [(stopped, _)] = seen(await desk.do(said("/cancel")))
    assert "Stopped." in stopped
    assert await desk.state() is None


@STEPS
@pytest.mark.parametrize("what", WRONG)
async def test_what_no_step_takes(desk: Desk, kind: ActionKind, step: int, what: str) -> None:
    """It is answered in one sentence; the question stands, and its answer is taken."""
    await desk.begin(kind, steps=step)
    message = {**said("x")["message"], "text": None, **WRONG[what]}
    [(answer, _)] = seen(await desk.do({"message": message}))
    assert "Send the text alone" in answer
    before = await desk.state()
    assert isinstance(before, AwaitField | AwaitLink | AwaitWords)
    if "media_group_id" in message:
        assert seen(await desk.do({"message": {**message, "message_id": 6}})) == []
    await desk.do(said(answers(kind)[step]))
    assert await desk.state() != before


@STEPS
async def test_a_text_that_telegram_cut(desk: Desk, kind: ActionKind, step: int) -> None:
    """Its parts are refused together, whichever step they came in, and nothing of them is kept."""
    await desk.begin(kind, steps=step)
    first, rest = said("T\n" + "a" * 4094), said("a" * 900)
    await desk.do(first)
    [(refused, _)] = seen(await desk.do(rest))
    assert "None of it was used" in refused or "address cannot be used" in refused
    await desk.do(said(answers(kind)[step]))
    [(board, _)] = seen(await desk.do(said("/back")))
    assert "aaa" not in board


async def test_the_rest_of_words_that_were_taken(desk: Desk) -> None:
    """Words whose rest comes while the next thing is asked for are taken back with it, and asked for anew."""
    await desk.begin(ActionKind.EMAIL, steps=2)
    [(asked, _)] = seen(await desk.do(said("T\n" + "a" * 3400)))
    assert "3,402" in asked
    assert "shorter works better" in asked
    assert isinstance(await desk.state(), AwaitField)
    [(refused, _)] = seen(await desk.do(said("a" * 900)))
    assert "None of it was used" in refused
    assert isinstance(await desk.state(), AwaitWords)
    [(board, _)] = seen(await desk.do(said("/back")))
    assert "Alert: …" in board.replace("\u2068", "").replace("\u2069", "")


@STEPS
async def test_an_edited_message(desk: Desk, kind: ActionKind, step: int) -> None:
    """An edit of what gave nothing is answered at most by one sentence, and changes nothing."""
    await desk.begin(kind, steps=step)
    before = await desk.state()
    edited = {"edited_message": {**said("Other")["message"], "message_id": 900, "edit_date": SECONDS}}
    assert len(seen(await desk.do(edited))) <= 1
    assert await desk.state() == before


async def test_two_editors_of_one_field(desk: Desk) -> None:
    """Who was asked about a value that a colleague has changed since sees theirs first; nothing is lost silently."""
    await desk.begin(ActionKind.CALL, steps=5)
    for chat_id in (CHAT, COLLEAGUE):
        await desk.do(tapped("field:1:script:en"), chat_id=chat_id)
    await desk.do(said("Hello, I am Ada."), chat_id=COLLEAGUE)
    [(told, _)] = seen(await desk.do(said("Hello, I am Bo.")))
    assert "changed since you were asked" in told
    assert "I am Ada" in told
    [(board, _)] = seen(await desk.do(said("Hello, I am Bo.")))
    assert "I am Bo" in board


async def test_two_editors_of_one_link(desk: Desk) -> None:
    """An address that a colleague has set meanwhile is shown before it is replaced, or taken out."""
    await desk.begin(ActionKind.SIGN, steps=2)
    for chat_id in (CHAT, COLLEAGUE):
        await desk.do(tapped("link:1"), chat_id=chat_id)
    await desk.do(said("https://example.org/ada"), chat_id=COLLEAGUE)
    [(told, _)] = seen(await desk.do(tapped("nolink:1")))
    assert "changed since you were asked" in told
    assert "example.org/ada" in told
    [(board, _)] = seen(await desk.do(said("https://example.org/bo")))
    assert "example.org/bo" in board


async def test_two_editors_of_one_picture(desk: Desk) -> None:
    """A picture that a colleague has sent meanwhile is not replaced unseen."""
    await desk.begin(ActionKind.SIGN, steps=2)
    for chat_id in (CHAT, COLLEAGUE):
        await desk.do(tapped("picture:1"), chat_id=chat_id)
    photo = {"file_id": "ada", "width": 90, "height": 60}
    message = {**said("x")["message"], "text": None}
    await desk.do({"message": {**message, "photo": [photo]}}, chat_id=COLLEAGUE)
    own = {"message": {**message, "photo": [{**photo, "file_id": "bo", "width": 80}]}}
    [(told, _)] = seen(await desk.do(own))
    assert "changed since you were asked" in told
    assert "90" in told
    [(board, _)] = seen(await desk.do(own))
    assert "80" in board


async def test_who_is_writing_what(desk: Desk) -> None:
    """A colleague who writes a language is named on the board, until they are done or a quarter of an hour is over."""
    await desk.begin(ActionKind.SIGN, steps=2)
    await desk.do(tapped("words:1:ar"), chat_id=COLLEAGUE)

    async def board() -> str:
        [(text, _)] = seen(await desk.do(tapped("alert:1")))
        return str(text).replace("\u2068", "").replace("\u2069", "")

    assert "organizer 2 is writing العربية." in await board()
    desk.now = NOW + timedelta(minutes=16)
    assert "is writing" not in await board()
    desk.now = NOW
    assert "is writing" in await board()
    await desk.do(said("/cancel"), chat_id=COLLEAGUE)
    assert "is writing" not in await board()


async def test_details_are_looked_at_and_changed(desk: Desk) -> None:
    """What the action needs is listed, and each of it asked for anew; what it can do without is taken out."""
    await desk.begin(ActionKind.CALL, steps=5)
    [(listed, _)] = seen(await desk.do(tapped(pack(OpenFields(1)))))
    assert all(
        part in listed for part in ("The city council", "+442079460000", "Mon–Fri", "Hello, I live here.")
    )
    [(asked, keyboard)] = seen(await desk.do(tapped("field:1:hours")))
    assert "Mon–Fri" in asked
    assert "Step" not in asked
    assert "unset:1:hours" in repr(keyboard)
    [(board, _)] = seen(await desk.do(tapped("unset:1:hours")))
    assert "Mon–Fri" not in board
    [(wrong, _)] = seen(await desk.do(tapped("field:1:phone"))) and seen(await desk.do(said("020 7946")))
    assert "not a full number" in wrong
