"""What the outbox posts: the replies of one update, in the order of their chat."""

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.telegram_io.replies import Reply


class Poster(Protocol):
    """What posts; see `bot.inbox.courier`."""

    async def post_one(
        self, reply: Reply, *, rank: int, patience: float, if_still: Callable[[], bool] = lambda: True
    ) -> bool:
        """Post one reply; a lower rank goes first. `patience`: seconds after which its turn comes too late.

        `if_still`: asked right before the first byte; without a yes nothing is written.
        Returns False where it provably was not accepted and may be tried again.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """The replies of one update, ours to post. `stored_at`: the second, monotonic, at which it was stored here.

    `leased_at`: at which the heartbeat was written that its lease has committed with; see `Heartbeat.write`.
    """

    update_id: int
    chat: bytes | None
    replies: list[Reply]
    applied_at: datetime
    rank: int
    leased_at: float
    stored_at: float | None = None

    @property
    def key(self) -> bytes | int:
        """What is posted in order: a chat; an update of no chat has an order of its own."""
        return self.update_id if self.chat is None else self.chat


class LeaseLost(Exception):
    """Another process has the replies now."""


class Queue(deque[Outgoing]):
    """What is to be posted to one chat, oldest first."""

    def begins_with(self, outgoing: Outgoing) -> bool:
        """Whether this is the one to be posted: it was not dropped meanwhile."""
        return bool(self) and self[0] is outgoing

    def drop(self, update_ids: Collection[int]) -> None:
        """Leave these out."""
        kept = [one for one in self if one.update_id not in update_ids]
        self.clear()
        self.extend(kept)
