"""One delivery: a broadcast × a subscriber, and where it stands."""

from enum import StrEnum


class DeliveryState(StrEnum):
    """Where one broadcast × one subscriber stands. `sent` means that Telegram returned a message_id."""

    PENDING = "pending"
    INFLIGHT = "inflight"
    SENT = "sent"
    FAILED = "failed"
    BLOCKED = "blocked"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


FINAL = frozenset(set(DeliveryState) - {DeliveryState.PENDING, DeliveryState.INFLIGHT})
"""States a delivery never leaves by itself."""
