"""A database in trouble, told once when it begins and once when it is over."""

import time

import structlog

from bot.store.transient import name_of

log = structlog.get_logger(__name__)

CALM_SECONDS = 1.5
"""How long all must have gone well: on a disk that is nearly full, now one write succeeds and now none."""


class Outage:
    """Whether the engine has to wait for its database."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._last = 0.0

    def note_failure(self, error: Exception) -> None:
        """Say that nothing can be claimed or recorded, and why; the next attempts say nothing."""
        self._last = time.monotonic()
        if self._since is None:
            self._since = self._last
            log.warning("engine_interrupted", error=name_of(error))

    def note_success(self) -> None:
        """Say that it goes on, once it has for a while."""
        if self._since is not None and time.monotonic() - self._last > CALM_SECONDS:
            self.close()

    def close(self) -> None:
        """Say that it goes on."""
        if self._since is not None:
            log.warning("engine_resumed", after_seconds=round(time.monotonic() - self._since, 1))
            self._since = None
