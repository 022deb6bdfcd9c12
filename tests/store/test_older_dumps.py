"""A backup of an older version is brought up to this one as it is loaded."""

from pathlib import Path

import orjson
import sqlalchemy as sa

from bot.store.database import open_database
from bot.store.dump_form import Head, Sums, TableForm, end_line, last_line, read_blocks, read_head, row_line
from bot.store.loading import begin_filling, end_filling, fill
from bot.store.store import Store, open_store
from tests.making import KEY
from tests.store.everything import everything
from tests.store.test_dumping import each
from tests.store.test_migrate import migrate_to
from tests.store.test_nobody_is_named import use

OLDER = "0031"
"""The schema before there were backups."""

Columns = dict[str, set[str]]


def _columns(connection: sa.Connection) -> Columns:
    inspector = sa.inspect(connection)
    return {
        name: {column["name"] for column in inspector.get_columns(name)}
        for name in inspector.get_table_names()
    }


def as_before(lines: list[bytes], there: Columns) -> list[bytes]:
    """Return a dump as the version of before would have written it: without tables and columns that came since."""
    head = read_head(lines[0])
    known = {form.name: form for form in head.tables if form.name in there}
    forms = [
        TableForm(
            name=form.name,
            columns={name: kind for name, kind in form.columns.items() if name in there[form.name]},
        )
        for form in known.values()
    ]
    older = Head(revision=OLDER, taken_at=head.taken_at, key_id=head.key_id, tables=forms)
    written, ends = [older.line()], []
    for form in forms:
        sums = Sums()
        kept = [number for number, name in enumerate(known[form.name].columns) if name in form.columns]
        for line in lines[1:]:
            found = orjson.loads(line)
            if found.get("table") == form.name:
                rows = [[row[number] for number in kept] for row in found["rows"]]
                written.append(row_line(form.name, rows))
                sums.add(written[-1], len(rows))
        ends.append(end_line(form.name, sums))
        written.append(ends[-1])
    return [*written, last_line(ends)]


async def test_older(store: Store, empty_url: str, dialect: str, tmp_path: Path) -> None:
    """Loaded at its own schema and migrated, everything that it held is there, and the bot starts on it."""
    await use(store)
    lines = await everything(store.database)
    url = f"sqlite:///{tmp_path / 'older.db'}" if dialect == "sqlite" else empty_url
    await migrate_to(url, OLDER)
    target = open_database(url)
    try:
        async with target.writing() as connection:
            there = await connection.run_sync(_columns)
        older = as_before(lines, there)
        head = read_head(older[0])
        await begin_filling(target, head)
        await fill(target, read_blocks(head, each(older[1:])))
        async with target.writing() as connection:
            await end_filling(connection, head)
        assert as_before(await everything(target), there) == older
    finally:
        await target.close()
    await (await open_store(url, KEY)).close()
