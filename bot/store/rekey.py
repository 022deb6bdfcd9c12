"""Writing refs, codes and sealed contents anew under the current key: a loop over what the columns say they hold."""

from collections.abc import Iterator, Sequence
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


class Rekeying:
    """The rows of every table that were made with a key, a few at a time."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def renew(self, table: sa.Table, *, after: Sequence[Any] | None, limit: int) -> Rekeyed:
        """Write rows anew; see `rekey`."""
        return await rekey(self._connection, self._cipher, table, after=after, limit=limit)

    async def left(self, table: sa.Table, *, after: Sequence[Any] | None, limit: int) -> Rekeyed:
        """Count rows; see `left`."""
        return await left(self._connection, self._cipher, table, after=after, limit=limit)


async def rekey(
    connection: Connection, cipher: Cipher, table: sa.Table, *, after: Sequence[Any] | None, limit: int
) -> Rekeyed:
    """Write up to `limit` rows of a table anew, in the order of the key.

    Where the ref is the key, a row that is written anew stands elsewhere afterwards, and may be met once more: what is
    under the current key already comes out the same. Rows that somebody else has are left for another time, and what
    opens with none of the keys stays as it is.
    """
    key = list(table.primary_key)
    rows, end = await _rows(connection, table, after=after, limit=limit, locked=True)
    changed, unreadable = [], 0
    for row in rows:
        try:
            new = _anew(cipher, table, row)
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
            found += bool(_anew(cipher, table, row))
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


def _anew(cipher: Cipher, table: sa.Table, row: sa.RowMapping) -> dict[str, bytes | None]:
    """Return what the row holds, under the current key; nothing where it is under that already.

    Raises WrongKey.
    """
    columns = _made_with_a_key(table)
    new = {f"new_{column.name}": _value(cipher, column, row[column]) for column in columns}
    return new if any(new[f"new_{column.name}"] != row[column] for column in columns) else {}


def _value(cipher: Cipher, column: sa.Column[Any], value: bytes | None) -> bytes | None:
    if value is None:
        return None
    table = Table(column.table.name)
    match holds(column):
        case Holds.REF:
            return cipher.renewed_ref(table, value)
        case Holds.CODE:
            return cipher.renewed_code(table, value)
        case _:
            return cipher.resealed(table, value)
