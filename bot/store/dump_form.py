"""The form in which everything in a database is written down: lines of JSON that say what they are.

The first line is the head: what this is, the schema's revision, the id of the campaign key, and each table with its
columns and their kinds. Then come the tables in the order in which they may be filled: lines of rows, and one with
their number and SHA-256. The last line has the SHA-256 over those. It is the same on both databases: two that hold the
same are the same to the byte.
"""

import base64
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import orjson
import sqlalchemy as sa

from bot.errors import CampaignError
from bot.store.schema import UtcDateTime

FORMAT, VERSION = "campaign-bot dump", 1

ROWS = 1000
"""Rows on a line."""


class DumpDamaged(CampaignError):
    """The backup is not whole, or was changed: its sums do not match. Take an earlier one."""


class DumpUnknown(CampaignError):
    """This is no backup of this program, or one of a newer version. Update the program, or give another file."""


class Kind(StrEnum):
    """What a column's values are, and how JSON has them."""

    NUMBER = "number"
    FLOAT = "float"
    FLAG = "flag"
    TEXT = "text"
    JSON = "json"
    """As text, so that not a character changes."""
    DAY = "day"
    MOMENT = "moment"
    """With its zone, which is UTC."""
    BYTES = "bytes"
    """In base64."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableForm:
    """A table: its name, and its columns in order, with their kinds."""

    name: str
    columns: dict[str, Kind]


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What the first line says. `key_id`: of the campaign key, in hexadecimal; None where none was used yet."""

    revision: str
    taken_at: datetime
    key_id: str | None
    tables: list[TableForm]

    def line(self) -> bytes:
        """Return it as it is written."""
        return orjson.dumps(
            {
                "format": FORMAT,
                "version": VERSION,
                "revision": self.revision,
                "taken_at": self.taken_at,
                "key_id": self.key_id,
                "tables": [{"name": each.name, "columns": each.columns} for each in self.tables],
            }
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Some rows of a table, as JSON has them."""

    table: TableForm
    rows: list[list[Any]]


def kind_of(column: sa.Column[Any]) -> Kind:
    """Return the kind of a column's values."""
    kinds: dict[type, Kind] = {
        bool: Kind.FLAG,
        int: Kind.NUMBER,
        float: Kind.FLOAT,
        str: Kind.TEXT,
        bytes: Kind.BYTES,
        date: Kind.DAY,
    }
    if isinstance(column.type, UtcDateTime):
        return Kind.MOMENT
    return Kind.JSON if isinstance(column.type, sa.JSON) else kinds[column.type.python_type]


def forms_of(metadata: sa.MetaData) -> list[TableForm]:
    """Return every table of a schema, each after those it points at."""
    return [
        TableForm(name=str(table.name), columns={str(column.name): kind_of(column) for column in table.c})
        for table in metadata.sorted_tables
    ]


@dataclass(slots=True)
class Sums:
    """The sums of one table's lines, as they go by."""

    rows: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)

    def add(self, line: bytes, rows: int) -> None:
        """Take a line of so many rows."""
        self.sha256.update(line)
        self.rows += rows

    def as_dict(self) -> dict[str, Any]:
        """Return them as they are written."""
        return {"rows": self.rows, "sha256": self.sha256.hexdigest()}


def row_line(table: str, rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a line of rows."""
    return orjson.dumps({"table": table, "rows": rows}, default=_as_text)


def end_line(table: str, sums: Sums) -> bytes:
    """Return the line that ends a table."""
    return orjson.dumps({"end": table, **sums.as_dict()})


def last_line(ends: Iterable[bytes]) -> bytes:
    """Return the last line, over those that end the tables."""
    return orjson.dumps({"whole": hashlib.sha256(b"\n".join(ends)).hexdigest()})


def read_head(line: bytes) -> Head:
    """Read the first line.

    Raises DumpUnknown.
    """
    try:
        found = orjson.loads(line)
        if (found["format"], found["version"]) != (FORMAT, VERSION):
            raise DumpUnknown
        tables = [
            TableForm(name=each["name"], columns={name: Kind(kind) for name, kind in each["columns"].items()})
            for each in found["tables"]
        ]
        taken_at = datetime.fromisoformat(found["taken_at"])
        return Head(revision=found["revision"], taken_at=taken_at, key_id=found["key_id"], tables=tables)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise DumpUnknown from error


class Reading:
    """Takes the lines that follow a head, one by one, and looks at the sums as they come.

    What was returned is to be kept only when `end` has found everything whole.
    """

    def __init__(self, head: Head) -> None:
        self._waiting = list(head.tables)
        self._sums = Sums()
        self._ends: list[bytes] = []
        self._is_whole = False

    def take(self, line: bytes) -> Block | None:
        """Return the rows on a line; None where it holds sums.

        Raises DumpDamaged where something is missing or was changed.
        """
        _require(not self._is_whole)
        try:
            return self._taken(line, orjson.loads(line))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise DumpDamaged from error

    def end(self) -> None:
        """Look whether everything has come.

        Raises DumpDamaged.
        """
        _require(self._is_whole)

    def _taken(self, line: bytes, found: dict[str, Any]) -> Block | None:
        if "rows" in found and "table" in found:
            table = self._waiting[0]
            _require(found["table"] == table.name)
            _require(all(len(row) == len(table.columns) for row in found["rows"]))
            self._sums.add(line, len(found["rows"]))
            return Block(table=table, rows=found["rows"])
        if "end" in found:
            _require(line == end_line(self._waiting.pop(0).name, self._sums))
            self._ends.append(line)
            self._sums = Sums()
        else:
            _require(not self._waiting and line == last_line(self._ends))
            self._is_whole = True
        return None


async def read_blocks(head: Head, lines: AsyncIterable[bytes]) -> AsyncIterator[Block]:
    """Read what follows the head.

    Raises DumpDamaged where something is missing or was changed: what was returned until then is not to be kept.
    """
    reading = Reading(head)
    async for line in lines:
        block = reading.take(line)
        if block is not None:
            yield block
    reading.end()


def _require(holds: bool) -> None:
    if not holds:
        raise DumpDamaged


def _as_text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError


def for_driver(table: TableForm, rows: Sequence[Sequence[Any]], *, dialect: str) -> list[tuple[Any, ...]]:
    """Return rows as the database's driver takes them.

    Raises DumpDamaged where a value is none of its column's.
    """
    reads = [_READ[dialect].get(kind) for kind in table.columns.values()]
    if not any(reads):
        return [tuple(row) for row in rows]
    try:
        return [
            tuple(
                value if read is None or value is None else read(value)
                for read, value in zip(reads, row, strict=True)
            )
            for row in rows
        ]
    except (ValueError, TypeError, AttributeError) as error:
        raise DumpDamaged from error


def _moment_in_sqlite(written: str) -> str:
    return datetime.fromisoformat(written).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


_READ: dict[str, dict[Kind, Any]] = {
    "sqlite": {Kind.BYTES: base64.b64decode, Kind.MOMENT: _moment_in_sqlite},
    "postgresql": {
        Kind.BYTES: base64.b64decode,
        Kind.DAY: date.fromisoformat,
        Kind.MOMENT: datetime.fromisoformat,
    },
}
