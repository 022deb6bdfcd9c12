"""Digests: several alerts as one message, by deadline, each alert once for each person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.action_fields import starts_at
from bot.domain.alert import ActionKind, Alert
from bot.domain.preferences import Preferences, Rhythm

MOST = 8
"""Alerts in one digest: with title, beginning and deadline of each it fits into one message. Others come next time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What one digest says: `alerts`, in their order, of which those whose ids are `struck` were recalled since.

    `more`: how many are left for the next one. `is_change`: it takes the place of what was sent before.
    """

    alerts: Sequence[Alert]
    more: int = 0
    struck: frozenset[int] = frozenset()
    is_change: bool = False


_NEVER = datetime.max.replace(tzinfo=UTC)


def ends_at(alert: Alert) -> datetime | None:
    """Return until when there is something to do: its deadline, or when an event begins; None: always."""
    begins = starts_at(alert) if alert.kind in (ActionKind.ATTEND, ActionKind.MOMENT) else None
    ends = [at for at in (alert.deadline, begins) if at is not None]
    return min(ends, default=None)


def is_over(alert: Alert, *, now: datetime) -> bool:
    """Whether it is too late for an alert: no digest carries it any more."""
    ends = ends_at(alert)
    return ends is not None and now >= ends


def in_order(found: Iterable[Alert]) -> list[Alert]:
    """Return alerts as a digest names them: what ends first stands first, what never ends last."""
    return sorted(found, key=lambda each: (ends_at(each) or _NEVER, each.id))


def wants_it(rhythm: Rhythm) -> bool:
    """Whether what waits still goes out as a digest: not to who wants urgent alerts only.

    Who wants every alert by now gets what waited until then, once more as a digest.
    """
    return rhythm is not Rhythm.URGENT


SOON = timedelta(hours=1)
"""When what was left over is looked at again for somebody who wants no digests any more."""


def next_due(chosen: Preferences, *, now: datetime) -> datetime:
    """Return when what a digest did not bring somebody is due, as they choose by now."""
    return chosen.digest_due(now) or now + SOON
