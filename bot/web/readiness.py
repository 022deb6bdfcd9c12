"""Whether the bot can do its work: its database takes what is written, it hears Telegram, nothing is stuck."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.domain.health import Sign, Trouble, missing
from bot.services import health
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of

OK = "ok"

STUCK_INBOX = timedelta(minutes=5)
STUCK_OUTBOX = timedelta(minutes=15)
"""From when on what waits is stuck. A reply is not posted any more ten minutes after its effect."""

WRITING_SECONDS = 10.0
"""A commit that the database has taken is believed for so long: whoever asks often writes no oftener."""

FRESH_SECONDS = 1.0
"""An answer is given again for so long."""

ANSWER_SECONDS = 5.0
"""How long the database may take."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What `/readyz` says: each check is `ok` or what is wrong; for how many seconds the oldest of each queue waits."""

    checks: dict[str, str]
    waiting_seconds: dict[str, int] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether all is well."""
        return all(said == OK for said in self.checks.values())

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"ready": self.ready, "checks": self.checks, "waiting_seconds": self.waiting_seconds}


class Readiness:
    """What this process knows of itself, and what the database says of the others.

    `database`: SQLite's file, if any. `is_deaf`, `is_refused`: whether Telegram is not heard, or refuses the token.
    """

    def __init__(
        self,
        store: Store,
        *,
        database: Path | None,
        is_deaf: Callable[[], bool],
        clock: Clock,
        is_refused: Callable[[], bool] = lambda: False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._database = database
        self._is_deaf = is_deaf
        self._is_refused = is_refused
        self._clock = clock
        self._monotonic = monotonic
        self._began = clock()
        self._opened = _identity(database)
        self._written_at: float | None = None
        self._last: tuple[float, Report] | None = None
        self._looking = asyncio.Lock()

    async def report(self) -> Report:
        """Look, unless somebody has just done so."""
        async with self._looking:
            now = self._monotonic()
            if self._last is None or not 0 <= now - self._last[0] < FRESH_SECONDS:
                self._last = now, await self._look()
            return self._last[1]

    async def _look(self) -> Report:
        telegram = "no token: refused (401)" if self._is_refused() else OK
        if telegram == OK and self._is_deaf():
            telegram = "not heard for minutes"
        # A file that was deleted still answers whoever has it open, and what is written there is lost.
        if _identity(self._database) != self._opened:
            return Report(checks={"database": "the file is gone", "telegram": telegram})
        now = self._clock()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._write(now)
                async with self._store.reading() as tx:
                    waiting = await health.waiting(tx, now=now)
        except TRANSIENT_DATABASE_ERRORS as error:
            self._written_at = None
            said = f"{health.trouble_of(error).value} ({name_of(error)})"
            return Report(checks={"database": said, "telegram": telegram})
        is_dead = Trouble.SCHEDULER_DEAD in missing(waiting.signs, began=self._began, now=now)
        return Report(
            checks={
                "database": OK,
                "telegram": telegram,
                "scheduler": "no tick for minutes" if is_dead else OK,
                "inbox": "stuck" if waiting.inbox > STUCK_INBOX else OK,
                "outbox": "stuck" if waiting.outbox > STUCK_OUTBOX else OK,
            },
            waiting_seconds={
                "inbox": int(waiting.inbox.total_seconds()),
                "outbox": int(waiting.outbox.total_seconds()),
                "deliveries": int(waiting.deliveries.total_seconds()),
            },
        )

    async def _write(self, now: datetime) -> None:
        """Have the database take a commit: one that can be read alone is full, or not ours to write."""
        second = self._monotonic()
        if self._written_at is not None and 0 <= second - self._written_at < WRITING_SECONDS:
            return
        async with self._store.transaction() as tx:
            await health.note(tx, Sign.WRITTEN, now=now)
        self._written_at = second


def _identity(database: Path | None) -> tuple[int, int] | None:
    """Return which file this is, or None where there is none."""
    if database is None:
        return None
    try:
        found = database.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
