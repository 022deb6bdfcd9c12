"""Looking people up while the campaign key is changed: a person stands under the ref of the one key or of the other.

Both are asked for in one statement: a row that is written anew between two would be found by neither. Before a row is
written for a person, the one they may have under the other key is brought over, so that nobody ever has two.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection


def either(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Return what holds of a person's row; `Cipher.stands_at` gives its parameters."""
    return sa.or_(column == sa.bindparam("ref"), column == sa.bindparam("former"))


async def bring_over(connection: Connection, cipher: Cipher, column: sa.Column[Any], chat_id: int) -> None:
    """Let the row that a person may have under the other key stand under the current one."""
    if cipher.is_changing:
        refs = cipher.stands_at(Table(column.table.name), chat_id)
        await connection.run(_bring(column), current=refs["ref"], former=refs["former"])


@cache
def _bring(column: sa.Column[Any]) -> sa.Update:
    brought = sa.update(column.table).where(column == sa.bindparam("former"))
    return brought.values({column.name: sa.bindparam("current")})
