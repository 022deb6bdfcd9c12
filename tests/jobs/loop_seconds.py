"""The seconds of the event loop, put forward: by them processes see that another one is dead."""

import asyncio

import pytest

from bot.delivery.liveness import DEAD_AFTER


class LoopSeconds:
    """The loop's clock, which stands still unless it is put forward."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        self._now = loop.time()
        patch.setattr(loop, "time", lambda: self._now)

    def advance(self, seconds: float) -> None:
        """Let so much time pass."""
        self._now += seconds

    def pass_until_dead(self) -> None:
        """Let so much time pass that who writes no heartbeat is taken for dead."""
        self.advance(DEAD_AFTER + 0.1)
