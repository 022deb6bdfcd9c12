"""A database outage as the engine sees it: logged once when it begins and once when it is over."""

import time

import structlog

from bot.store.transient import name_of

log = structlog.get_logger(__name__)

CALM_SECONDS = 1.5
"""Seconds without a failure after which it is over; on a nearly full disk some writes succeed and some do not."""


class Outage:
    """Whether the database fails transactions of the engine."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._last = 0.0

    def note_failure(self, error: Exception) -> None:
        """Note a failed transaction; the first of an outage is logged."""
        self._last = time.monotonic()
        if self._since is None:
            self._since = self._last
            log.warning("engine_interrupted", error=name_of(error))

    def note_success(self) -> None:
        """Note a successful transaction; the outage is over once `CALM_SECONDS` went by without a failure."""
        if self._since is not None and time.monotonic() - self._last > CALM_SECONDS:
            self.close()

    def close(self) -> None:
        """End the outage, if there is one, and log how long it lasted."""
        if self._since is not None:
            log.warning("engine_resumed", after_seconds=round(time.monotonic() - self._since, 1))
            self._since = None
