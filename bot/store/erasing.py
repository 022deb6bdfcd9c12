"""Erasing a person: a loop over what the columns say they hold, so that no table is forgotten."""

from collections.abc import Collection

import sqlalchemy as sa

from bot.privacy.cipher import Cipher, Table
from bot.store.columns import Holds, WhenErased, columns_that_hold, when_erased
from bot.store.connection import Connection
from bot.store.schema import metadata, subscribers


class Erasing:
    """Finds and removes the rows about a person, under whichever key of the ring they were written."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def ids(self, chat_id: int) -> list[int]:
        """Return under which ids this person is on the list; the rows stay theirs until the commit."""
        refs = self._cipher.refs(Table.SUBSCRIBERS, chat_id)
        query = sa.select(subscribers.c.id).where(subscribers.c.ref.in_(refs))
        return list((await self._connection.execute(self._connection.locked(query))).scalars())

    async def everybody(self, marks: Collection[str]) -> list[int]:
        """Return who, of all that are known in any table, has one of these marks. It goes through every row."""
        found: set[int] = set()
        for column in columns_that_hold(metadata, Holds.REF):
            table = Table(column.table.name)
            query = sa.select(column).where(column.is_not(None))
            for ref in (await self._connection.heavy(query)).scalars():
                chat_id = self._cipher.chat_id(table, ref)
                if any(mark in marks for mark in self._cipher.departure_marks(chat_id)):
                    found.add(chat_id)
        return sorted(found)

    async def remove(self, chat_id: int) -> int:
        """Remove every row that goes with the person, and what refers to it. Returns how many there were."""
        removed = 0
        for column in columns_that_hold(metadata, Holds.REF):
            if when_erased(column) is WhenErased.GOES:
                refs = self._cipher.refs(Table(column.table.name), chat_id)
                rows = await self._connection.execute(sa.delete(column.table).where(column.in_(refs)))
                removed += rows.rowcount
        return removed
