"""What is kept about one person: a loop over what the columns say they hold, so that no table is forgotten.

What is not told is declared here, with its reason; all else of a person's rows is, also of tables that are yet to come.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.privacy.cipher import Cipher, Table
from bot.store import conversations, sightings, threads
from bot.store.columns import Holds, WhenErased, columns_that_hold, holds, when_erased
from bot.store.connection import Connection
from bot.store.schema import broadcasts, deliveries, metadata, subscribers

Row = dict[str, Any]
"""What a row says about the person: values by the names of their columns, without those that are empty."""

DAY = "day"
"""Beside the columns of a row about a broadcast: on which day that began, or is to."""

LEFT_OUT: Mapping[str, str] = {
    "subscribers.id": "drawn at random, and known to nobody; with a copy of the database it would lead to them",
    "subscribers.source_id": "told by its name",
    "sightings.id": "drawn so that who reads a report cannot tell whose it is",
    "threads.id": "drawn so that who answers cannot tell whose thread it is",
    "threads.taken_at": "what an organizer did",
    "friend_links.joined": "told in steps from three on, as everywhere",
    "deliveries.worker": "which process of the bot sends it",
    "notices.worker": "which process of the bot posts it",
}
"""Columns of a person's rows that are not told, and why. Who is on the team is told by no column (`is_told`)."""

OF_OTHERS = frozenset({"thread_id"})
"""Of where somebody stands in a flow: what may point to somebody else's row."""


def _step(content: bytes) -> Any:
    return {name: value for name, value in conversations.loaded(content).items() if name not in OF_OTHERS}


READERS: Mapping[str, Callable[[bytes], Any]] = {
    Table.CONVERSATIONS: _step,
    Table.ORGANIZERS: bytes.decode,
    Table.SIGHTINGS: lambda content: list(sightings.loaded(content)),
    Table.THREADS: lambda content: [
        {"by": each.by.value, "text": each.text} for each in threads.loaded(content)
    ],
}
"""How what is sealed in a table was written."""


class Holdings:
    """Finds and reads the rows about a person, under whichever key of the ring they were written."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def of(self, chat_id: int) -> dict[str, list[Row]]:
        """Return the rows about this person by their tables, in the order of their days and keys.

        What is on its way through the bot is not among them: it lets go of the person as soon as it is done.
        """
        refs = self._cipher.refs(Table.SUBSCRIBERS, chat_id)
        query = sa.select(subscribers.c.id).where(subscribers.c.ref.in_(refs))
        ids = list((await self._connection.execute(query)).scalars())
        found: dict[str, list[Row]] = {}
        for column in tells_of_people():
            if holds(column) is Holds.PERSON:
                theirs = column.in_(ids)
            else:
                theirs = column.in_(self._cipher.refs(Table(column.table.name), chat_id))
            found[column.table.name] = await self._rows(metadata.tables[column.table.name], theirs)
        return found

    async def _rows(self, table: sa.Table, theirs: sa.ColumnElement[bool]) -> list[Row]:
        told = [column for column in table.c if is_told(column)]
        first = [table.c[DAY]] if DAY in table.c else []
        query = sa.select(*told, *_begun_at(table)).where(theirs).order_by(*first, *table.primary_key)
        if table is deliveries:
            # One look for each broadcast: a delivery is found by both its numbers.
            query = query.where(deliveries.c.broadcast_id.in_(sa.select(broadcasts.c.id)))
        return [self._row(told, tuple(row)) for row in await self._connection.execute(query)]

    def _row(self, told: Sequence[sa.Column[Any]], values: Sequence[Any]) -> Row:
        row = {
            column.name: self._value(column, value)
            for column, value in zip(told, values, strict=False)
            if value is not None
        }
        for begun_at in values[len(told) :]:
            row |= {} if begun_at is None else {DAY: begun_at.date()}
        return row

    def _value(self, column: sa.Column[Any], value: Any) -> Any:
        match holds(column):
            case Holds.SEALED:
                table = Table(column.table.name)
                return READERS[table](self._cipher.unseal(table, value))
            case Holds.CODE:
                return self._cipher.read_code(Table(column.table.name), value)
            case _:
                return value


def tells_of_people() -> list[sa.Column[Any]]:
    """Return the columns by which rows about a person are found, but for those of rows on their way."""
    every = [*columns_that_hold(metadata, Holds.REF), *columns_that_hold(metadata, Holds.PERSON)]
    return [column for column in every if when_erased(column) is not WhenErased.ENDS]


def is_told(column: sa.Column[Any]) -> bool:
    """Whether the person is told what the column of a row about them says."""
    names_organizer = any(key.target_fullname == "organizers.id" for key in column.foreign_keys)
    is_whose = holds(column) in (Holds.REF, Holds.PERSON)
    return not is_whose and not names_organizer and str(column) not in LEFT_OUT


def _begun_at(table: sa.Table) -> list[sa.Label[Any]]:
    """Return what selects when the broadcast of a row began, or is to, where the row is about one."""
    if "broadcast_id" not in table.c:
        return []
    at = sa.func.coalesce(broadcasts.c.started_at, broadcasts.c.starts_at)
    began = sa.select(at).where(broadcasts.c.id == table.c.broadcast_id)
    return [began.scalar_subquery().label("begun_at")]
