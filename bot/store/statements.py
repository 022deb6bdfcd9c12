"""Statements that are written once, at import, and run as text: constants of the modules that use them.

Building a statement and compiling it costs twenty times what SQLite needs to run it. So the hot ones are module-level
constants with `bindparam`s; `Connection.run` takes their text and hands it to the driver.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Convert = Callable[[Any], Any]

CACHED = 512
"""Constants whose text is kept; there are some dozens."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ByDialect:
    """One statement that the two databases spell differently."""

    sqlite: sa.Executable
    postgresql: sa.Executable


Statement = sa.Executable | ByDialect


def for_dialect(statement: Statement, dialect: str) -> sa.Executable:
    """Return the statement as this database has it."""
    if not isinstance(statement, ByDialect):
        return statement
    return statement.sqlite if dialect == "sqlite" else statement.postgresql


@lru_cache(maxsize=CACHED)
def insert_new(table: sa.Table, *columns: str) -> ByDialect:
    """Return an INSERT that leaves alone what is there already; its parameters are called like the columns."""
    values: dict[str, Any] = {name: sa.bindparam(name) for name in columns}
    return ByDialect(
        sqlite=sqlite.insert(table).values(values).on_conflict_do_nothing(),
        postgresql=postgresql.insert(table).values(values).on_conflict_do_nothing(),
    )


@lru_cache(maxsize=CACHED)
def upsert(table: sa.Table, *, key: tuple[str, ...], values: tuple[str, ...]) -> ByDialect:
    """Return an INSERT that gives the row of this key these values; its parameters are called like the columns."""
    given: dict[str, Any] = {name: sa.bindparam(name) for name in key + values}
    on_sqlite, on_postgresql = sqlite.insert(table).values(given), postgresql.insert(table).values(given)
    return ByDialect(
        sqlite=on_sqlite.on_conflict_do_update(
            index_elements=key, set_={name: on_sqlite.excluded[name] for name in values}
        ),
        postgresql=on_postgresql.on_conflict_do_update(
            index_elements=key, set_={name: on_postgresql.excluded[name] for name in values}
        ),
    )


class Rows:
    """What a statement returned, all of it; a row has its columns by name and by number."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: Sequence[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> Sequence[Any]:
        """Return every row."""
        return self._rows

    def first(self) -> Any:
        """Return the first row, or None."""
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        """Return the only row, or None.

        Raises LookupError where there are more.
        """
        if len(self._rows) > 1:
            msg = "more than one row"
            raise LookupError(msg)
        return self.first()

    def one(self) -> Any:
        """Return the only row.

        Raises LookupError where there is none, or more.
        """
        if len(self._rows) != 1:
            msg = f"{len(self._rows)} rows instead of one"
            raise LookupError(msg)
        return self._rows[0]

    def scalar_one(self) -> Any:
        """Return the first column of the only row.

        Raises LookupError where there is none, or more.
        """
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        """Return the first column of the only row, or None.

        Raises LookupError where there are more.
        """
        row = self.one_or_none()
        return None if row is None else row[0]

    def scalars(self) -> list[Any]:
        """Return the first column of every row."""
        return [row[0] for row in self._rows]


class Text:
    """A statement as SQLite's driver takes it: text, the order of its parameters, and what converts values."""

    __slots__ = ("_fixed", "_make", "_make", "_names", "_read", "_write", "sql")

    def __init__(self, statement: Statement, dialect: sa.Dialect) -> None:
        one: Any = for_dialect(statement, "sqlite")
        compiled = one.compile(dialect=dialect)
        if compiled.bind_names and any(bind.expanding for bind in compiled.bind_names):
            msg = f"a statement with IN cannot be run as text: {compiled}"
            raise ValueError(msg)
        self.sql = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        writing = {
            name: convert
            for bind, name in compiled.bind_names.items()
            if (convert := _to_driver(bind.type, dialect))
        }
        # What is written into the statement, not given when it is run.
        self._fixed = {
            name: writing[name](value) if name in writing else value
            for bind, name in compiled.bind_names.items()
            if not bind.required and (value := bind.effective_value) is not Ellipsis
        }
        self._write = {name: convert for name, convert in writing.items() if name not in self._fixed}
        columns: Sequence[Any] = list(getattr(one, "exported_columns", ()))
        row: Any = namedtuple("Row", [column.name for column in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024  # its columns are known here only
        self._make = row._make
        self._read = [
            (number, convert)
            for number, column in enumerate(columns)
            if (convert := _from_driver(column.type, dialect))
        ]

    def parameters(self, given: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of the text.

        Raises StatementError where one is missing, or is nothing for its column.
        """
        values = {**self._fixed, **given}
        try:
            for name, convert in self._write.items():
                values[name] = convert(values[name])
            return [values[name] for name in self._names]
        except (LookupError, TypeError, ValueError) as error:
            raise sa.exc.StatementError(repr(error), self.sql, None, error, hide_parameters=True) from error

    def rows(self, found: Sequence[Any]) -> Sequence[Any]:
        """Return the driver's rows with their names and types."""
        make = self._make
        if not self._read:
            return [make(row) for row in found]
        converted = []
        for row in found:
            values = list(row)
            for number, convert in self._read:
                values[number] = convert(values[number])
            converted.append(make(values))
        return converted


def _to_driver(kind: Any, dialect: sa.Dialect) -> Convert | None:
    # SQLAlchemy would wrap bytes; the driver takes them as they are.
    own = kind.dialect_impl(dialect)
    convert: Convert | None = None if isinstance(own, sa.LargeBinary) else own.bind_processor(dialect)
    return convert


def _from_driver(kind: Any, dialect: sa.Dialect) -> Convert | None:
    own = kind.dialect_impl(dialect)
    convert: Convert | None = None if isinstance(own, sa.LargeBinary) else own.result_processor(dialect, None)
    return convert


_SQLITE = sqlite.dialect(paramstyle="qmark")


@lru_cache(maxsize=CACHED)
def text_of(statement: Statement) -> Text:
    """Return a constant's text; it is worked out once."""
    return Text(statement, _SQLITE)
