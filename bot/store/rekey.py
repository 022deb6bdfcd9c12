"""Writing refs, codes and sealed contents anew under the current key: a loop over what the columns say they hold."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

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


def _made_with_a_key(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if holds(column) in MADE_WITH_A_KEY]


async def rekey(
    connection: Connection, cipher: Cipher, table: sa.Table, *, after: Sequence[Any] | None, limit: int
) -> Sequence[Any] | None:
    """Write up to `limit` rows of a table anew, in the order of the key. Returns where to go on; None at the end.

    Where the ref is the key, a row that is written anew stands elsewhere afterwards, and may be met once more: what is
    under the current key already comes out the same. No row that was not met moves.
    Raises WrongKey where a row opens with none of the keys.
    """
    key = list(table.primary_key)
    columns = _made_with_a_key(table)
    query = sa.select(*key, *columns).order_by(*key).limit(limit).with_for_update()
    if after is not None:
        query = query.where(sa.tuple_(*key) > sa.tuple_(*after))
    rows = [row._mapping for row in await connection.execute(query)]  # noqa: SLF001  # SQLAlchemy's public name
    for row in rows:
        new = {column.name: _anew(cipher, column, row[column]) for column in columns}
        if any(new[column.name] != row[column] for column in columns):
            this = sa.and_(*(column == row[column] for column in key))
            await connection.execute(sa.update(table).where(this).values(new))
    return [rows[-1][column] for column in key] if len(rows) == limit else None


def _anew(cipher: Cipher, column: sa.Column[Any], value: bytes | None) -> bytes | None:
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
