"""Two processes that write to one SQLite file: each is a connection of its own, with a place of its own to wait at."""

import asyncio
import errno
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import next_writer
from bot.store.next_writer import NextWriter
from bot.store.sqlite import Sqlite

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no such locks of files")

ROUNDS = 10
"""In some of which the other, who looks for SQLite's lock at intervals, would have it first by luck."""


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Sqlite, Sqlite]]:
    """Open the file twice; both have written once."""
    databases = Sqlite(tmp_path / "campaign.db"), Sqlite(tmp_path / "campaign.db")
    for each in databases:
        await write(each)
    yield databases
    for each in databases:
        await each.close()


async def write(database: Sqlite, began: list[Sqlite] | None = None) -> None:
    """Write nothing, in a transaction; note whose it is."""
    async with database.writing():
        if began is not None:
            began.append(database)


async def waiting(database: Sqlite, began: list[Sqlite]) -> asyncio.Task[None]:
    """Let it begin to write, until it waits for SQLite's lock, which somebody has."""
    task = asyncio.create_task(write(database, began))
    link = database._writer._link
    assert link is not None
    while not link._busy:
        assert not task.done()
        await asyncio.sleep(0)
    return task


async def test_who_waits_comes_first(two: tuple[Sqlite, Sqlite], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has just written comes after the process that waits, however soon it writes again."""
    monkeypatch.setattr(next_writer, "PATIENCE", 60.0)
    one, other = two
    for _ in range(ROUNDS):
        began: list[Sqlite] = []
        async with one.writing():
            waits = await waiting(other, began)
        await write(one, began)
        await waits
        assert began == [other, one]


async def test_who_copies_the_file_waits_its_turn(
    two: tuple[Sqlite, Sqlite], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever copies the file, which takes long, comes after the process that waits to write."""
    monkeypatch.setattr(next_writer, "PATIENCE", 60.0)
    one, other = two
    for _ in range(ROUNDS):
        began: list[Sqlite] = []
        async with one.writing():
            waits = await waiting(other, began)
        assert await one.rewrite("file")
        assert began == [other]
        await waits


async def test_who_is_stopped_there(two: tuple[Sqlite, Sqlite], monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is stopped where it waits keeps nobody from writing for long."""
    monkeypatch.setattr(next_writer, "PATIENCE", 0.05)
    one, _ = two
    stopped = NextWriter(one._writer._following._path)
    async with stopped.place():
        await write(one)
    stopped.close()


async def test_who_ends_there(two: tuple[Sqlite, Sqlite], monkeypatch: pytest.MonkeyPatch) -> None:
    """The place of a process that has ended is free."""
    monkeypatch.setattr(next_writer, "PATIENCE", 60.0)
    one, _ = two
    ended = NextWriter(one._writer._following._path)
    assert ended._take()
    ended.close()
    await write(one)


@pytest.mark.parametrize("call", ["os.open", "fcntl.flock"])
async def test_without_locks_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Where no lock of a file can be had it is written all the same."""

    def refused(*_: object) -> int:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(f"bot.store.next_writer.{call}", refused)
    database = Sqlite(tmp_path / "campaign.db")
    await write(database)
    monkeypatch.undo()
    await database.close()
