"""A new key: what the columns say they hold is enough to write everything anew."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import WrongKey
from bot.privacy.cipher import Cipher, Table
from bot.privacy.keyring import CampaignKey
from bot.store.columns import Holds, columns_that_hold, holds
from bot.store.rekey import MADE_WITH_A_KEY, Rekeying, rekey, tables_to_rekey
from bot.store.schema import metadata
from bot.store.store import Store
from tests.making import CHAT, KEY, NOW

NEW = CampaignKey(bytes(reversed(range(64))))
RING = CampaignKey(NEW.secret, previous=(KEY,))
ROWS = 7


def value(column: sa.Column[Any], number: int, cipher: Cipher) -> Any:
    """Return something for a column to hold, in a row with this number."""
    if holds(column) is Holds.REF:
        return cipher.ref(Table(column.table.name), CHAT + number)
    if holds(column) is Holds.SEALED:
        return cipher.seal(Table(column.table.name), b"%d" % number)
    if holds(column) is Holds.CODE:
        return cipher.code(Table(column.table.name), f"code {number}")
    if isinstance(column.type, sa.Integer):
        return number
    kind = column.type.python_type
    if kind is bytes:
        return b"%d" % number
    return {str: f"word {number}"[: getattr(column.type, "length", None)], date: NOW.date()}.get(kind, NOW)


async def fill(connection: Any, table: sa.Table, filled: set[str] | None = None) -> None:
    """Write rows into a table under the old key, whatever its columns are called; first into those it points at."""
    filled = set() if filled is None else filled
    filled.add(table.name)
    for key in sorted(table.foreign_keys, key=lambda key: key.column.table.name):
        if key.column.table.name not in filled:
            await fill(connection, key.column.table, filled)
    cipher = Cipher(KEY)
    needed = [column for column in table.c if not column.nullable or holds(column) in MADE_WITH_A_KEY]
    rows = [
        {column.name: value(column, number, cipher) for column in needed} for number in range(1, ROWS + 1)
    ]
    await connection.execute(sa.insert(table), rows)


async def held(connection: Any, table: sa.Table, cipher: Cipher) -> set[Any]:
    """Return what the columns hold, opened."""
    opened = set()
    for column in table.c:
        if holds(column) in MADE_WITH_A_KEY:
            opens = {Holds.REF: cipher.chat_id, Holds.SEALED: cipher.unseal, Holds.CODE: cipher.read_code}
            open_one: Any = opens[holds(column)]
            found = (await connection.execute(sa.select(column))).scalars()
            opened |= {(column.name, open_one(Table(table.name), bytes(each))) for each in found}
    return opened


@pytest.mark.parametrize("table", [table.name for table in tables_to_rekey()])
async def test_rekey(store: Store, table: str) -> None:
    """Everything made with the old key opens with the new one alone afterwards, and says the same."""
    about = metadata.tables[table]
    async with store.database.writing() as connection:
        await fill(connection, about)
        before = await held(connection, about, Cipher(KEY))
        with pytest.raises(WrongKey):
            await held(connection, about, Cipher(NEW))
        after: Any = None
        for _ in range(2 * ROWS):
            after = (await rekey(connection, Cipher(RING), about, after=after, limit=2)).after
            assert await held(connection, about, Cipher(RING)) == before
            if after is None:
                break
        assert await held(connection, about, Cipher(NEW)) == before
        assert len(before) >= ROWS


async def test_changed_since_it_was_reckoned(store: Store) -> None:
    """What somebody writes between the reckoning and the writing is kept, and written anew as it is then."""
    table, cipher = metadata.tables["conversations"], Cipher(RING)
    [sealed] = [column for column in table.c if holds(column) is Holds.SEALED]
    async with store.database.writing() as connection:
        await fill(connection, table)
        reckoned = await Rekeying(connection, cipher).reckon(table, after=None, limit=ROWS)
        assert len(reckoned) >= ROWS
        changed = {sealed.name: Cipher(KEY).seal(Table(table.name), b"meanwhile")}
        [first, *_] = (await connection.execute(sa.select(*table.primary_key).limit(1))).one()
        [key, *_] = table.primary_key
        await connection.execute(sa.update(table).where(key == first).values(changed))
        before = await held(connection, table, Cipher(KEY))
        done = await rekey(connection, cipher, table, after=None, limit=ROWS, reckoned=reckoned)
        assert done.found == ROWS
        assert await held(connection, table, Cipher(NEW)) == before


def test_every_table_is_known() -> None:
    """A table in which people are known has its place in the cipher, so that its refs can be made anew."""
    marked = {c.table.name for what in MADE_WITH_A_KEY for c in columns_that_hold(metadata, what)}
    assert marked == {table.name for table in tables_to_rekey()} <= set(Table)
