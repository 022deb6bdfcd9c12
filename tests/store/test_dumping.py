"""What is written down is what is there, and the same on both databases."""

from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.errors import DatabaseHalfFilled
from bot.store.database import Database, open_database
from bot.store.dump_form import Block, DumpDamaged, DumpUnknown, read_blocks, read_head
from bot.store.dumping import head_of, lines_of
from bot.store.loading import DatabaseNotEmpty, begin_filling, end_filling, fill
from bot.store.migrate import migrate
from bot.store.schema import metadata
from bot.store.store import Store, open_store
from tests.making import KEY, NOW, join
from tests.store.everything import everything, fill_everything
from tests.store.test_nobody_is_named import use
from tests.worlds.postgres import PostgresServer

_numbers = count(1)

Elsewhere = Callable[[str], str]


@pytest.fixture
def elsewhere(tmp_path: Path, postgres: PostgresServer) -> Elsewhere:
    """Return what gives the address of a database that is not there yet, of a kind."""

    def at(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / 'elsewhere.db'}"
        return postgres.create(f"elsewhere_{next(_numbers)}")

    return at


async def each(lines: list[bytes]) -> AsyncIterator[bytes]:
    """Yield lines as they come from a file."""
    for line in lines:
        yield line


async def load(database: Database, lines: list[bytes]) -> None:
    """Fill a database with lines."""
    head = read_head(lines[0])
    await begin_filling(database, head)
    await fill(database, read_blocks(head, each(lines[1:])))
    async with database.writing() as connection:
        await end_filling(connection, head)


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
@pytest.mark.parametrize("seed", range(3))
async def test_there_and_back(database_url: str, to: str, elsewhere: Elsewhere, seed: int) -> None:
    """What is loaded is written down as it was, to the byte, whatever every column holds."""
    source, target = open_database(database_url), open_database(elsewhere(to))
    try:
        async with source.writing() as connection:
            await fill_everything(connection, rows=9, seed=seed)
        lines = await everything(source)
        await load(target, lines)
        assert await everything(target) == lines
        assert sum(b'"rows":[[' in line for line in lines) == len(metadata.tables)
    finally:
        await source.close()
        await target.close()


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
async def test_it_goes_on(store: Store, to: str, elsewhere: Elsewhere) -> None:
    """What people did is there after it was loaded, and what comes next finds its place."""
    await use(store)
    url = elsewhere(to)
    target = open_database(url)
    await load(target, await everything(store.database))
    await target.close()
    loaded = await open_store(url, KEY)
    try:
        async with store.reading() as before, loaded.reading() as after:
            assert await after.counts.tallies() == await before.counts.tallies()
            assert await after.counts.differences() == []
        async with loaded.transaction() as tx:
            first = (await tx.broadcasts.all())[0]
            again = await tx.broadcasts.add(alert_id=first.alert_id, organizer_id=None, now=first.created_at)
            assert again == first.id + 1
    finally:
        await loaded.close()


async def test_only_into_nothing(store: Store, database_url: str) -> None:
    """A database in which anything is stays as it is."""
    await use(store)
    lines = await everything(store.database)
    database = open_database(database_url)
    try:
        with pytest.raises(DatabaseNotEmpty):
            await begin_filling(database, read_head(lines[0]))
    finally:
        await database.close()
    assert await everything(store.database) == lines


async def test_what_was_broken_off(store: Store, elsewhere: Elsewhere, dialect: str) -> None:
    """What was broken off half-way is begun anew; until then nothing starts on it, and no migration touches it."""
    await use(store)
    lines = await everything(store.database)
    url = elsewhere(dialect)
    target = open_database(url)
    try:
        head = read_head(lines[0])
        await begin_filling(target, head)
        with pytest.raises(DumpDamaged):
            await fill(target, read_blocks(head, each(lines[1:20])))
        for starts in (open_store(url, KEY), migrate(url)):
            with pytest.raises(DatabaseHalfFilled):
                await starts
        await load(target, lines)
        assert await everything(target) == lines
    finally:
        await target.close()


def _changed(lines: list[bytes], number: int, what: bytes, by: bytes) -> list[bytes]:
    changed = list(lines)
    assert what in changed[number]
    changed[number] = changed[number].replace(what, by, 1)
    return changed


async def test_damage_is_seen(store: Store) -> None:
    """A line that is missing, changed, added or out of its place is seen, and so is an end that is cut off."""
    await use(store)
    lines = await everything(store.database)
    head = read_head(lines[0])
    [row] = [number for number, line in enumerate(lines) if b'"table":"alerts"' in line and number]
    damaged = [
        lines[:-1],
        lines[: len(lines) // 2],
        [*lines, b"{}"],
        [*lines[:row], *lines[row + 1 :]],
        [*lines[:row], lines[row], *lines[row:]],
        _changed(lines, row, b"2026", b"2025"),
        _changed(lines, row, b"[[", b"[[0,"),
        [*lines[:row], b"\xff", *lines[row + 1 :]],
        [*lines[:row], b"[]", *lines[row + 1 :]],
        [*lines[: row + 1], *lines[row + 2 :]],
    ]

    async def read(found: list[bytes]) -> list[Block]:
        return [block async for block in read_blocks(head, each(found[1:]))]

    assert len(await read(lines)) > 5
    for one in damaged:
        with pytest.raises(DumpDamaged):
            await read(one)


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b"\xff", b'{"format":"campaign-bot dump","version":2}', b'{"format":1}']
)
def test_what_is_none(line: bytes) -> None:
    """What does not begin like one, or is of a later version, is said to be unknown."""
    with pytest.raises(DumpUnknown):
        read_head(line)


async def test_one_moment(store: Store) -> None:
    """What is written while it is written down is not in it."""
    await use(store)
    lines: list[Any] = await everything(store.database)
    async with store.database.snapshot() as connection:
        head = await head_of(connection, now=NOW)
        found = []
        async for line in lines_of(connection, head):
            found.append(line)
            if len(found) == 1:
                async with store.transaction() as tx:
                    await join(tx, 5, first=77_000)
    assert found == lines
