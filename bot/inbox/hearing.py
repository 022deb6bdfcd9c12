"""Whether Telegram's updates reach this process, as far as it can tell."""

import time
from collections.abc import Callable

DEAF_SECONDS = 150.0
"""Without a successful poll for so long, or without a webhook so long after the start, nobody is heard."""


class Hearing:
    """When Telegram was heard last. A webhook that is set is Telegram's to use: silence says nothing then."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard_at = clock()
        self._is_called = False

    @property
    def is_deaf(self) -> bool:
        """Whether updates have long been out of reach."""
        return not self._is_called and self._clock() - self._heard_at > DEAF_SECONDS

    def note_poll(self) -> None:
        """Say that a poll was answered."""
        self._heard_at = self._clock()

    def note_webhook(self) -> None:
        """Say that the webhook is set."""
        self._is_called = True
