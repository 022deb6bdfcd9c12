"""A broadcast: one sending of an alert, its states, and the sums that must match."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.delivery import FINAL, DeliveryState


class BroadcastStatus(StrEnum):
    """Where a broadcast stands."""

    QUEUED = "queued"
    SENDING = "sending"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    HALTED = "halted"


RUNNABLE = frozenset({BroadcastStatus.QUEUED, BroadcastStatus.SENDING})
"""The engine works on these."""

ENDED = frozenset({BroadcastStatus.CANCELLED, BroadcastStatus.FINISHED})
"""Nothing more happens to these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many deliveries are in each state, of an audience frozen at `audience` people."""

    audience: int
    counts: Mapping[DeliveryState, int] = field(default_factory=dict)

    def __getitem__(self, state: DeliveryState) -> int:
        return self.counts.get(state, 0)

    @property
    def final(self) -> int:
        """Deliveries that ended."""
        return sum(self[state] for state in FINAL)

    @property
    def remaining(self) -> int:
        """Deliveries still to end."""
        return self.audience - self.final

    @property
    def adds_up(self) -> bool:
        """Whether every person of the audience is counted exactly once."""
        return sum(self.counts.values()) == self.audience


@dataclass(frozen=True, kw_only=True, slots=True)
class Broadcast:
    """One sending of one alert."""

    id: int
    alert_id: int
    status: BroadcastStatus
    audience: int
    created_at: datetime
    halted_because: str | None = None
