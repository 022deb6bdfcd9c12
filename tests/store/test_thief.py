"""Who steals the files of a running bot, the log included, ties nothing together without the key."""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.domain.alert import DEFAULT_TOPIC
from bot.jobs.scheduler import cut_log, run_rewriting
from bot.privacy.cipher import Cipher, Table
from bot.store.columns import Holds, columns_that_hold
from bot.store.inbox import NewUpdate
from bot.store.schema import metadata
from bot.store.store import Store
from tests.making import CHAT, KEY, NOW, begin_broadcast, consent

PEOPLE = 40

on_sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

ABOUT_PEOPLE = ("subscribers", "subscriptions", "consents", "languages", "conversations", "friend_links")


async def come_in(store: Store, number: int) -> None:
    """Let one person join, in the transactions in which the bot does it: received, applied, posted."""
    chat_id, now = CHAT + number, NOW + timedelta(seconds=number, microseconds=number)
    async with store.transaction() as tx:
        await tx.updates.receive([NewUpdate(update_id=number, chat_id=chat_id, payload=b"{}")], now=now)
    async with store.transaction() as tx:
        [update] = await tx.updates.claim("worker", limit=9)
        person = await tx.subscribers.add(chat_id, locale="en", today=now.date())
        await tx.subscribers.subscribe(person.id, DEFAULT_TOPIC)
        await tx.consents.add(person.id, consent())
        await tx.languages.choose(chat_id, "en")
        await tx.friend_links.add(chat_id, f"code {number}")
        await tx.conversations.save(chat_id, {"at": "x"}, now=now)
        await tx.updates.applied([(update.update_id, b"[]", "worker")], now=now)
    async with store.transaction() as tx:
        await tx.updates.done(number)


def order_of(table: Table) -> dict[bytes, int]:
    """Return of each ref how many came before; it takes the key to know."""
    return {bytes(Cipher(KEY).ref(table, CHAT + number)): number for number in range(PEOPLE)}


def stolen(folder: Path) -> tuple[bytes, bytes]:
    """Return the bytes of the database and of its log."""
    return (folder / "campaign.db").read_bytes(), (folder / "campaign.db-wal").read_bytes()


def rises_by_chance(order: list[int]) -> bool:
    """Whether numbers rise and fall as drawn ones do; in a sorted list all rise."""
    rises = sum(one < other for one, other in pairwise(order))
    return len(order) / 5 < rises < len(order) * 4 / 5


def states(database: bytes, log: bytes) -> Iterator[bytes]:
    """Yield the database as it was after each commit that the log still has."""
    pages = {n: database[n * 4096 : (n + 1) * 4096] for n in range(len(database) // 4096)}
    at = 32
    while at + 24 + 4096 <= len(log):
        number, size = struct.unpack(">II", log[at : at + 8])
        if number:
            pages[number - 1] = log[at + 24 : at + 24 + 4096]
        if size:
            yield b"".join(pages.get(n, bytes(4096)) for n in range(size))
        at += 24 + 4096


def refs_in(state: bytes) -> dict[str, set[bytes]]:
    """Return the refs in every table of one state."""
    # As SQLite marks it in the header: no log is looked for.
    state = state[:18] + b"\x01\x01" + state[20:]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(state)
        return {
            str(column): {
                bytes(row[0])
                for row in connection.execute(f"SELECT {column.name} FROM {column.table.name}")  # noqa: S608  # our schema
                if row[0] is not None
            }
            for column in columns_that_hold(metadata, Holds.REF)
        }


def tied(database: bytes, log: bytes) -> set[frozenset[bytes]]:
    """Return the refs of different tables that one commit added together: what a thief would take for one person."""
    found = set()
    before: dict[str, set[bytes]] | None = None
    for state in states(database, log):
        now = refs_in(state)
        if before is not None:
            new = [refs - before[column] for column, refs in now.items()]
            if [len(refs) for refs in new if refs] and all(len(refs) <= 1 for refs in new):
                found.add(frozenset().union(*new))
        before = now
    return {each for each in found if len(each) > 1}


@on_sqlite
async def test_the_thief_can_tie(store: Store, tmp_path: Path) -> None:
    """What this test's thief does works: while the log is not cut, commits tell which rows are one person's."""
    for number in range(10):
        await come_in(store, number)
    assert len(tied(*stolen(tmp_path))) >= 5


@on_sqlite
async def test_a_minute_later_nothing_is_tied(store: Store, tmp_path: Path) -> None:
    """Once the log was cut, no commit is told from another, and no update says whose it was, or when to the second."""
    for number in range(PEOPLE):
        await come_in(store, number)
    await cut_log(store, lambda: NOW)
    database, log = stolen(tmp_path)
    assert log == b""
    assert tied(database, log) == set()
    refs = order_of(Table.UPDATES)
    assert [ref for ref in refs if ref in database] == []
    with closing(sqlite3.connect(f"file:{tmp_path / 'campaign.db'}?mode=ro", uri=True)) as thief:
        rows = thief.execute("SELECT chat_ref, payload, received_at, applied_at FROM updates").fetchall()
    assert len(rows) == PEOPLE
    assert {(row[0], row[1]) for row in rows} == {(None, None)}
    assert {row[2] for row in rows} == {"2026-11-23 12:00:00.000000"} == {row[3] for row in rows}


@on_sqlite
async def test_a_busy_log_is_short(store: Store, tmp_path: Path) -> None:
    """While much is written the log is cut by its size, too: the commits of before are gone from it."""
    await come_in(store, 0)
    for turn in range(1500):
        async with store.transaction() as tx:
            await tx.jobs.claim(f"job {turn % 7}", now=NOW + timedelta(days=turn), every=timedelta(1))
    database, log = stolen(tmp_path)
    assert len(log) < 2 * 1000 * (4096 + 24)
    assert bytes(Cipher(KEY).ref(Table.UPDATES, CHAT)) not in database + log


async def test_order_in_the_tables(store: Store, dialect: str) -> None:
    """Nothing that a table says of people, or orders them by, is in the order in which they came."""
    for number in range(PEOPLE):
        await come_in(store, number)
    await begin_broadcast(store, 0)
    await run_rewriting(store, lambda: NOW)
    async with store.database.reading() as connection:
        joined = {
            row.id: order_of(Table.SUBSCRIBERS)[bytes(row.ref)]
            for row in await connection.exec_driver_sql("SELECT id, ref FROM subscribers")
        }
        for table in ABOUT_PEOPLE:
            rows = list(await connection.exec_driver_sql(f"SELECT * FROM {table}"))  # noqa: S608  # our schema
            if "ref" in metadata.tables[table].c:
                places = order_of(Table(table))
                order = [places[bytes(row.ref)] for row in rows]
            else:
                order = [joined[row.subscriber_id] for row in rows]
            assert len(order) == PEOPLE
            assert rises_by_chance(order), table
        by_id = [joined[key] for key in sorted(joined)]
        assert rises_by_chance(by_id)
        if dialect == "sqlite":
            numbered = "SELECT name FROM pragma_table_list WHERE wr = 0 AND type = 'table'"
            names = set((await connection.exec_driver_sql(numbered)).scalars())
            # Of these the row's number is the id that was drawn, or the update's, which names nobody when it is done.
            about = {column.table.name for column in columns_that_hold(metadata, Holds.REF)}
            assert names & about == {"subscribers", "organizers", "updates"}


@on_sqlite
async def test_order_in_the_pages(store: Store, tmp_path: Path) -> None:
    """After a day the files are the same, byte by byte, in whatever order people had come."""
    for number in range(PEOPLE):
        await come_in(store, number)
    await cut_log(store, lambda: NOW)
    assert _pages(stolen(tmp_path)[0]) != _pages(_had_they_come_otherwise(stolen(tmp_path)[0], tmp_path))
    await run_rewriting(store, lambda: NOW)
    database, log = stolen(tmp_path)
    assert log == b""
    assert _pages(database) == _pages(_had_they_come_otherwise(database, tmp_path))


def _had_they_come_otherwise(database: bytes, folder: Path) -> bytes:
    """Return the database with the same rows about people, added in another order."""
    copy = folder / "other.db"
    copy.write_bytes(database)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        for table in ABOUT_PEOPLE:
            rows = sorted(connection.execute(f"SELECT * FROM {table}"), key=repr, reverse=True)  # noqa: S608  # our schema
            connection.execute(f"DELETE FROM {table}")  # noqa: S608  # our schema
            places = ", ".join("?" for _ in rows[0])
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608  # our schema
        connection.execute("VACUUM")
    return copy.read_bytes()


def _pages(database: bytes) -> list[bytes]:
    """Return the pages but for the first, whose header counts changes."""
    return [database[at : at + 4096] for at in range(4096, len(database), 4096)]
