"""A broadcast as somebody at a terminal sees it go out: a bar for each, and a line when it ends."""

import asyncio
import contextlib
import logging
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

from rich.console import Console
from rich.file_proxy import FileProxy
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from bot.domain.broadcast import RUNNABLE, Broadcast, BroadcastStatus, Tally
from bot.domain.delivery import DeliveryState
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS

LOOK_SECONDS = 0.5
"""How often the database is asked."""

PACE_SECONDS = 10.0
"""Over how long the rate is taken."""

COUNTED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.UNKNOWN)


class Pace:
    """How fast the deliveries of one broadcast end. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, final: int, *, now: float) -> None:
        """Note how many have ended by now."""
        self._seen.append((now, final))
        while self._seen[0][0] < now - PACE_SECONDS:
            self._seen.popleft()

    @property
    def rate(self) -> float:
        """Deliveries per second of late; 0 while that is not known."""
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        return (last - first) / (ended - began) if ended > began else 0.0


class Bars:
    """A bar for each broadcast under way."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.percentage:>3.0f} %  {task.fields[line]}"),
            console=console,
            auto_refresh=False,
        )
        self._tasks: dict[int, TaskID] = {}
        self._paces: dict[int, Pace] = {}
        self._told: dict[int, BroadcastStatus] = {}

    def knew(self, broadcasts: Iterable[Broadcast]) -> None:
        """Say nothing of what stood still before anybody looked."""
        self._told |= {each.id: each.status for each in broadcasts if each.status not in RUNNABLE}

    def new(self, broadcast: Broadcast) -> bool:
        """Tell whether there is something to show of it."""
        status = broadcast.status
        return status is not BroadcastStatus.QUEUED and self._told.get(broadcast.id) is not status

    def show(self, broadcast: Broadcast, tally: Tally, *, now: float) -> None:
        """Move a broadcast's bar; where it does not go on, say in one line how it stands."""
        if broadcast.status is not BroadcastStatus.SENDING:
            self._end(broadcast, tally)
            return
        self._told.pop(broadcast.id, None)
        pace = self._paces.setdefault(broadcast.id, Pace())
        pace.note(tally.final, now=now)
        line = going(tally, pace.rate)
        if broadcast.id not in self._tasks:
            self._tasks[broadcast.id] = self.progress.add_task(
                f"Broadcast {broadcast.id}", total=tally.audience, line=line
            )
        self.progress.update(self._tasks[broadcast.id], completed=tally.final, line=line)

    def _end(self, broadcast: Broadcast, tally: Tally) -> None:
        self._told[broadcast.id] = broadcast.status
        self._paces.pop(broadcast.id, None)
        if broadcast.id in self._tasks:
            self.progress.remove_task(self._tasks.pop(broadcast.id))
            self.progress.refresh()
        self.console.print(standing(broadcast, tally), highlight=False, markup=False, soft_wrap=True)


def going(tally: Tally, rate: float) -> str:
    """Say how a broadcast goes, from what is done to how long it will take."""
    parts = [_counts(tally), f"{tally.remaining:,} remaining"]
    if rate > 0:
        left = timedelta(seconds=round(tally.remaining / rate))
        parts += [f"{rate:,.1f}/s", f"{left} left"]
    return " · ".join(parts)


def standing(broadcast: Broadcast, tally: Tally) -> str:
    """Say how a broadcast stands that does not go on by itself."""
    reason = f" ({broadcast.stop_reason.value.replace('_', ' ')})" if broadcast.stop_reason else ""
    remaining = f" · {tally.remaining:,} remaining" if tally.remaining else ""
    stands = f"Broadcast {broadcast.id} {broadcast.status.value}{reason}."
    return f"{stands} Of {tally.audience:,}: {_counts(tally)}{remaining}"


def _counts(tally: Tally) -> str:
    others = (DeliveryState.SKIPPED, DeliveryState.CANCELLED)
    states = [*COUNTED, *(state for state in others if tally[state])]
    return " · ".join(f"{state.value} {tally[state]:,}" for state in states)


@asynccontextmanager
async def watched(store: Store) -> AsyncIterator[None]:
    """Show the broadcasts of this database while the block runs, if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    console = Console(stderr=True)
    bars = Bars(console)
    async with store.reading() as tx:
        bars.knew(await tx.broadcasts.all())
    with bars.progress, _quiet_log(console):
        watching = asyncio.create_task(_watch(store, bars))
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            with contextlib.suppress(*TRANSIENT_DATABASE_ERRORS):
                await look(store, bars)


async def _watch(store: Store, bars: Bars) -> None:
    while True:
        # The engine says what is wrong with the database; here there is just nothing new.
        with contextlib.suppress(*TRANSIENT_DATABASE_ERRORS):
            await look(store, bars)
        await asyncio.sleep(LOOK_SECONDS)


async def look(store: Store, bars: Bars) -> None:
    """Show every broadcast that is under way, and each that stands still since the last look."""
    async with store.reading() as tx:
        found = [
            (broadcast, await tx.counts.tally(broadcast.id))
            for broadcast in await tx.broadcasts.all()
            if bars.new(broadcast)
        ]
    for broadcast, tally in found:
        bars.show(broadcast, tally, now=time.monotonic())
    bars.progress.refresh()


@contextmanager
def _quiet_log(console: Console) -> Iterator[None]:
    """Let the log speak only of what is wrong, above the bars."""
    above = FileProxy(console, sys.stderr)
    handlers = [each for each in logging.getLogger().handlers if isinstance(each, logging.StreamHandler)]
    before = [(handler, handler.stream, handler.level) for handler in handlers]
    for handler in handlers:
        handler.setLevel(logging.WARNING)
        handler.setStream(above)
    try:
        yield
    finally:
        above.flush()
        for handler, stream, level in before:
            handler.setLevel(level)
            handler.setStream(stream)
