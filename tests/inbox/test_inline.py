"""Inline queries: the newest of each person, at once or not at all, and nothing of it in the database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.inbox.inline import AT_ONCE, CEILING, WAITING, InlineQueries
from bot.inbox.intake import Intake
from bot.store.schema import metadata
from bot.store.store import Store, Transaction
from bot.telegram_io.inline import InlineQuery
from bot.telegram_io.replies import Reply
from tests.making import CHAT, NOW


def query(number: int, *, sender: int = CHAT, text: str = "why") -> InlineQuery:
    """Return an inline query."""
    return InlineQuery.model_validate({"id": str(number), "from": {"id": sender}, "query": text})


class Answers:
    """Answers each query with its id, once it is let; counts what it prepares."""

    def __init__(self, *, lacks: bool = False) -> None:
        self.lets = asyncio.Event()
        self.lets.set()
        self.lacks = lacks
        self.prepared = 0

    async def consider(self, query: InlineQuery) -> Any:
        """Wait until it is let."""
        await self.lets.wait()
        if query.query == "break":
            raise RuntimeError
        return query.query

    async def answer(
        self, _tx: Transaction, query: InlineQuery, _match: Any, *, now: datetime
    ) -> Reply | None:
        """Return the query's id, once nothing lacks."""
        assert now == NOW
        return (
            None
            if self.lacks
            else Reply(method="answerInlineQuery", parameters={"inline_query_id": query.id})
        )

    async def prepare(self, _tx: Transaction, *, now: datetime) -> None:
        """Write what lacks."""
        assert now == NOW
        self.prepared += 1
        self.lacks = False


class Posted:
    """Keeps what is posted: of each reply the query's id, and its rank."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, int]] = []

    async def post_one(self, reply: Reply, *, rank: int, patience: float, **_: Any) -> bool:
        """Keep a reply."""
        assert 0 < patience < 15
        self.replies.append((int(reply.parameters["inline_query_id"]), rank))
        return True


class Desk:
    """Queries that are answered, and what was posted."""

    def __init__(self, store: Store, answers: Answers) -> None:
        self.answers = answers
        self.posted = Posted()
        self.now = 0.0
        self.queries = InlineQueries(
            store=store, responder=answers, poster=self.posted, clock=lambda: NOW, seconds=lambda: self.now
        )

    async def rests(self) -> list[int]:
        """Let everything that can be answered be answered. Returns the ids."""
        await until(lambda: self.queries.at_rest)
        return [each for each, _ in self.posted.replies]


async def until(seen: Callable[[], bool]) -> None:
    """Wait until something is so."""
    while not seen():  # noqa: ASYNC110 -- what is looked at tells nobody
        await asyncio.sleep(0.001)


@asynccontextmanager
async def desk(store: Store, answers: Answers | None = None) -> AsyncIterator[Desk]:
    """Answer queries for as long as the block takes."""
    made = Desk(store, answers or Answers())
    running = asyncio.create_task(made.queries.run())
    yield made
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_the_newest_of_each(store: Store) -> None:
    """What somebody typed before, and nobody has begun with, is not answered; others' are."""
    async with desk(store) as at:
        at.answers.lets.clear()
        for number in range(AT_ONCE):
            at.queries.accept(query(number, sender=number))
        await until(lambda: at.queries.working == AT_ONCE)
        for number in range(100, 105):
            at.queries.accept(query(number))
        at.queries.accept(query(200, sender=CHAT + 1))
        at.answers.lets.set()
        assert sorted(await at.rests()) == [*range(AT_ONCE), 104, 200]


async def test_whoever_asks_much_comes_later(store: Store) -> None:
    """Each next query of a minute ranks lower; beyond the ceiling none is answered until the minute is over."""
    async with desk(store) as at:
        for number in range(CEILING + 5):
            at.queries.accept(query(number))
            await at.rests()
        ranks = [rank for _, rank in at.posted.replies]
        assert len(ranks) == CEILING
        assert ranks == sorted(set(ranks))
        at.queries.accept(query(900, sender=CHAT + 1))
        assert (await at.rests())[-1] == 900
        at.now = 60.0
        at.queries.accept(query(901))
        assert (await at.rests())[-1] == 901
        assert at.posted.replies[-1][1] == ranks[0]


async def test_a_crowd(store: Store) -> None:
    """Of more people than can wait, those who have waited longest are given up."""
    async with desk(store) as at:
        at.answers.lets.clear()
        for number in range(AT_ONCE + WAITING + 10):
            at.queries.accept(query(number, sender=number))
            if number == AT_ONCE - 1:
                await until(lambda: at.queries.working == AT_ONCE)
        at.answers.lets.set()
        found = await at.rests()
        assert len(found) == AT_ONCE + WAITING
        assert max(found) == AT_ONCE + WAITING + 9


async def test_what_lacks_is_written_once(store: Store) -> None:
    """Where an answer needs something written first, that is done, and the answer given."""
    async with desk(store, Answers(lacks=True)) as at:
        at.queries.accept(query(1))
        assert await at.rests() == [1]
        at.queries.accept(query(2))
        assert await at.rests() == [1, 2]
        assert at.answers.prepared == 1


async def test_one_that_fails_stops_nobody(store: Store) -> None:
    """A query that breaks something is logged without its words, and the next ones are answered."""
    with capture_logs() as logged:
        async with desk(store) as at:
            for number in range(2 * AT_ONCE):
                at.queries.accept(query(number, sender=number, text="break"))
            await at.rests()
            at.queries.accept(query(99))
            assert await at.rests() == [99]
    assert {entry["event"] for entry in logged} == {"inline_query_failed"}
    assert "break" not in repr([{**entry, "exc_info": None} for entry in logged])


async def test_nothing_is_stored(store: Store) -> None:
    """An inline query is answered and written nowhere, well-formed or not; what comes beside it is."""
    asked: list[InlineQuery] = []
    intake = Intake(store=store, accept=lambda _: None, clock=lambda: NOW, ask=asked.append)
    who = {"id": CHAT, "is_bot": False, "first_name": "Ana"}
    good = {"id": "7", "from": who, "query": "why", "offset": ""}
    await intake.receive([{"update_id": 1, "inline_query": good}, {"update_id": 2, "inline_query": {}}])
    await intake.receive_one(3, {"update_id": 3, "inline_query": good}, b"{}")
    assert [(each.id, each.sender.id) for each in asked] == [("7", CHAT)] * 2
    async with store.database.reading() as connection:
        rows = sa.select(sa.func.count()).select_from(metadata.tables["updates"])
        assert (await connection.execute(rows)).scalar_one() == 0
    chat = {"id": CHAT, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": who, "text": "why"}
    await intake.receive([{"update_id": 4, "inline_query": good}, {"update_id": 5, "message": message}])
    async with store.database.reading() as connection:
        assert (
            await connection.execute(sa.select(metadata.tables["updates"].c.update_id))
        ).scalars().all() == [5]
