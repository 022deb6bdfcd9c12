"""A moment: everybody acts at one instant, as the server's clock has it. Until it is over each tap counts, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.action_fields import starts_at
from bot.domain.alert import ActionKind, Alert
from bot.errors import CampaignError

OPEN_FOR = timedelta(hours=24)
"""How long taps count where the alert has no deadline: long enough for whoever slept, or had no connection."""


class NotYet(CampaignError):
    """The instant has not come; it comes in `wait`."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(f"It begins in {wait}.")


class MomentOver(CampaignError):
    """The moment is over: taps count no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """From when on, and before when, taps count."""

    opens_at: datetime
    closes_at: datetime

    def require_open(self, *, now: datetime) -> None:
        """Look whether a tap counts now.

        Raises NotYet, MomentOver.
        """
        if now < self.opens_at:
            raise NotYet(self.opens_at - now)
        if now >= self.closes_at:
            raise MomentOver


def window_of(alert: Alert) -> Window | None:
    """Return when taps on an alert count; None for one that is no moment, or has no instant."""
    opens_at = starts_at(alert) if alert.kind is ActionKind.MOMENT else None
    if opens_at is None:
        return None
    deadline = alert.deadline
    closes_at = deadline if deadline is not None and deadline > opens_at else opens_at + OPEN_FOR
    return Window(opens_at=opens_at, closes_at=closes_at)


def over_at(alert: Alert) -> datetime | None:
    """Return from when on nobody is called to an alert any more; None for one that does not end.

    What has a time and no deadline is over a day after it began: when it ends is not known.
    """
    window, begins = window_of(alert), starts_at(alert)
    if window is not None:
        return window.closes_at
    if alert.deadline is not None or begins is None:
        return alert.deadline
    return begins + OPEN_FOR
