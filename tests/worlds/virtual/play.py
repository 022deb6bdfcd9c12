"""Where campaigns are played: a database in which nothing is yet, a loop on virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import pytest

from bot.store import shared_clock
from bot.store.store import open_store
from tests.making import KEY
from tests.worlds.virtual.campaign import Campaign
from tests.worlds.virtual.loop import VirtualLoop, keep_to_one_thread, wait_for_postgresql

NewDatabase = Callable[[], str]
"""Gives the DATABASE_URL of an empty database."""


class Played:
    """One campaign on a loop of its own; `run` lets the time go on for as long as a step takes."""

    def __init__(self, new_database: NewDatabase, *, rate: float) -> None:
        self.patch = pytest.MonkeyPatch()
        keep_to_one_thread(self.patch)
        wait_for_postgresql(self.patch)
        self._runner = asyncio.Runner(loop_factory=VirtualLoop)
        self.campaign = Campaign(self.run(open_store(new_database(), KEY)), rate=rate)
        self.patch.setattr(shared_clock, "shared_clock", lambda _dialect: self.campaign.epoch())

    def run(self, step: Awaitable[Any]) -> Any:
        """Play one step."""

        async def played() -> Any:
            return await step

        return self._runner.run(played())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            self.run(self.campaign.close())
            self.run(self.campaign.store.close())
        finally:
            self._runner.close()
            self.patch.undo()


def play(
    new_database: NewDatabase,
    script: Callable[[Campaign], Awaitable[None]],
    *,
    rate: float = 10.0,
    until: str | None = None,
) -> list[str]:
    """Play a campaign to its end, or until this invariant is broken. Returns what was broken."""
    with Played(new_database, rate=rate) as played:
        campaign = played.campaign
        played.run(play_until(script(campaign), campaign.telegram.broken, until))
        return campaign.telegram.broken


async def play_until(script: Awaitable[None], broken: Sequence[str], invariant: str | None) -> None:
    """Let a script run to its end, or until what is broken has this invariant; that is looked at once a second."""
    if invariant is None:
        await script
        return
    playing = asyncio.ensure_future(script)
    while not playing.done() and not any(said.partition(":")[0] == invariant for said in broken):
        await asyncio.wait({playing}, timeout=1.0)
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await playing
