"""Columns say what they hold, in the schema itself.

Whatever goes through every table (rotation, backup, move, export, erase, the privacy scan) reads it from there
instead of keeping a list of its own. A column without a mark fails a test.
"""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

_KEY = "holds"


class Holds(StrEnum):
    """What a column holds."""

    REF = "ref"
    """A person, as `Cipher.ref` writes them for this table; a new key needs a new one."""
    SEALED = "sealed"
    """Content that `Cipher.seal` encrypted for this table."""
    PUBLIC = "public"
    """Readable to whoever has the database: names, tells and singles out nobody."""
    COUNT = "count"
    """A sum over people."""


def ref(name: str, *arguments: Any, **options: Any) -> sa.Column[Any]:
    """Return a column of refs."""
    return sa.Column(name, sa.LargeBinary, *arguments, info={_KEY: Holds.REF}, **options)


def sealed(name: str, *arguments: Any, **options: Any) -> sa.Column[Any]:
    """Return a column of sealed contents."""
    return sa.Column(name, sa.LargeBinary, *arguments, info={_KEY: Holds.SEALED}, **options)


def public(name: str, *arguments: Any, **options: Any) -> sa.Column[Any]:
    """Return a column that anybody may read."""
    return sa.Column(name, *arguments, info={_KEY: Holds.PUBLIC}, **options)


def count(name: str, *arguments: Any, **options: Any) -> sa.Column[Any]:
    """Return a column of sums."""
    return sa.Column(name, sa.Integer, *arguments, info={_KEY: Holds.COUNT}, **options)


def holds(column: sa.Column[Any]) -> Holds:
    """Return what a column holds.

    Raises KeyError where it does not say.
    """
    return Holds(column.info[_KEY])


def columns_that_hold(metadata: sa.MetaData, what: Holds) -> list[sa.Column[Any]]:
    """Return the columns of every table that hold this, in the order of the schema."""
    return [column for table in metadata.sorted_tables for column in table.c if holds(column) is what]
