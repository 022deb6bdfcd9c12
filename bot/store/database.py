"""What the store needs of a database, and which one an address means."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from bot.config.checks import database_url
from bot.errors import ConfigInvalid
from bot.store.connection import Connection
from bot.store.postgres import Postgres
from bot.store.sqlite import Sqlite


class Database(Protocol):
    """What the store needs of a database."""

    dialect: str

    leaves_nothing: bool
    """Whether `expunge` and then `compact` can leave no byte of what was deleted."""

    def writing(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction; what it did is durable when the block has ended."""
        ...

    def holding(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction that others wait for while something is done elsewhere, however long that takes."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Open a connection that only reads."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Connection]:
        """Open a connection that only reads, and sees one moment, whatever is written meanwhile."""
        ...

    async def compact(self) -> bool:
        """Clear away what was deleted, as far as the database can. Returns whether nothing of it is left."""
        ...

    async def expunge(self) -> bool:
        """Write anew what may hold bytes of what was deleted before this is called. Returns whether none does after.

        What is too long for that at one go is left as it is.
        """
        ...

    def rewritten(self) -> Sequence[str]:
        """Return what `rewrite` is to be asked for, each by itself: one that is in use does not keep the others."""
        ...

    async def rewrite(self, what: str) -> bool:
        """Write the rows about people anew in the order of their keys: as they were added, they tell who came when.

        A list too long for that at one go is left as it is. Returns whether it was rewritten.
        """
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


def open_database(url: str, *, bulk: bool = False) -> Database:
    """Return the database at a DATABASE_URL: `sqlite:///PATH` or `postgresql://…`.

    `bulk`: most of it will be written, in large transactions; it may take memory for that.

    Raises ConfigInvalid, SqliteTooOld.
    """
    try:
        checked = database_url(url)
    except ValueError as error:
        raise ConfigInvalid([f"The database's address is not right: {error}."]) from None
    scheme, _, rest = checked.partition("://")
    if scheme == "sqlite":
        return Sqlite(Path(rest.removeprefix("/")), bulk=bulk)
    return Postgres(checked)
