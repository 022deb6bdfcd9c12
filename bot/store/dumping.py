"""Writing down everything that a database holds, as of one moment, while others write on."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.connection import Connection
from bot.store.dump_form import ROWS, Head, Sums, end_line, forms_of, last_line, row_line
from bot.store.migrate import REVISIONS, require_current
from bot.store.schema import installation, metadata


async def head_of(connection: Connection, *, now: datetime) -> Head:
    """Return what is written first.

    Raises MigrationsPending, DatabaseNewer, DatabaseHalfFilled.
    """
    await connection.run_sync(require_current)
    key_id = (await connection.execute(sa.select(installation.c.key_id))).scalar_one_or_none()
    return Head(
        revision=REVISIONS[-1],
        taken_at=now,
        key_id=None if key_id is None else bytes(key_id).hex(),
        tables=forms_of(metadata),
    )


async def lines_of(
    connection: Connection, head: Head, *, went: Callable[[int], None] = lambda _rows: None
) -> AsyncGenerator[bytes]:
    """Yield everything that a snapshot holds, line by line, in the form of `bot.store.dump_form`.

    `went`: told of each line how many rows are on it.
    """
    yield head.line()
    ends = []
    for form in head.tables:
        sums = Sums()
        table = metadata.tables[form.name]
        async with aclosing(connection.stream(in_order(table, connection.dialect), at_once=ROWS)) as parts:
            async for rows in parts:
                line = row_line(form.name, rows)
                sums.add(line, len(rows))
                went(len(rows))
                yield line
        ends.append(end_line(form.name, sums))
        yield ends[-1]
    yield last_line(ends)


def in_order(table: sa.Table, dialect: str) -> sa.Select[Any]:
    """Return the query for all rows of a table, in the order of the key's bytes: the same in both databases."""
    columns: list[Any] = list(table.c)
    order: list[Any] = list(table.primary_key)
    if dialect == "postgresql":
        # As text, since the driver would read it, and not give back what was written.
        columns = [sa.cast(each, sa.Text) if isinstance(each.type, sa.JSON) else each for each in columns]
        order = [sa.collate(each, "C") if isinstance(each.type, sa.String) else each for each in order]
    else:
        columns = [
            sa.type_coerce(each, sa.Text) if isinstance(each.type, sa.JSON) else each for each in columns
        ]
    return sa.select(*columns).order_by(*order)
