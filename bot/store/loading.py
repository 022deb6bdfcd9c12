"""Filling an empty database with what `bot.store.dumping` wrote down.

While it is filled it is noted as such, and nothing starts on it (`DatabaseHalfFilled`); `end_filling` ends that, in
the transaction that does the rest. What was broken off is begun anew.
"""

from collections import Counter
from collections.abc import AsyncIterable, Iterator, Sequence

import sqlalchemy as sa

from bot.errors import CampaignError
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.dump_form import Block, DumpUnknown, Head, for_driver
from bot.store.migrate import FILLING, NOTED, REVISIONS, found, note, upgrade
from bot.store.schema import metadata

BLOCKS_AT_ONCE = 10
"""Lines of rows in a transaction."""

UNUSED = ("installation", "workers", "jobs", "budget")
"""Rows in these say nothing: whoever looks at a new database writes them."""


class DatabaseNotEmpty(CampaignError):
    """There is something in the database at this address already. Give the address of an empty one."""


class BackupNewer(CampaignError):
    """The backup was made by a newer version of this program. Update the program, then restore."""


async def begin_filling(database: Database, head: Head) -> None:
    """Give an empty database the schema of what is to come, and note that it is being filled.

    What an earlier attempt left is removed.
    Raises DatabaseNotEmpty, BackupNewer, DumpUnknown.
    """
    if head.revision not in REVISIONS:
        raise BackupNewer
    async with database.writing() as connection:
        await connection.run_sync(_require_empty)
        await connection.run_sync(_make_anew, head)


async def fill(database: Database, blocks: AsyncIterable[Block]) -> Counter[str]:
    """Write the rows. Returns how many came into each table.

    Raises DumpDamaged.
    """
    rows: Counter[str] = Counter()
    waiting: list[Block] = []
    async for block in blocks:
        waiting.append(block)
        if len(waiting) == BLOCKS_AT_ONCE:
            rows += await _write(database, waiting)
            waiting.clear()
    return rows + await _write(database, waiting)


async def _write(database: Database, blocks: Sequence[Block]) -> Counter[str]:
    rows: Counter[str] = Counter()
    async with database.writing() as connection:
        for block in blocks:
            written = for_driver(block.table, block.rows, dialect=database.dialect)
            await connection.copy_rows(block.table.name, list(block.table.columns), written)
            rows[block.table.name] += len(written)
    return rows


async def end_filling(connection: Connection, head: Head) -> None:
    """Bring what was filled to this program's schema; it is a database like any other with the commit."""
    await connection.run_sync(_end, head.revision)


def _end(connection: sa.Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        for table, column in _numbered(connection):
            # What comes next gets the number after the last one, as in SQLite.
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'),"  # noqa: S608  # names of our schema
                f" coalesce((SELECT max({column}) FROM {table}), 0) + 1, false)"
            )
    note(connection, revision)
    upgrade(connection)


def _numbered(connection: sa.Connection) -> Iterator[tuple[str, str]]:
    """Yield the columns that PostgreSQL numbers by itself."""
    query = (
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%%'"
    )
    for row in connection.exec_driver_sql(query):
        yield row.table_name, row.column_name


def _require_empty(connection: sa.Connection) -> None:
    noted = found(connection)
    if FILLING in noted:
        return
    there = set(sa.inspect(connection).get_table_names()) - {NOTED.name}
    if there - set(metadata.tables):
        raise DatabaseNotEmpty
    for name in sorted(there - set(UNUSED)):
        if connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first():
            raise DatabaseNotEmpty


def _make_anew(connection: sa.Connection, head: Head) -> None:
    left = sa.MetaData()
    left.reflect(connection)
    left.drop_all(connection)
    upgrade(connection, head.revision)
    note(connection, FILLING)
    # A migration may have written rows of its own.
    for form in reversed(head.tables):
        there = {column["name"] for column in sa.inspect(connection).get_columns(form.name)}
        if there != set(form.columns):
            raise DumpUnknown
        connection.execute(sa.delete(sa.table(form.name)))
