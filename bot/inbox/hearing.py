"""Whether Telegram's updates reach this process, as far as it can tell."""

import time
from collections.abc import Callable

DEAF_SECONDS = 150.0
"""Without an answered poll, an update brought or a webhook seen in its place for so long, nobody is heard."""


class Hearing:
    """When Telegram was heard last: by a poll, by an update it brought, or by its word that the webhook is ours."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard_at = clock()
        self._has_heard = False

    @property
    def is_deaf(self) -> bool:
        """Whether updates have long been out of reach."""
        return self.silent_seconds > DEAF_SECONDS

    @property
    def silent_seconds(self) -> float:
        """How long ago it was heard; at the beginning, since then."""
        return self._clock() - self._heard_at

    @property
    def has_heard(self) -> bool:
        """Whether it was ever heard by this process."""
        return self._has_heard

    def note(self) -> None:
        """Say that it was heard just now."""
        self._heard_at = self._clock()
        self._has_heard = True
