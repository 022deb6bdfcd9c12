"""Writing refs, codes and sealed contents anew under the current key: a loop over what the columns say they hold."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.errors import WrongKey
from bot.privacy.cipher import Cipher, Table
from bot.store.columns import Holds, holds
from bot.store.connection import Connection
from bot.store.schema import metadata

MADE_WITH_A_KEY = (Holds.REF, Holds.SEALED, Holds.CODE)
"""What columns hold that a new key makes anew."""


def tables_to_rekey() -> Iterator[sa.Table]:
    """Return the tables that hold something made with a key."""
    for table in metadata.sorted_tables:
        if _made_with_a_key(table):
            yield table


@cache
def _made_with_a_key(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if holds(column) in MADE_WITH_A_KEY]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rekeyed:
    """What came of some rows. `after`: where to go on; None at the end of the table.

    `found`: rows that stood under another key, and do not any more. `unreadable`: rows that no key opens.
    """

    found: int
    unreadable: int
    after: Sequence[Any] | None


Reckoned = dict[tuple[str, bytes], bytes]
"""What is under the current key, by the column and what stands there."""


class Rekeying:
    """The rows of every table that were made with a key, a few at a time."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def renew(
        self, table: sa.Table, *, after: Sequence[Any] | None, limit: int, reckoned: Reckoned | None = None
    ) -> Rekeyed:
        """Write rows anew; see `rekey`."""
        return await rekey(self._connection, self._cipher, table, after=after, limit=limit, reckoned=reckoned)

    async def reckon(self, table: sa.Table, *, after: Sequence[Any] | None, limit: int) -> Reckoned:
        """Return what these rows hold and what that is under the current key, and change nothing."""
        rows, _ = await _rows(self._connection, table, after=after, limit=limit, locked=False)
        reckoned: Reckoned = {}
        for row in rows:
            with suppress(WrongKey):
                _anew(self._cipher, table, row, reckoned)
        return reckoned

    async def left(self, table: sa.Table, *, after: Sequence[Any] | None, limit: int) -> Rekeyed:
        """Count rows; see `left`."""
        return await left(self._connection, self._cipher, table, after=after, limit=limit)


async def rekey(
    connection: Connection,
    cipher: Cipher,
    table: sa.Table,
    *,
    after: Sequence[Any] | None,
    limit: int,
    reckoned: Reckoned | None = None,
) -> Rekeyed:
    """Write up to `limit` rows of a table anew, in the order of the key.

    Where the ref is the key, a row that is written anew stands elsewhere afterwards, and may be met once more: what is
    under the current key already comes out the same. Rows that somebody else has are left for another time, and what
    opens with none of the keys stays as it is. `reckoned`: what need not be reckoned while others wait.
    """
    reckoned = {} if reckoned is None else reckoned
    key = list(table.primary_key)
    rows, end = await _rows(connection, table, after=after, limit=limit, locked=True)
    changed, unreadable = [], 0
    for row in rows:
        try:
            new = _anew(cipher, table, row, reckoned)
        except WrongKey:
            unreadable += 1
            continue
        if new:
            changed.append({f"key_{each.name}": row[each] for each in key} | new)
    await _write(connection, table, changed)
    return Rekeyed(found=len(changed), unreadable=unreadable, after=end)


async def left(
    connection: Connection, cipher: Cipher, table: sa.Table, *, after: Sequence[Any] | None, limit: int
) -> Rekeyed:
    """Count what `rekey` would find, and change nothing."""
    rows, end = await _rows(connection, table, after=after, limit=limit, locked=False)
    found = unreadable = 0
    for row in rows:
        try:
            found += bool(_anew(cipher, table, row, {}))
        except WrongKey:
            unreadable += 1
    return Rekeyed(found=found, unreadable=unreadable, after=end)


async def _rows(
    connection: Connection, table: sa.Table, *, after: Sequence[Any] | None, limit: int, locked: bool
) -> tuple[list[sa.RowMapping], Sequence[Any] | None]:
    key = list(table.primary_key)
    query = sa.select(*key, *_made_with_a_key(table)).order_by(*key).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(*key) > sa.tuple_(*after))
    if locked:
        # Waiting for nobody's rows, it is in nobody's way for longer than its own few take.
        query = query.with_for_update(skip_locked=True)
    rows = [row._mapping for row in await connection.heavy(query)]  # noqa: SLF001  # SQLAlchemy's public name
    return rows, [rows[-1][column] for column in key] if rows else None


async def _write(connection: Connection, table: sa.Table, changed: list[dict[str, Any]]) -> None:
    if not changed:
        return
    this = [column == sa.bindparam(f"key_{column.name}") for column in table.primary_key]
    anew: dict[str, Any] = {
        column.name: sa.bindparam(f"new_{column.name}") for column in _made_with_a_key(table)
    }
    await connection.heavy(sa.update(table).where(*this).values(anew), changed)


def _anew(cipher: Cipher, table: sa.Table, row: sa.RowMapping, reckoned: Reckoned) -> dict[str, bytes | None]:
    """Return what the row holds, under the current key; nothing where it is under that already.

    What is not reckoned yet is, and is added there. Raises WrongKey.
    """
    new: dict[str, bytes | None] = {}
    changed = False
    for column in _made_with_a_key(table):
        held = row[column]
        value = None if held is None else reckoned.get((column.name, held))
        if held is not None and value is None:
            value = reckoned[column.name, held] = _value(cipher, column, held)
        new[f"new_{column.name}"] = value
        changed = changed or value != held
    return new if changed else {}


def _value(cipher: Cipher, column: sa.Column[Any], value: bytes) -> bytes:
    table = Table(column.table.name)
    match holds(column):
        case Holds.REF:
            return cipher.renewed_ref(table, value)
        case Holds.CODE:
            return cipher.renewed_code(table, value)
        case _:
            return cipher.resealed(table, value)
