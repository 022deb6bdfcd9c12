"""Telegram out of reach, told once when it begins and once when it is over."""

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

CALM_SECONDS = 1.5
"""How long all must have gone well: on a bad line, now one request succeeds and now none."""


class Outage:
    """Whether Telegram is out of reach. Fed by every connection that fails, and every answer that comes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._last = 0.0

    def note_failure(self, why: str) -> None:
        """Say that Telegram does not answer, and why; the next failures say nothing."""
        self._last = self._clock()
        if self._since is None:
            self._since = self._last
            log.warning("telegram_interrupted", error=why)

    def note_success(self) -> None:
        """Say that it answers again, once it has for a while."""
        if self._since is not None and self._clock() - self._last > CALM_SECONDS:
            self._close(self._since)

    def note_new_connection(self) -> None:
        """Say that it answers again: on a connection that was just made, and not in the moment it began."""
        if self._since is not None and self._clock() - self._since > CALM_SECONDS:
            self._close(self._since)

    def _close(self, since: float) -> None:
        log.warning("telegram_resumed", after_seconds=round(self._clock() - since, 1))
        self._since = None
