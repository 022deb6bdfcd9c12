"""SQLite's grouped commits: many share one, each as if alone."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.store import sqlite
from bot.store.connection import Connection
from bot.store.database import open_database
from bot.store.inline import Link
from bot.store.sqlite import DatabaseRemoved, Sqlite
from bot.store.writer import GROUP_LIMIT

TABLES = """
CREATE TABLE notes (word TEXT PRIMARY KEY);
CREATE TABLE promises (word TEXT REFERENCES notes DEFERRABLE INITIALLY DEFERRED);
"""
"""A promise is checked when it is committed."""
SLOW = sa.text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT sum(i) FROM n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a database of two tables."""
    path = tmp_path / "notes.db"
    with sqlite3.connect(path) as made:
        made.executescript(TABLES)
    made.close()
    return path


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Sqlite]:
    """Open it."""
    opened = Sqlite(file)
    yield opened
    await opened.close()


def holds(file: Path, secret: bytes) -> bool:
    """Return whether the bytes are in the file."""
    return secret in file.read_bytes()


def replace_file(file: Path, *, another: bool) -> None:
    """Take a database away under whoever has it open; another in its place is not the one that is open."""
    if another:
        file.write_bytes(b"")
    else:
        file.rename(file.with_name("elsewhere.db"))


def words(file: Path) -> set[str]:
    """Return what another process would see."""
    seen = sqlite3.connect(file)
    try:
        return {row[0] for row in seen.execute("SELECT word FROM notes")}
    finally:
        seen.close()


async def write(connection: Connection, word: str) -> None:
    """Add one word."""
    await connection.execute(sa.text("INSERT INTO notes VALUES (:word)"), {"word": word})


async def note(database: Sqlite, word: str) -> None:
    """Add one word, in a transaction of its own."""
    async with database.writing() as connection:
        await write(connection, word)


async def test_committed_is_seen(database: Sqlite, file: Path) -> None:
    """What a transaction did is seen by others when its block has ended."""
    for word in ("one", "two", "three"):
        await note(database, word)
        assert word in words(file)


async def test_many_share_commits(database: Sqlite, file: Path) -> None:
    """Transactions that arrive together share a commit, GROUP_LIMIT of them at the most."""
    many = GROUP_LIMIT * 3
    await asyncio.gather(*(note(database, str(n)) for n in range(many)))
    assert len(words(file)) == many
    assert many / GROUP_LIMIT <= database.commits <= many / GROUP_LIMIT + 2


async def test_ends_after_the_commit(database: Sqlite, file: Path) -> None:
    """Nobody's block ends before the shared commit: each finds its own word from outside."""

    async def check(word: str) -> bool:
        await note(database, word)
        return word in words(file)

    assert all(await asyncio.gather(*(check(str(n)) for n in range(40))))


async def test_who_raises_is_undone_alone(database: Sqlite, file: Path) -> None:
    """A transaction that raises is undone; the others of its group are not."""

    async def fail(word: str) -> None:
        async with database.writing() as connection:
            await write(connection, word)
            raise LookupError(word)

    turns = [note(database, f"good {n}") if n % 2 else fail(f"bad {n}") for n in range(10)]
    ended = await asyncio.gather(*turns, return_exceptions=True)
    assert [type(error) for error in ended] == [LookupError, type(None)] * 5
    assert words(file) == {f"good {n}" for n in range(1, 10, 2)}


async def test_broken_rule_undone_alone(database: Sqlite, file: Path) -> None:
    """A statement that the database refuses undoes its own transaction only."""
    turns = [note(database, word) for word in ("one", "two", "one", "three")]
    ended = await asyncio.gather(*turns, return_exceptions=True)
    assert [isinstance(error, DBAPIError) for error in ended] == [False, False, True, False]
    assert words(file) == {"one", "two", "three"}


async def test_cancelled_while_waiting(database: Sqlite, file: Path) -> None:
    """Cancelling those who wait for their turn leaves nobody's work uncommitted."""
    go_on = asyncio.Event()

    async def hold() -> None:
        async with database.writing() as connection:
            await write(connection, "held")
            await go_on.wait()

    holder = asyncio.create_task(hold())
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(note(database, f"waits {n}")) for n in range(3)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.wait_for(holder, 5)
    assert "held" in words(file)
    await asyncio.gather(*waiting, return_exceptions=True)


@pytest.mark.parametrize("ticks", range(0, 60, 3))
async def test_cancelled_anywhere(database: Sqlite, file: Path, ticks: int) -> None:
    """A transaction cancelled at any point never harms its neighbours, nor the next ones."""
    cancelled = asyncio.create_task(note(database, "cancelled"))
    others = [asyncio.create_task(note(database, f"other {n}")) for n in range(3)]
    for _ in range(ticks):
        await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.wait_for(asyncio.gather(*others), 5)
    await asyncio.gather(cancelled, return_exceptions=True)
    await note(database, "after")
    expected = {"other 0", "other 1", "other 2", "after"}
    assert words(file) - {"cancelled"} == expected


async def test_cancelled_in_mid_statement(database: Sqlite, file: Path) -> None:
    """A transaction cancelled while the database works for it is undone alone."""
    begun = asyncio.Event()

    async def slow() -> None:
        async with database.writing() as connection:
            await write(connection, "slow")
            begun.set()
            await connection.heavy(SLOW)

    first = asyncio.create_task(note(database, "first"))
    task = asyncio.create_task(slow())
    third = asyncio.create_task(note(database, "third"))
    await begun.wait()
    await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(asyncio.gather(first, third), 5)
    assert words(file) == {"first", "third"}


@pytest.mark.parametrize("ticks", range(0, 24, 3))
async def test_writer_cancelled(database: Sqlite, file: Path, ticks: int) -> None:
    """Where the writer is cancelled with all who wait, nothing half done is kept, and the next one begins anew."""

    async def hold() -> None:
        async with database.writing() as connection:
            await write(connection, "half done")
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(hold()), *(asyncio.create_task(note(database, f"w{n}")) for n in range(3))]
    for _ in range(ticks):
        await asyncio.sleep(0)
    writer = database._writer._serving
    for task in [*tasks, *([writer] if writer else [])]:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(error) for error in ended} == {asyncio.CancelledError}
    if writer:
        await asyncio.wait([writer])
    await asyncio.wait_for(note(database, "after"), 5)
    assert words(file) == {"after"}


async def test_locked_is_told_to_all_who_wait(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who wait behind a lock wait once, together, not one after the other."""
    monkeypatch.setattr(sqlite, "PRAGMAS", ("PRAGMA journal_mode=WAL", "PRAGMA busy_timeout=20"))
    database = Sqlite(file)
    await note(database, "before")
    begun: list[str] = []
    wait = Link.wait

    async def counted(self: Link, sql: str) -> list[Any]:
        begun.append(sql)
        return await wait(self, sql)

    monkeypatch.setattr(Link, "wait", counted)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ended = await asyncio.gather(*(note(database, str(n)) for n in range(5)), return_exceptions=True)
    other.close()
    assert [type(error) for error in ended] == [OperationalError] * 5
    assert begun == ["BEGIN IMMEDIATE"]
    await database.close()


async def test_failed_commit_reaches_all(database: Sqlite, file: Path) -> None:
    """When the shared commit fails, every transaction of the group raises, and none is kept."""

    async def promise() -> None:
        async with database.writing() as connection:
            await connection.exec_driver_sql("INSERT INTO promises VALUES ('a word that never comes')")

    turns = [promise(), *(note(database, str(n)) for n in range(4))]
    ended = await asyncio.gather(*turns, return_exceptions=True)
    assert [type(error) for error in ended] == [IntegrityError] * 5
    assert words(file) == set()
    await note(database, "after")
    assert words(file) == {"after"}


async def test_transaction_ended_by_sqlite(database: Sqlite, file: Path) -> None:
    """SQLite itself gives up a whole transaction when the disk is full: the group learns of it."""

    async def full() -> None:
        async with database.writing() as connection:
            await connection.exec_driver_sql("ROLLBACK")

    first = asyncio.create_task(note(database, "first"))
    second = asyncio.create_task(full())
    ended = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(error) for error in ended] == [OperationalError, OperationalError]
    await note(database, "after")
    assert words(file) == {"after"}


async def test_locked_by_another(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that another process holds raises, and is used again when it is free."""
    monkeypatch.setattr(sqlite, "PRAGMAS", ("PRAGMA journal_mode=WAL", "PRAGMA busy_timeout=20"))
    database = Sqlite(file)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ended = await asyncio.gather(*(note(database, str(n)) for n in range(3)), return_exceptions=True)
    assert all(isinstance(error, DBAPIError) for error in ended)
    other.execute("ROLLBACK")
    other.close()
    await note(database, "free")
    assert words(file) == {"free"}
    await database.close()


async def test_reader_never_waits(database: Sqlite) -> None:
    """A reader sees the last commit while a writer is at work."""
    async with database.writing() as writer:
        await write(writer, "unfinished")
        async with database.reading() as reader:
            found = await reader.execute(sa.text("SELECT count(*) FROM notes"))
            assert found.scalar_one() == 0


async def test_safe_settings(database: Sqlite) -> None:
    """Every connection waits for the disk, keeps foreign keys and overwrites what it deletes."""
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    for opening in (database.writing, database.reading):
        async with opening() as connection:
            for pragma, value in expected.items():
                assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one() == value


async def test_compact_empties_the_log(database: Sqlite, file: Path) -> None:
    """After compacting, nothing deleted is left in the file or its write-ahead log."""
    await note(database, "a secret word that was here")
    async with database.writing() as connection:
        await connection.execute(sa.text("DELETE FROM notes"))
    await database.compact()
    log = file.with_name(file.name + "-wal")
    assert log.stat().st_size == 0
    assert not holds(file, b"a secret word")


async def test_close_leaves_no_log(file: Path) -> None:
    """A database that was closed is one file, with everything in it."""
    database = Sqlite(file)
    await note(database, "kept")
    await database.close()
    log = file.with_name(file.name + "-wal")
    assert not log.exists() or log.stat().st_size == 0
    assert words(file) == {"kept"}


def test_open_database(tmp_path: Path) -> None:
    """The address decides which database it is."""
    assert open_database(f"sqlite:///{tmp_path}/x.db").dialect == "sqlite"
    assert open_database("postgresql://example.invalid/x").dialect == "postgresql"


async def test_a_reader_in_the_way_is_told_of(database: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a long reader keeps the log from being cut, compacting says so."""
    monkeypatch.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, "PRAGMA busy_timeout=1"))
    async with database.reading() as reader:
        await reader.execute(sa.text("SELECT count(*) FROM notes"))
        await note(database, "later")
        assert not await database.compact()
    assert await database.compact()


@pytest.mark.parametrize("ticks", range(12))
async def test_connection_is_kept_where_its_caller_gives_up(
    database: Sqlite, monkeypatch: pytest.MonkeyPatch, ticks: int
) -> None:
    """Whoever is cancelled while the writer connects again loses no connection: it is the next one's."""
    opened: list[Link] = []
    connect = database._writer._connect

    async def counted() -> Link:
        opened.append(await connect())
        return opened[-1]

    monkeypatch.setattr(database._writer, "_connect", counted)
    async with database.writing() as connection:
        await connection.exec_driver_sql("INSERT INTO notes VALUES ('one')")
    await database._writer._disconnect()

    async def use() -> None:
        async with database._writer.alone():
            pass

    using = asyncio.create_task(use())
    for _ in range(ticks):
        await asyncio.sleep(0)
    using.cancel()
    await asyncio.gather(using, return_exceptions=True)
    async with database.writing() as connection:
        await connection.exec_driver_sql("INSERT INTO notes VALUES ('two')")
    assert len(opened) <= 2
    assert database._writer._link is opened[-1]


async def test_removed_while_open(database: Sqlite, file: Path) -> None:
    """What would be written into a file that is in no folder any more is refused; so is reading: it is not ready."""
    async with database.writing() as connection:
        await connection.exec_driver_sql("INSERT INTO notes VALUES ('one')")
    for another in (False, True):
        replace_file(file, another=another)
        with pytest.raises(DatabaseRemoved):
            async with database.writing():
                pass
        with pytest.raises(DatabaseRemoved):
            async with database.reading():
                pass
