"""What texts ask is worked out before the transaction that applies them, several at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from bot.domain.rank import FIRST
from bot.telegram_io.updates import Incoming

CONSIDERED = 64
"""Texts whose question is looked for at a time; the first ranks wait for no room."""

Consider = Callable[[Incoming], Awaitable[Any]]


class Considering:
    """The texts that are being considered, by update."""

    def __init__(self, consider: Consider, *, ready: Callable[[], None]) -> None:
        self._consider = consider
        self._ready = ready
        self._tasks: dict[int, asyncio.Future[Any]] = {}

    def thinking(self) -> list[int]:
        """Return the updates that are not to be applied yet."""
        return [one for one, task in self._tasks.items() if not task.done()]

    def considered(self) -> set[int]:
        """Return the updates that can be applied."""
        return {one for one, task in self._tasks.items() if task.done()}

    def is_ready(self, update_id: int, incoming: Incoming, *, rank: int) -> bool:
        """Whether a text can be applied now; if not, it is considered, as soon as there is room."""
        known = self._tasks.get(update_id)
        if known is None and (len(self._tasks) < CONSIDERED or rank <= FIRST):
            known = self._tasks[update_id] = asyncio.ensure_future(self._consider(incoming))
            known.add_done_callback(lambda _: self._ready())
        return known is not None and known.done()

    def result(self, update_id: int) -> Any:
        """Return what was found, or None for what needed no consideration.

        Raises whatever considering it raised.
        """
        known = self._tasks.get(update_id)
        return None if known is None else known.result()

    def forget(self, update_ids: Iterable[int]) -> None:
        """Let go of what was applied."""
        for update_id in update_ids:
            self._tasks.pop(update_id, None)

    def cancel(self) -> None:
        """Stop."""
        for task in self._tasks.values():
            task.cancel()
