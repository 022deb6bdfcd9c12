"""Whether this process can do its work: its database is there, and it hears Telegram."""

from collections.abc import Callable
from pathlib import Path

from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS


class Readiness:
    """What `/readyz` says. `database`: SQLite's file, if it is one."""

    def __init__(self, store: Store, *, database: Path | None, is_deaf: Callable[[], bool]) -> None:
        self._store = store
        self._database = database
        self._is_deaf = is_deaf
        self._opened = _identity(database)

    async def missing(self) -> str | None:
        """Return what keeps it from being ready, if anything does."""
        # A file that was deleted still answers whoever has it open, and what is written there is lost.
        if _identity(self._database) != self._opened:
            return "the database file is gone"
        try:
            async with self._store.reading() as tx:
                await tx.updates.count_open()
        except TRANSIENT_DATABASE_ERRORS:
            return "the database does not answer"
        return "Telegram has not answered for minutes" if self._is_deaf() else None


def _identity(database: Path | None) -> tuple[int, int] | None:
    """Return which file this is, or None where there is none."""
    if database is None:
        return None
    try:
        found = database.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
