"""Threads tell nothing: two people who ask the same look the same to who answers, and to who steals the database."""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.organizer import Role
from bot.domain.thread import Thread
from bot.handlers.request import Request
from bot.handlers.router import Router
from bot.handlers.telling import tell
from bot.services import subscriptions
from bot.services import threads as asking
from bot.store.columns import Holds, holds
from bot.store.padding import STEP_BYTES
from bot.store.schema import audit_entries, jobs, metadata, thread_switch, threads
from bot.store.store import Store, Transaction
from bot.store.threads import Threads
from bot.telegram_io.callbacks import pack
from bot.telegram_io.replies import Reply
from bot.telegram_io.thread_buttons import (
    AnswerThread,
    AskPerson,
    CloseOwn,
    OpenThread,
    OpenThreads,
    PassOn,
    TakeThread,
    WriteBack,
)
from bot.telegram_io.updates import read_update
from bot.wording.threads import seen_words
from tests.handlers.conftest import SECONDS, Undone, _undo
from tests.making import CHAT, NOW, consent

QUESTION, MORE = "What will it cost the city?", "And who decides that?"
TEAM = ORGANIZER, COLLEAGUE = 77, 78
THREAD_ID = 0x4F2A


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Look into each of the two databases."""
    return str(request.param)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Somebody who asks: all that may tell them from another who does, but for when, and in which language."""

    chat_id: int
    phone: str = "en"
    is_on_list: bool = False
    is_paused: bool = False
    source: bool = False
    asked_before: bool = False
    topic: int | None = None
    name: str = "Ana"
    seconds: int = 0

    async def lives(self, tx: Transaction) -> None:
        """Have a history with the bot."""
        await tx.languages.choose(self.chat_id, "en")
        if self.is_on_list:
            source = await tx.sources.add("k7m2p9qa", "A poster", now=NOW) if self.source else None
            person = await tx.subscribers.add(
                self.chat_id,
                locale="en",
                today=NOW.date() - timedelta(days=3),
                source_id=source.id if source else None,
            )
            await tx.consents.add(person.id, consent())
            if self.is_paused:
                await subscriptions.pause(tx, self.chat_id)

    def writes(self, text: str) -> dict[str, Any]:
        """Return the update of a text."""
        return {"message": {"message_id": 5, "text": text, **self._shown()}}

    def taps(self, button: Any, *, below: str = "") -> dict[str, Any]:
        """Return the update of a tap on a message, which may be the answer to one of theirs."""
        message = {"message_id": 6, **self._shown()}
        if below:
            message["reply_to_message"] = {"message_id": 5, "text": below, **self._shown()}
        return {"callback_query": {"id": "1", "from": self._who(), "data": pack(button), "message": message}}

    def _who(self) -> dict[str, Any]:
        return {"id": self.chat_id, "is_bot": False, "first_name": self.name, "language_code": self.phone}

    def _shown(self) -> dict[str, Any]:
        chat = {"id": self.chat_id, "type": "private", "first_name": self.name}
        topic = {} if self.topic is None else {"message_thread_id": self.topic, "is_topic_message": True}
        return {"date": SECONDS + self.seconds, "chat": chat, "from": self._who(), **topic}


def askers(seed: int) -> Iterator[Asker]:
    """Yield two people with nothing in common."""
    drawn = random.Random(seed)  # noqa: S311  # it draws tests
    for _ in range(2):
        yield Asker(
            chat_id=drawn.randrange(1000, 2**42),
            phone=drawn.choice(["en", "ar", "de", "xx"]),
            is_on_list=drawn.random() < 0.5,
            is_paused=drawn.random() < 0.5,
            source=drawn.random() < 0.5,
            asked_before=drawn.random() < 0.3,
            topic=drawn.choice([None, 3]),
            name=drawn.choice(["Ana", "Bilal", "😀" * 20]),
            seconds=drawn.randrange(50),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What organizers were shown, and what a thief reads without the key, after each thing that was done."""

    shown: list[Reply]
    stolen: list[Any]


async def life(store: Store, router: Router, asker: Asker) -> Seen:
    """Let somebody ask, be answered, write back and close; nothing of it is kept."""
    shown: list[Reply] = []
    stolen: list[Any] = []
    ed = Asker(chat_id=ORGANIZER, name="Ed")
    with suppress(Undone):
        async with store.transaction() as tx:
            await asker.lives(tx)

            async def does(raw: dict[str, Any], *, at: datetime = NOW) -> None:
                incoming = read_update(raw)
                assert incoming is not None
                match = await router.consider(incoming)
                replies = await router.handle(tx, incoming, match, now=at)
                shown.extend(each for each in replies if each.parameters.get("chat_id") in TEAM)
                stolen.append(await readable_rows(tx))

            exact = NOW + timedelta(seconds=asker.seconds)
            if asker.asked_before:
                # Of a question that was kept back nothing is left.
                await does(asker.writes("Is there a bus?"), at=exact)
                stolen.clear()
            await does(asker.writes(QUESTION), at=exact)
            await does(asker.taps(AskPerson(), below=QUESTION), at=exact)
            await does(asker.taps(PassOn(seen_words(QUESTION)), below=QUESTION), at=exact)
            await does(ed.writes("/threads"))
            for button in (
                OpenThreads(),
                OpenThread(THREAD_ID),
                TakeThread(THREAD_ID),
                AnswerThread(THREAD_ID),
            ):
                await does(ed.taps(button))
            await does(ed.writes("Nobody knows yet."))
            await does(asker.taps(WriteBack(THREAD_ID)), at=exact)
            await does(asker.writes(MORE), at=exact)
            await does(ed.taps(OpenThread(THREAD_ID)))
            await does(asker.taps(CloseOwn(THREAD_ID)), at=exact)
            await does(ed.writes("/threads"))
            _undo()
    return Seen(shown=shown, stolen=stolen)


async def readable_rows(tx: Transaction) -> list[Any]:
    """Return what a thief reads of threads: public columns as they are, of what is encrypted the length."""
    rows: list[Any] = []
    await tx.audit.flush()
    for table in (threads, thread_switch, jobs, audit_entries):
        # Salted by chance, and of the same length each.
        columns = [
            each for each in table.c if each.name not in ("commitment", "salt", "details", "number", "leaf")
        ]
        found = (await tx._connection.execute(sa.select(*columns))).all()
        rows += [(table.name, *(_public(*each) for each in zip(columns, row, strict=True))) for row in found]
    return rows


def _public(column: sa.Column[Any], value: Any) -> Any:
    is_secret = holds(column) in (Holds.REF, Holds.SEALED)
    return len(value) if is_secret and value is not None else value


@pytest.fixture
async def one_id(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a team, and give each thread the same id, which is drawn by chance otherwise."""
    async with store.transaction() as tx:
        for chat_id in TEAM:
            await tx.organizers.add(chat_id, Role.EDITOR, today=NOW.date())

    async def drawn(_: Threads) -> int:
        return THREAD_ID

    monkeypatch.setattr(Threads, "draw_id", drawn)


@pytest.mark.usefixtures("one_id")
@pytest.mark.parametrize("seed", range(8))
async def test_two_who_ask_the_same(store: Store, router: Router, seed: int) -> None:
    """What an organizer is shown, and what the rows hold without the key, is the same to the byte."""
    one, other = [await life(store, router, asker) for asker in askers(seed)]
    assert len(one.shown) > 10
    assert any(QUESTION in str(reply.parameters.get("text")) for reply in one.shown)
    assert one.shown == other.shown
    assert one.stolen == other.stolen


def _in_their_topic(request: Request, *given: Any) -> list[Reply]:
    told = tell(request, *given)
    topic = request.incoming.thread_id
    return [replace(each, parameters={**each.parameters, "message_thread_id": topic}) for each in told]


def _to_the_second(patch: pytest.MonkeyPatch) -> None:
    values = Threads._values

    def exact(kept: Threads, thread: Thread) -> dict[str, Any]:
        return {**values(kept, thread), "sent": thread.touched_at.second}

    patch.setattr(Threads, "_values", exact)


def _told_in_their_topic(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.handlers.thread_news.tell", _in_their_topic)


@pytest.mark.usefixtures("one_id")
@pytest.mark.parametrize("wrong", [_to_the_second, _told_in_their_topic])
async def test_a_difference_is_seen(
    store: Store, router: Router, monkeypatch: pytest.MonkeyPatch, wrong: Any
) -> None:
    """The test above sees what it looks for."""
    wrong(monkeypatch)
    one, other = [
        await life(store, router, asker)
        for asker in (Asker(chat_id=CHAT), Asker(chat_id=CHAT + 1, seconds=31, topic=3))
    ]
    assert one != other


async def test_the_length_says_little(store: Store) -> None:
    """Sealed words of one step are of one length, whatever they are."""
    lengths = set()
    for words in ("?", "What will it cost the city?", "x" * 1000, "ش" * 900):
        async with store.transaction() as tx:
            thread = await _passed(tx, words)
            [sealed] = (await tx._connection.execute(sa.select(threads.c.words))).scalars()
            lengths.add(len(sealed))
            assert thread is not None
            await tx.erasing.remove(CHAT)
    assert len(lengths) == 1
    assert lengths.pop() > STEP_BYTES


async def _passed(tx: Transaction, words: str) -> Any:
    await tx.organizers.add(ORGANIZER, Role.OWNER, today=NOW.date())
    return await asking.pass_on(tx, CHAT, words, locale="en", now=NOW)


async def test_ids_are_drawn(store: Store) -> None:
    """The same person gets another name each time."""
    async with store.transaction() as tx:
        drawn = {await tx.threads.draw_id() for _ in range(50)}
    assert len(drawn) == 50


def test_no_finer_time_is_kept() -> None:
    """Every time in the table is cut down; the day is that of the limit."""
    cut = {column.name: getattr(column.type, "unit", None) for column in metadata.tables["threads"].c}
    assert {name: unit for name, unit in cut.items() if unit is not None} == {
        "waits_since": timedelta(hours=1),
        "touched_at": timedelta(hours=1),
        "taken_at": timedelta(minutes=1),
    }
