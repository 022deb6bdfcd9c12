"""From one database to another: all of it or nothing, and never twice."""

import asyncio
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.audit import Event
from bot.domain.checkpoint import HASH_BYTES
from bot.errors import DatabaseHalfFilled, DatabaseMoved
from bot.services import audit, audit_log, moving
from bot.services.moving import BotRuns, MovedAlready, NotTheSame, move
from bot.store import postgres as postgres_store
from bot.store.connection import Connection
from bot.store.database import Database, open_database
from bot.store.dump_form import Head
from bot.store.loading import DatabaseNotEmpty, end_filling
from bot.store.schema import audit_head
from bot.store.store import open_store
from tests.making import KEY, NOW
from tests.store.everything import everything, fill_everything
from tests.store.test_nobody_is_named import use
from tests.worlds.postgres import PostgresServer

_numbers = count(1)
KINDS = ("sqlite", "postgresql")


@pytest.fixture
def to_url(tmp_path: Path, postgres: PostgresServer) -> Callable[[str], str]:
    """Return what gives the address of a database that is not there yet, of a kind."""

    def at(kind: str) -> str:
        name = f"moved_{next(_numbers)}"
        return f"sqlite:///{tmp_path / name}" if kind == "sqlite" else postgres.create(name)

    return at


async def moved(source_url: str, target_url: str) -> tuple[list[bytes], list[bytes]]:
    """Move. Returns what was there before, and what is in the target."""
    source, target = open_database(source_url), open_database(target_url)
    try:
        before = await everything(source)
        await move(source, target, now=NOW)
        return before, await everything(target)
    finally:
        await source.close()
        await target.close()


def but_for_the_audit(lines: list[bytes]) -> list[bytes]:
    """Return what the audit changes nothing of: it says that all was moved, and the sums of all lines with it."""
    return [line for line in lines if b'"audit_' not in line and b'"whole"' not in line]


@pytest.mark.parametrize("to", KINDS)
async def test_move(database_url: str, to: str, to_url: Callable[[str], str]) -> None:
    """Everything is there as it was, to the byte; the source is left as it is, and starts no more."""
    store = await open_store(database_url, KEY)
    await use(store)
    await store.close()
    url = to_url(to)
    before, after = await moved(database_url, url)
    assert but_for_the_audit(after) == but_for_the_audit(before)
    with pytest.raises(DatabaseMoved):
        await open_store(database_url, KEY)
    await (await open_store(url, KEY)).close()
    source = open_database(database_url)
    left = await everything(source)
    await source.close()
    told = [line for line in left if line not in before]
    assert all(b'"installation"' in line or b'"whole"' in line for line in told)


@pytest.mark.parametrize("to", KINDS)
async def test_whatever_there_is(database_url: str, to: str, to_url: Callable[[str], str]) -> None:
    """Whatever the columns hold arrives as it was."""
    source = open_database(database_url)
    async with source.writing() as connection:
        await fill_everything(connection, rows=12, seed=7)
        await connection.exec_driver_sql("DELETE FROM workers")
        await connection.exec_driver_sql("UPDATE installation SET moved = false")
        peaks = "0" * 2 * HASH_BYTES * (12).bit_count()
        await connection.execute(sa.update(audit_head).values(size=12, peaks=peaks))
    await source.close()
    before, after = await moved(database_url, to_url(to))
    assert but_for_the_audit(after) == but_for_the_audit(before)


async def test_it_takes_long(
    database_url: str, to_url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends well also where copying takes longer than a transaction may be left alone."""
    store = await open_store(database_url, KEY)
    await use(store)
    await store.close()
    target = open_database(to_url("postgresql"))
    monkeypatch.setattr(postgres_store, "IDLE_IN_TRANSACTION", "100ms")
    source = open_database(database_url)
    try:
        await move(source, target, now=NOW, told=lambda _line: time.sleep(0.3))
    finally:
        await source.close()
        await target.close()
    with pytest.raises(DatabaseMoved):
        await open_store(database_url, KEY)


async def test_back_again(database_url: str, to_url: Callable[[str], str]) -> None:
    """There and back, by the other kind, it is what it was."""
    store = await open_store(database_url, KEY)
    await use(store)
    await store.close()
    there, back = to_url("postgresql"), to_url("sqlite")
    before, _ = await moved(database_url, there)
    _, after = await moved(there, back)
    assert but_for_the_audit(after) == but_for_the_audit(before)


async def test_the_audit_says_so(database_url: str, to_url: Callable[[str], str]) -> None:
    """What goes on says from when, once, and what was recorded before stands under it; the source says nothing more."""
    store = await open_store(database_url, KEY)
    await use(store)
    async with store.transaction() as tx:
        audit.record(tx, Event.THREADS_ON, actor=None, now=NOW)
    async with store.reading() as tx:
        before = await tx.audit.checkpoint()
        known = await tx.audit.page(before=None, limit=9)
    await store.close()
    assert before is not None
    url = to_url("sqlite")
    await moved(database_url, url)
    store = await open_store(url, KEY)
    async with store.reading() as tx:
        newest, *older = await tx.audit.page(before=None, limit=9)
        looked = await audit_log.check(tx, before)
    await store.close()
    assert newest.entry is not None
    assert (newest.entry.event, newest.entry.actor, newest.entry.at) == (Event.MOVED, None, NOW)
    assert older == known
    assert looked.holds


async def test_refused(database_url: str, to_url: Callable[[str], str]) -> None:
    """Not while the bot runs, not where anything is, and not twice."""
    store = await open_store(database_url, KEY)
    await use(store)
    url = to_url("sqlite")
    async with store.transaction() as tx:
        await tx.workers.seen("w", now=NOW)
    with pytest.raises(BotRuns):
        await moved(database_url, url)
    async with store.transaction() as tx:
        await tx.workers.gone("w")
    await store.close()
    await moved(database_url, url)
    with pytest.raises(MovedAlready):
        await moved(database_url, url)
    with pytest.raises(MovedAlready):
        await moved(database_url, to_url("sqlite"))
    other = to_url("sqlite")
    await moved(url, other)
    with pytest.raises(DatabaseNotEmpty):
        await moved(other, database_url)


async def test_forgotten(database_url: str, to_url: Callable[[str], str]) -> None:
    """A process that slept through the move writes nothing into the old database: it would be lost."""
    store = await open_store(database_url, KEY)
    try:
        await moved(database_url, to_url("sqlite"))
        with pytest.raises(DatabaseMoved):
            async with store.transaction() as tx:
                await tx.workers.seen("w", now=NOW)
    finally:
        await store.close()


async def test_begun_meanwhile(
    database_url: str, to_url: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wants to write while it is moved waits, and then writes nothing: it would not come along."""
    store = await open_store(database_url, KEY)
    copy, waiting = moving._copy, list[asyncio.Task[None]]()

    async def join() -> None:
        async with store.transaction() as tx:
            await tx.subscribers.add(7, locale="en", today=NOW.date())

    async def copied(snapshot: Connection, target: Database, head: Head) -> Any:
        waiting.append(asyncio.create_task(join()))
        await asyncio.sleep(0.2)  # it comes as far as it can
        return await copy(snapshot, target, head)

    monkeypatch.setattr(moving, "_copy", copied)
    try:
        before, after = await moved(database_url, to_url("sqlite"))
        with pytest.raises(DatabaseMoved):
            await waiting[0]
        assert but_for_the_audit(after) == but_for_the_audit(before)
        async with store.reading() as tx:
            assert await tx.subscribers.find(7) is None
    finally:
        await store.close()


async def test_compared(
    database_url: str, to_url: Callable[[str], str], dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One row that is not what it was, and nothing counts: the source starts as before, the target does not."""
    store = await open_store(database_url, KEY)
    await use(store)
    await store.close()
    copy = moving._copy

    async def wrongly(snapshot: Connection, target: Database, head: Head) -> Any:
        rows = await copy(snapshot, target, head)
        async with target.writing() as connection:
            await connection.exec_driver_sql("UPDATE subscribers SET locale = 'fr' WHERE id % 2 = id % 2")
        return rows

    monkeypatch.setattr(moving, "_copy", wrongly)
    url = to_url(dialect)
    with pytest.raises(NotTheSame):
        await moved(database_url, url)
    await (await open_store(database_url, KEY)).close()
    with pytest.raises(DatabaseHalfFilled):
        await open_store(url, KEY)
    monkeypatch.setattr(moving, "_copy", copy)
    before, after = await moved(database_url, url)
    assert but_for_the_audit(after) == but_for_the_audit(before)


async def test_between_the_two_marks(
    database_url: str, to_url: Callable[[str], str], dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off when the source is marked and the target is not whole yet, neither starts; moved again, it is done."""
    store = await open_store(database_url, KEY)
    await use(store)
    await store.close()

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(moving, "end_filling", killed)
    url = to_url(dialect)
    source, target = open_database(database_url), open_database(url)
    with pytest.raises(KeyboardInterrupt):
        await move(source, target, now=NOW)
    await source.close()
    await target.close()
    with pytest.raises(DatabaseMoved):
        await open_store(database_url, KEY)
    with pytest.raises(DatabaseHalfFilled):
        await open_store(url, KEY)
    monkeypatch.setattr(moving, "end_filling", end_filling)
    await moved(database_url, url)
    await (await open_store(url, KEY)).close()
