"""Sums that are kept, not counted: what a transaction changes in them is gathered, and added as its last statements.

So the sums are committed with what they are about or not at all, and however much one transaction changes, each sum
is written once.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.connection import Connection

SLOTS = 16
"""In how many rows PostgreSQL keeps one sum. Their total is what counts; one row alone may be negative.

A sum that is changed stays locked until the commit. With one row, every opt-out and every sender would wait for
each other's disk; so each transaction draws one of these. SQLite has one writer and needs one row.
"""

SLOT, SUM = "slot", "n"
"""How the columns are called that every table of sums has; the others of its key say what is summed up."""


@cache
def _addition(table: sa.Table, dialect: str) -> sa.Executable:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    added = {SUM: table.c[SUM] + insert.excluded[SUM]}
    key = [column.name for column in table.primary_key]
    return insert.on_conflict_do_update(index_elements=key, set_=added)


class Gathering:
    """The sums of one table, with what this transaction has changed so far, by their keys."""

    def __init__(self, connection: Connection, table: sa.Table) -> None:
        self._connection = connection
        self._table = table
        self._names = [column.name for column in table.primary_key if column.name != SLOT]
        self._changed: Counter[Any] = Counter()

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Forget what the block has gathered if it raises: what it is about is undone, too."""
        before = self._changed.copy()
        try:
            yield
        except BaseException:
            self._changed = before
            raise

    async def flush(self) -> None:
        """Write what has changed: the last thing a transaction does.

        Written last and in the order of the key, no two transactions wait for each other over sums.
        """
        changed = sorted((key, count) for key, count in self._changed.items() if count)
        self._changed.clear()
        if not changed:
            return
        dialect = self._connection.dialect
        slot = 0 if dialect == "sqlite" else random.randrange(SLOTS)  # noqa: S311  # spreads locks
        rows = [dict(zip(self._names, key, strict=True)) | {SLOT: slot, SUM: count} for key, count in changed]
        await self._connection.execute(_addition(self._table, dialect), rows)
