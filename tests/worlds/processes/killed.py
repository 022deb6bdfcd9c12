"""A process of the bot that is killed at one step, to the statement, as by SIGKILL: nothing of it runs any further.

It is forked from a process that has loaded the bot already, so that many of them are started in a second; from there
on it is `campaign-bot` with its arguments, on a clock that is `ahead`.
"""

import asyncio
import importlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from tests.worlds.processes.child import GivenUp
from tests.worlds.processes.forked import CONTEXT, begin

ENDS_WITHIN = 60.0
"""Seconds until a process that has not come to its step is given up."""


class When(StrEnum):
    """At which point of a step it is killed."""

    DONE = "done"
    """Right after it, in the middle of its transaction."""
    COMMITTING = "committing"
    """When its transaction has written everything, before the commit."""
    COMMITTED = "committed"
    """Right after the commit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something that the bot does: a method, by the name of its class and its own, in a module of `bot`."""

    module: str
    name: str
    when: When = When.DONE

    def __str__(self) -> str:
        return f"{self.name} {self.when}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """One process from its start to its end: what it is called with, on whose clock, and where it is killed."""

    arguments: tuple[str, ...]
    environ: Mapping[str, str] = field(repr=False)
    folder: Path
    ahead: timedelta
    killed_at: Step | None
    together: Barrier | None = None
    """Where others that have found what is due are waited for, before any of them lets it begin."""

    @property
    def log(self) -> Path:
        """Where it says what it does."""
        return self.folder / "processes.log"


class Nursery:
    """Starts processes that have loaded the bot."""

    def start(self, life: Life) -> ForkServerProcess:
        """Start a process."""
        process = CONTEXT.Process(target=_live, args=(life,))
        process.start()
        return process

    async def end(self, process: ForkServerProcess, life: Life) -> None:
        """Wait until it was killed at its step or, where it is killed at none, has ended well. Raises GivenUp."""
        await asyncio.to_thread(process.join, ENDS_WITHIN)
        wanted, code = (0 if life.killed_at is None else -signal.SIGKILL), process.exitcode
        if code is None:
            process.kill()
            process.join()
        if code != wanted:
            raise GivenUp(f"{life.killed_at}: ended with {code}\n{life.log.read_text()}")

    async def live(self, life: Life) -> None:
        """Let one process live from its start to its end. Raises GivenUp."""
        await self.end(self.start(life), life)


def _live(life: Life) -> None:
    with Path(os.devnull).open() as nothing, life.log.open("ab") as log:
        begin(life.folder, life.environ, [nothing.fileno(), log.fileno(), log.fileno()])
    _set_clock(life.ahead)
    if life.together is not None:
        _wait_together(life.together)
    if life.killed_at is not None:
        _kill_at(life.killed_at)
    from bot.cli import main  # noqa: PLC0415  # as it is from here on

    main(list(life.arguments))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _set_clock(ahead: timedelta) -> None:
    from bot import clock  # noqa: PLC0415  # only in the process itself

    right = clock.system_clock

    def shifted() -> Any:
        return right() + ahead

    for module in list(sys.modules.values()):
        if getattr(module, "system_clock", None) is right:
            module.system_clock = shifted  # type: ignore[attr-defined]  # it has one


def _wait_together(barrier: Barrier) -> None:
    from bot.jobs.schedules import Schedules  # noqa: PLC0415

    look = Schedules._out_of_date

    async def look_and_wait(self: Schedules) -> Any:
        found = await look(self)
        await asyncio.to_thread(barrier.wait, ENDS_WITHIN)
        return found

    Schedules._out_of_date = look_and_wait  # type: ignore[method-assign]


_OPEN: ContextVar[list[Step]] = ContextVar("_OPEN")
"""The steps that were taken in the transaction that is open in this task."""


def _kill_at(step: Step) -> None:
    from bot.store.growth import Growth  # noqa: PLC0415
    from bot.store.store import Store  # noqa: PLC0415

    def reach() -> None:
        if step.when is When.DONE:
            _die()
        _OPEN.get().append(step)

    class_name, _, name = step.name.partition(".")
    where = getattr(importlib.import_module(f"bot.{step.module}"), class_name)
    setattr(where, name, _then(getattr(where, name), reach))
    flush, transaction = Growth.flush, Store.transaction

    async def flush_and_die(self: Growth) -> None:
        await flush(self)  # the last that a transaction writes
        if _OPEN.get() and step.when is When.COMMITTING:
            _die()

    @asynccontextmanager
    async def commit_and_die(self: Store) -> AsyncIterator[Any]:
        taken: list[Step] = []
        _OPEN.set(taken)
        async with transaction(self) as tx:
            yield tx
        if taken:
            _die()

    Growth.flush = flush_and_die  # type: ignore[method-assign,assignment]
    Store.transaction = commit_and_die  # type: ignore[method-assign]


def _then(step: Callable[..., Any], reach: Callable[[], None]) -> Callable[..., Any]:
    async def taken(*given: Any, **named: Any) -> Any:
        result = await step(*given, **named)
        reach()
        return result

    return taken
