"""SQLite: one connection writes, others read snapshots."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from bot.errors import CampaignError
from bot.store.connection import REWRITTEN_BYTES, Connection
from bot.store.inline import Link
from bot.store.next_writer import NextWriter
from bot.store.writer import Writer

BUSY_TIMEOUT = "PRAGMA busy_timeout=10000"

PRAGMAS = (
    BUSY_TIMEOUT,
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    # What a statement puts aside to undo it would else lie in a file among the system's temporary ones.
    "PRAGMA temp_store=MEMORY",
    # The log is cut whenever it begins anew: else it keeps the commits of before until they are written over.
    "PRAGMA journal_size_limit=0",
)

BULK_PRAGMAS = (
    # Refs lie in no order: a transaction over thousands of people touches most pages of their index, and what has no
    # room in memory is written several times. In KiB; of pages, the log's.
    "PRAGMA cache_size=-65536",
    "PRAGMA wal_autocheckpoint=16000",
)
"""For a process that writes all of a list anew. At 300,000 people, 20,000 of them in a transaction, 1.4 KiB are written
for each, against 7.9."""

WITH_A_LOG = "PRAGMA journal_mode=WAL"
"""Of several that make a new file so at once, SQLite refuses all but one without waiting."""

TRIES, TRY_SECONDS = 200, 0.05

PRIMARY_CODE = 0xFF
"""The part of an error's code that says what kind it is (sqlite.org, Result and Error Codes)."""

RESTS = 4
"""After the file was copied it is not copied again for so many times as long as that took: others write meanwhile."""

STATEMENTS_KEPT = 512
"""Statements that the driver keeps prepared."""


OLDEST = (3, 35)
"""The first SQLite that returns the rows of what it changes; a distribution's Python may bring an older one."""


class SqliteTooOld(CampaignError):
    """This Python's SQLite is older than 3.35. Run `sh scripts/install` with another Python, or use PostgreSQL."""


class DatabaseRemoved(OSError):
    """The database's file was removed or replaced while it was open. Put it back from a backup and restart."""


class Sqlite:
    """SQLite. Whoever writes waits for the one writer (`bot.store.writer`); readers wait for nobody.

    Readers are aiosqlite's, each in a thread of its own: what is read outside of transactions is mostly long.
    """

    dialect = "sqlite"
    leaves_nothing = True

    def __init__(self, path: Path, *, bulk: bool = False) -> None:
        if sqlite3.sqlite_version_info < OLDEST:
            raise SqliteTooOld
        self._path = path
        self._file: tuple[int, int] | None = None
        self._log = path.with_name(f"{path.name}-wal")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._made: list[sqlite3.Connection] = []
        url = sa.URL.create("sqlite+aiosqlite", database=str(path))
        self._write_engine = create_async_engine(
            url,
            # The writer begins and commits, nobody else.
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            poolclass=sa.NullPool,
            connect_args={
                "factory": self._make,
                "check_same_thread": False,
                "cached_statements": STATEMENTS_KEPT,
            },
            hide_parameters=True,
        )
        self._read_engine = create_async_engine(
            url, pool_size=4, max_overflow=8, pool_timeout=60, hide_parameters=True
        )
        _configure(self._write_engine, PRAGMAS + BULK_PRAGMAS if bulk else PRAGMAS)
        _configure(self._read_engine, PRAGMAS)
        _begin_with(self._read_engine, "BEGIN")
        self._writer = Writer(self._connect, following=NextWriter(path.with_name(f"{path.name}-next")))
        self._expunging: asyncio.Task[bool] | None = None
        self._copying = asyncio.Lock()
        self._rests_until = 0.0

    @property
    def commits(self) -> int:
        """How many commits there were: each waited for the disk."""
        return self._writer.commits

    def writing(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction; it waits for its turn and, at the end, for the shared commit.

        Raises DatabaseRemoved.
        """
        self._require_file()
        return self._writer.turn()

    def holding(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction, as every one may be left alone here.

        Raises DatabaseRemoved.
        """
        return self.writing()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Open a snapshot; it never waits for the writer.

        Raises DatabaseRemoved.
        """
        self._require_file()
        async with self._read_engine.connect() as connection:
            yield Connection(connection, writes=False)

    def snapshot(self) -> AbstractAsyncContextManager[Connection]:
        """Open a snapshot, as every reading transaction is one here.

        Raises DatabaseRemoved.
        """
        return self.reading()

    async def compact(self) -> bool:
        """Move the write-ahead log into the database and cut it to nothing; a long reader can be in the way."""
        if not self._log.exists() or not self._log.stat().st_size:
            return True
        async with self._writer.alone() as link:
            # Whoever wants to write is not to wait for a long reader; there is a next time.
            await link.wait("PRAGMA busy_timeout=0")
            try:
                [(busy, _, _)] = await link.wait("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                await link.wait(BUSY_TIMEOUT)
            return not busy

    async def expunge(self) -> bool:
        """Copy the file: where a row moved to another page, SQLite leaves its bytes in the unused part of the old one.

        `secure_delete` overwrites a row where it stands when it is deleted, and knows of no other place. Who asks while
        one waits for its turn shares it.
        """
        if self._expunging is None:
            self._expunging = asyncio.create_task(self._expunge())
        return await asyncio.shield(self._expunging)

    async def _expunge(self) -> bool:
        async with self._copying:
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, self._rests_until - loop.time()))
            # From here on, what is deleted may be copied already.
            self._expunging = None
            began = loop.time()
            try:
                return await self.rewrite("file")
            finally:
                self._rests_until = loop.time() + RESTS * (loop.time() - began)

    def rewritten(self) -> Sequence[str]:
        """Return the one thing there is: the file."""
        return ("file",)

    async def rewrite(self, _what: str) -> bool:
        """Copy everything into pages in the order of the keys; SQLite adds to a page in the order of time."""
        if self._path.stat().st_size > REWRITTEN_BYTES:
            return False
        async with self._writer.alone(writes=True) as link:
            await link.wait("VACUUM")
        await self.compact()
        return True

    async def close(self) -> None:
        """Let those who wait have their turn, empty the write-ahead log, close."""
        if self._expunging is not None:
            await asyncio.wait([self._expunging])
        async with self._copying:
            await self._writer.close()
        await self._read_engine.dispose()
        await self._write_engine.dispose()

    async def _connect(self) -> Link:
        self._made.clear()
        link = await Link.open(self._write_engine, self._made)
        if self._file is None:
            self._file = self._found_file()
        return link

    def _require_file(self) -> None:
        """Refuse to write into a file that is in no folder any more: it would be gone at the next start."""
        if self._file is not None and self._found_file() != self._file:
            raise DatabaseRemoved

    def _found_file(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _make(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        made = sqlite3.Connection(*arguments, **options)
        self._made.append(made)
        return made


def _configure(engine: AsyncEngine, pragmas: Sequence[str]) -> None:
    @sa.event.listens_for(engine.sync_engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver would begin transactions of its own, too late and not immediate.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        _keep_a_log(cursor)
        cursor.close()


def _keep_a_log(cursor: Any) -> None:
    for left in reversed(range(TRIES)):
        try:
            cursor.execute(WITH_A_LOG)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY or not left:
                raise
            await_only(asyncio.sleep(TRY_SECONDS))
        else:
            return


def _begin_with(engine: AsyncEngine, begin: str) -> None:
    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)
