"""Something in every table, and everything that is there as lines."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.privacy.cipher import Cipher, Table
from bot.store.columns import Holds, holds
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.dumping import head_of, lines_of
from bot.store.schema import UtcDateTime, metadata
from tests.making import CHAT, KEY, NOW

SOME, HALF = 0.3, 0.5

TEXTS = ("", "a", "Ä", "زيد", "😀 \n\t\"'\\", "\u2068x\u2069", "zz", "Z", "-1", "NULL")


async def everything(database: Database, *, now: datetime = NOW) -> list[bytes]:
    """Return all lines of a dump."""
    async with database.snapshot() as connection:
        head = await head_of(connection, now=now)
        return [line async for line in lines_of(connection, head)]


async def fill_everything(connection: Connection, *, rows: int, seed: int = 0) -> None:
    """Write rows into every table: each kind of value, each column that may be empty also empty."""
    chance = random.Random(seed)  # noqa: S311  # made-up rows
    cipher = Cipher(KEY)
    written: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        await connection.execute(sa.delete(table))
    for table in metadata.sorted_tables:
        some = 1 if table.name == "installation" else rows
        made = [_row(table, number, chance, cipher, written) for number in range(1, some + 1)]
        written[table.name] = made
        if made:
            await connection.insert_many(table, made)


def _row(
    table: sa.Table,
    number: int,
    chance: random.Random,
    cipher: Cipher,
    written: dict[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    return {column.name: _value(column, number, chance, cipher, written) for column in table.c}


def _value(
    column: sa.Column[Any],
    number: int,
    chance: random.Random,
    cipher: Cipher,
    written: dict[str, list[dict[str, Any]]],
) -> Any:
    unique = column.primary_key or column.unique
    if column.nullable and not unique and chance.random() < SOME:
        return sa.null() if isinstance(column.type, sa.JSON) else None
    for key in column.foreign_keys:
        of, name = key.column.table.name, key.column.name
        # Of those before, where a table points at itself.
        there = written.get(of)
        return None if there is None else there[number - 1][name]
    return _plain(column, number, chance, cipher, unique=bool(unique))


def _plain(
    column: sa.Column[Any], number: int, chance: random.Random, cipher: Cipher, *, unique: bool
) -> Any:
    table = column.table.name
    match holds(column):
        case Holds.REF:
            return cipher.ref(Table(table), CHAT + number)
        case Holds.SEALED:
            return cipher.seal(Table(table), chance.randbytes(chance.randrange(64)))
        case Holds.CODE:
            return cipher.code(Table(table), f"code {number}")
        case _:
            make = next(make for kind, make in _MAKES if isinstance(column.type, kind))
            return make(column, number, chance, unique)


def _number(column: sa.Column[Any], number: int, chance: random.Random, unique: bool) -> int:
    if unique:
        return number
    is_big = isinstance(column.type, sa.BigInteger) and not column.autoincrement
    return chance.randrange(1 << (62 if is_big else 31))


def _text(column: sa.Column[Any], number: int, chance: random.Random, unique: bool) -> str:
    length: int = getattr(column.type, "length", None) or 500
    text = chance.choice(TEXTS)[: max(length - 6, 0)]
    return f"{text}{number}"[:length] if unique else text[:length]


def _moment(_column: sa.Column[Any], _number: int, chance: random.Random, _unique: bool) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(10**13))


_MAKES: list[tuple[type, Any]] = [
    (sa.JSON, lambda _column, number, _chance, _unique: {"ż": [1, 2.5, None, "é"], "a": {"n": number}}),
    (sa.Boolean, lambda _column, _number, chance, _unique: chance.random() < HALF),
    (sa.SmallInteger, lambda _column, number, chance, unique: number if unique else chance.randrange(30_000)),
    (sa.Integer, _number),
    (sa.Double, lambda _column, number, chance, _unique: chance.choice([0.0, 0.1, -1e300, float(number)])),
    (sa.String, _text),
    (sa.LargeBinary, lambda _column, _number, chance, _unique: chance.randbytes(8)),
    (sa.Date, lambda _column, _number, chance, _unique: date(2026, 1, 1) + timedelta(chance.randrange(300))),
    (UtcDateTime, _moment),
]
