"""What runs on the loop's own thread, and what must not."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import of_topic
from bot.domain.subscriber import SubscriberState
from bot.store import inline
from bot.store.inbox import NewUpdate, Withdrawal
from bot.store.schema import subscribers
from bot.store.sqlite import Sqlite
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, begin_broadcast

PEOPLE = 3000
"""So many that whoever goes through them is noticed: SQLite takes some steps for each."""

Work = Callable[[Transaction], Awaitable[Any]]

MANY: dict[str, Work] = {
    "freeze": lambda tx: tx.freezing.freeze(2, audience=of_topic(DEFAULT_TOPIC)),
    "tally": lambda tx: tx.counts.tally(1),
    "cancel": lambda tx: tx.deliveries.cancel_pending(1),
    "claim": lambda tx: tx.claims.claim(1, worker="w", limit=PEOPLE, now=NOW),
    "settle": lambda tx: tx.deliveries.settle_lost(["w"]),
    "states": lambda tx: tx.subscribers.count_states(),
    "conversations": lambda tx: tx.conversations.forget(before=NOW),
    "updates": lambda tx: tx.updates.forget(after=timedelta(days=2), now=NOW),
}

ONE: dict[str, Work] = {
    "find": lambda tx: tx.subscribers.find(1),
    "skip": lambda tx: tx.deliveries.skip_pending_of(1),
    "language": lambda tx: tx.languages.chosen(1),
    "budget": lambda tx: tx.budget.load(),
}


@pytest.fixture
def noticed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notice each statement that takes more than a thousand steps on the loop's thread."""
    found: list[str] = []

    def note(statement: str, steps: int) -> None:
        # SQLite counts the steps of a prepared statement through all its runs: the first thousand may end in any.
        if steps > inline.STEPS:
            found.append(statement)

    monkeypatch.setattr(inline, "guard", note)
    return found


@pytest.fixture
def dialect() -> str:
    """SQLite alone has a thread of its own to leave work to."""
    return "sqlite"


@pytest.fixture
async def crowded(noticed: list[str], store: Store) -> Store:
    """Return a store with a broadcast to everybody."""
    await begin_broadcast(store, PEOPLE)
    noticed.clear()
    return store


@pytest.mark.parametrize("work", MANY.values(), ids=MANY)
async def test_many_are_heavy(crowded: Store, noticed: list[str], work: Work) -> None:
    """What goes through many people's rows leaves the loop's thread alone."""
    async with crowded.transaction() as tx:
        await work(tx)
    assert noticed == []


@pytest.mark.parametrize("work", ONE.values(), ids=ONE)
async def test_one_is_quick(crowded: Store, noticed: list[str], work: Work) -> None:
    """What concerns one person takes less than a thousand steps, however many there are."""
    async with crowded.transaction() as tx:
        await work(tx)
    assert noticed == []


async def test_long_statement_is_noticed(crowded: Store, noticed: list[str]) -> None:
    """The same work on the loop's thread would be noticed: the guard is no formality."""
    count = sa.select(sa.func.count()).where(subscribers.c.state == SubscriberState.ACTIVE)
    async with crowded.database.writing() as connection:
        await connection.execute(count)
        assert noticed
        noticed.clear()
        await connection.heavy(count)
    assert noticed == []


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Sqlite]:
    """Open a file with one table."""
    with sqlite3.connect(tmp_path / "notes.db") as made:
        made.execute("CREATE TABLE notes (word TEXT PRIMARY KEY)")
    made.close()
    opened = Sqlite(tmp_path / "notes.db")
    yield opened
    await opened.close()


async def test_never_both_threads_at_once(database: Sqlite) -> None:
    """While the thread has the connection, a statement beside it is refused, and harms nobody."""
    async with database.writing() as connection:
        heavy = asyncio.ensure_future(connection.heavy(sa.text("SELECT count(*) FROM notes")))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="one statement after the other"):
            await connection.execute(sa.text("SELECT 1"))
        assert (await heavy).scalar_one() == 0


async def test_nothing_after_the_end(database: Sqlite) -> None:
    """A connection kept beyond its block cannot write into somebody else's transaction."""
    async with database.writing() as connection:
        pass
    async with database.writing():
        with pytest.raises(RuntimeError, match="ended"):
            await connection.execute(sa.text("INSERT INTO notes VALUES ('late')"))
        with pytest.raises(RuntimeError, match="ended"):
            await connection.heavily().execute(sa.text("INSERT INTO notes VALUES ('late')"))


async def test_idle_has_no_writer(database: Sqlite) -> None:
    """A database in which nothing happens has no task at work, and commits nothing."""
    async with database.writing() as connection:
        await connection.execute(sa.text("INSERT INTO notes VALUES ('one')"))
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert database.commits == 1


WAITING = 3000
"""Chats that wait, with two updates each."""


async def test_a_turn_is_short(store: Store, noticed: list[str]) -> None:
    """However many wait, what is next is found without going through them: who leaves, and the others by rank.

    What waits behind its chat's earlier updates has no better rank than those, whatever it is.
    """
    first = [NewUpdate(update_id=n + 1, chat_id=CHAT + n, payload=b"{}", rank=9) for n in range(WAITING)]
    second = [replace(one, update_id=one.update_id + WAITING, rank=1) for one in first]
    leaving = replace(first[0], update_id=2 * WAITING + 1, withdrawal=Withdrawal.STOP, rank=1)
    async with store.transaction() as tx:
        await tx.updates.receive(first, now=NOW)
        for begin in range(0, WAITING, 100):
            await tx.updates.receive(second[begin : begin + 100], now=NOW)
        await tx.updates.receive([leaving], now=NOW)
    noticed.clear()
    async with store.transaction() as tx:
        found = await tx.updates.claim("one", limit=4)
    assert [(one.update_id, one.rank) for one in found] == [(2 * WAITING + 1, 1), (1, 9), (2, 9), (3, 9)]
    assert noticed == []
