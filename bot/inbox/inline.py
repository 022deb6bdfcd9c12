"""Inline queries: answered from memory, at once or not at all. Nothing of who asked, or what, is stored or logged.

A query has no effect, and whoever typed it has typed on after seconds: of one that is lost, the next letter brings
another. So none goes through the database, and the newest of a person takes the place of the one that waits.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog

from bot.clock import Clock
from bot.domain.rank import LAST, MINUTE, ORDINARY
from bot.inbox.outgoing import Poster
from bot.store.store import Store, Transaction
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of
from bot.telegram_io.inline import InlineQuery
from bot.telegram_io.replies import Reply

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Queries that are worked on at a time: most of it is looking for an answer, which takes a processor."""

WAITING = 64
"""People whose query waits at the most; beyond that, who has waited longest has typed on or gone."""

CEILING = 60
"""Queries of one person in a minute that are answered. They are no part of what their chat with the bot may send."""

PATIENCE = 8.0
"""Seconds after which nobody looks for the answer any more."""


class InlineResponder(Protocol):
    """What knows the answer to an inline query; see `bot.handlers.inline`."""

    async def consider(self, query: InlineQuery) -> Any:
        """Work out what is asked; no transaction waits for that."""
        ...

    async def answer(self, tx: Transaction, query: InlineQuery, match: Any, *, now: datetime) -> Reply | None:
        """Return the answer, reading only; None where `prepare` has something to write first."""
        ...

    async def prepare(self, tx: Transaction, *, now: datetime) -> None:
        """Write what an answer needs, which tells nothing of who asks."""
        ...


@dataclass(slots=True)
class _Minute:
    """What one person has asked in a minute."""

    since: float
    asked: int = 0


class InlineQueries:
    """Takes inline queries and answers them, for as long as `run` does."""

    def __init__(
        self,
        *,
        store: Store,
        responder: InlineResponder,
        poster: Poster,
        clock: Clock,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._responder = responder
        self._poster = poster
        self._clock = clock
        self._seconds = seconds
        self._minutes: dict[int, _Minute] = {}
        self._waiting: dict[int, tuple[InlineQuery, int]] = {}
        self._arrived = asyncio.Event()
        self.working = 0
        """How many are being answered."""

    def accept(self, query: InlineQuery) -> None:
        """Take a query, in the place of what the same person asked before and nobody has begun with."""
        asked = self._count(query.sender.id)
        if asked > CEILING:
            return
        self._waiting.pop(query.sender.id, None)
        self._waiting[query.sender.id] = (query, min(ORDINARY + asked - 1, LAST))
        while len(self._waiting) > WAITING:
            del self._waiting[next(iter(self._waiting))]
        self._arrived.set()

    @property
    def at_rest(self) -> bool:
        """Whether everything that was taken is answered."""
        return not self._waiting and not self.working

    async def run(self) -> None:
        """Answer until cancelled."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(AT_ONCE):
                workers.create_task(self._work())

    async def _work(self) -> None:
        while True:
            while not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
            query, rank = self._waiting.pop(next(iter(self._waiting)))
            self.working += 1
            try:
                await self._answer(query, rank)
            except TRANSIENT_DATABASE_ERRORS as error:
                log.warning("inline_query_dropped", error=name_of(error))
            except Exception as error:
                log.exception("inline_query_failed", error=type(error).__name__)
            finally:
                self.working -= 1

    async def _answer(self, query: InlineQuery, rank: int) -> None:
        match = await self._responder.consider(query)
        reply = await self._read(query, match)
        if reply is None:
            async with self._store.transaction() as tx:
                await self._responder.prepare(tx, now=self._clock())
            reply = await self._read(query, match)
        if reply is not None:
            await self._poster.post_one(reply, rank=rank, patience=PATIENCE)

    async def _read(self, query: InlineQuery, match: Any) -> Reply | None:
        async with self._store.reading() as tx:
            return await self._responder.answer(tx, query, match, now=self._clock())

    def _count(self, sender: int) -> int:
        """Return how many queries that makes of this person, in memory only and for a minute."""
        now = self._seconds()
        self._minutes = {who: each for who, each in self._minutes.items() if now < each.since + MINUTE}
        minute = self._minutes.setdefault(sender, _Minute(since=now))
        minute.asked += 1
        return minute.asked
