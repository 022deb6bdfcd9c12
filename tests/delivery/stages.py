"""Where campaigns are played: a copied database, a loop on virtual time."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import pytest

from bot.privacy.cipher import Cipher
from bot.store import budget
from bot.store.engine import open_database
from bot.store.store import Store
from tests.delivery.campaign import Campaign
from tests.delivery.virtual_time import VirtualLoop, keep_to_one_thread
from tests.making import KEY


class Played:
    """One campaign on a loop of its own; `run` lets the time go on for as long as a step takes."""

    def __init__(self, migrated_file: Path, *, rate: float) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="campaign-played-"))
        shutil.copy(migrated_file, self._folder / "campaign.db")
        self.patch = pytest.MonkeyPatch()
        keep_to_one_thread(self.patch)
        self._runner = asyncio.Runner(loop_factory=VirtualLoop)
        store = Store(open_database(f"sqlite:///{self._folder / 'campaign.db'}"), Cipher(KEY))
        self.campaign = Campaign(store, rate=rate)
        self.patch.setattr(budget, "time", SimpleNamespace(time=self.campaign.epoch))

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
            shutil.rmtree(self._folder, ignore_errors=True)


def play(
    migrated_file: Path, script: Callable[[Campaign], Awaitable[None]], *, rate: float = 10.0
) -> list[str]:
    """Play a campaign. Returns what was broken."""
    with Played(migrated_file, rate=rate) as played:
        played.run(script(played.campaign))
        return played.campaign.telegram.broken
