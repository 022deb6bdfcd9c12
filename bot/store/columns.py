"""Columns say what they hold, in the schema itself.

Whatever goes through every table (rotation, backup, move, export, erase, the privacy scan) reads it from there
instead of keeping a list of its own. A column without a mark fails a test.
"""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

_KEY = "holds"


_ERASED = "erased"


class WhenErased(StrEnum):
    """What becomes of a row when the person it is about is erased."""

    GOES = "goes"
    """It is removed, with what refers to it."""
    STAYS = "stays"
    """It is about a role in the campaign's team, which the owners give and take."""
    ENDS = "ends"
    """It is on its way: it lets go of the person as soon as it is done, the latest of them before the receipt."""
    COUNTS = "counts"
    """It stays counted under an id that is nobody's any more."""


class Holds(StrEnum):
    """What a column holds."""

    REF = "ref"
    """A person, as `Cipher.ref` writes them for this table; a new key needs a new one."""
    PERSON = "person"
    """A subscriber's id: it points at a person for as long as they are on the list."""
    SEALED = "sealed"
    """Content that `Cipher.seal` encrypted for this table."""
    CODE = "code"
    """A code that is a secret of whom it was made for, as `Cipher.code` writes it; a new key needs a new one."""
    PUBLIC = "public"
    """Readable to whoever has the database: names, tells and singles out nobody."""
    COUNT = "count"
    """A sum over people."""


def ref(name: str, *arguments: Any, erased: WhenErased = WhenErased.GOES, **options: Any) -> sa.Column[Any]:
    """Return a column of refs."""
    info = {_KEY: Holds.REF, _ERASED: erased}
    return sa.Column(name, sa.LargeBinary, *arguments, info=info, **options)


def person(
    name: str, *arguments: Any, erased: WhenErased = WhenErased.GOES, **options: Any
) -> sa.Column[Any]:
    """Return a column of subscribers' ids; where the row goes with them, its foreign key cascades."""
    return sa.Column(name, *arguments, info={_KEY: Holds.PERSON, _ERASED: erased}, **options)


def sealed(name: str, *arguments: Any, **options: Any) -> sa.Column[Any]:
    """Return a column of sealed contents."""
    return sa.Column(name, sa.LargeBinary, *arguments, info={_KEY: Holds.SEALED}, **options)


def code(name: str, *arguments: Any, **options: Any) -> sa.Column[Any]:
    """Return a column of codes that can be looked up under the key only."""
    return sa.Column(name, sa.LargeBinary, *arguments, info={_KEY: Holds.CODE}, **options)


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


def when_erased(column: sa.Column[Any]) -> WhenErased:
    """Return what becomes of the row when the person it is about is erased.

    Raises KeyError where the column is about nobody.
    """
    return WhenErased(column.info[_ERASED])


def columns_that_hold(metadata: sa.MetaData, what: Holds) -> list[sa.Column[Any]]:
    """Return the columns of every table that hold this, in the order of the schema."""
    return [column for table in metadata.sorted_tables for column in table.c if holds(column) is what]
