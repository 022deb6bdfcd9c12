"""Who of the workers lives: told by change, not by the time of day, so no clock that jumps can kill or keep one."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

DEAD_AFTER = 3.0
"""Seconds without a sign of life after which a worker is taken for dead."""


class Liveness:
    """Remembers the last sign of each worker, and since when it has been the last, in the loop's seconds."""

    def __init__(self) -> None:
        self._signs: dict[str, tuple[datetime, float]] = {}

    def dead(self, signs: Mapping[str, datetime]) -> list[str]:
        """Take the workers' present signs. Returns those whose sign has not changed for too long."""
        now = asyncio.get_running_loop().time()
        known = self._signs
        self._signs = {
            worker: known[worker] if worker in known and known[worker][0] == sign else (sign, now)
            for worker, sign in signs.items()
        }
        return [worker for worker, (_, since) in self._signs.items() if now - since > DEAD_AFTER]
