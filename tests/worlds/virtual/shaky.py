"""A database that is away at times."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.exc import OperationalError

from bot.store.store import Store, Transaction


class ShakyStore:
    """The store as one process sees it: at times the database is away, before a commit or just after it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.before_commit = 0
        self.after_commit = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a transaction that may fail."""
        async with self._store.transaction() as tx:
            yield tx
            if self.before_commit:
                self.before_commit -= 1
                raise _trouble()
        if self.after_commit:
            self.after_commit -= 1
            raise _trouble()

    def chat_tag(self, chat_id: int) -> int:
        """Return the tag of a chat."""
        return self._store.chat_tag(chat_id)

    def reading(self) -> Any:
        """Only look."""
        return self._store.reading()


def _trouble() -> OperationalError:
    return OperationalError("", {}, Exception("database is locked"))
