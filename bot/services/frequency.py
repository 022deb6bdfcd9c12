"""How often the same people hear: what else goes to them beside an alert."""

from datetime import datetime, timedelta

from bot.domain.alert import Alert
from bot.domain.audience import Audience
from bot.domain.broadcast import BroadcastKind, BroadcastStatus
from bot.domain.check import Overlap
from bot.domain.estimate import PANEL, is_everybody
from bot.domain.staleness import reads_the_same, recipients
from bot.store.store import Transaction

OFTEN = timedelta(days=1)
"""Two alerts to the same people within this time are many."""

LATELY = timedelta(days=7)
"""Within this time the same words are told from new ones."""

WEEK = timedelta(days=7)

SAMPLE = 10_000
"""People of whom it is looked up whether they got another alert; a share of them is as good as one of all."""


async def lately(tx: Transaction, alert: Alert, *, now: datetime) -> tuple[datetime | None, Overlap | None]:
    """Return when the same words last went out, and whom of its audience other alerts went to within a day."""
    others = await tx.broadcasts.sent_since(now - LATELY, but=alert.id)
    said_at = None
    for broadcast in others:
        other = await tx.alerts.find(broadcast.alert_id)
        if other is not None and any(reads_the_same(locale, alert, other) for locale in alert.translations):
            said_at = broadcast.started_at
            break
    recent = [each.id for each in others if each.started_at is not None and each.started_at >= now - OFTEN]
    return said_at, await _overlap(tx, alert, recent) if recent else None


async def others_in_week(tx: Transaction, alert: Alert, *, at: datetime, enough: int | None) -> int:
    """Return how many other alerts go to many of the same people in the week before an alert goes out, at `at`.

    Those that wait for their time count where they are for the same audience, or for all who get the alerts. Where
    there are fewer than `enough` whoever they are for, or no number is, it is 0.
    """
    if enough is None:
        return 0
    sent = [each.id for each in await tx.broadcasts.sent_since(at - WEEK, but=alert.id)]
    waiting = 0
    for queued in await tx.broadcasts.in_status([BroadcastStatus.QUEUED]):
        is_one = queued.kind is BroadcastKind.SEND and queued.alert_id != alert.id
        if is_one and queued.started_at is None and at - WEEK <= queued.starts_at <= at:
            other = await tx.alerts.find(queued.alert_id)
            waiting += other is not None and _is_for_these(other.audience, alert.audience)
    if len(sent) + waiting < enough:
        return 0
    return waiting + sum([(await _overlap(tx, alert, [each])).is_of_many for each in sent])


def _is_for_these(other: Audience, audience: Audience) -> bool:
    return other == audience or is_everybody(other)


async def _overlap(tx: Transaction, alert: Alert, broadcast_ids: list[int]) -> Overlap:
    audience = recipients(alert)
    # Whether just ten of those who were chosen got another alert, and which share, tells like any exact count of them.
    of_panel = not is_everybody(audience)
    looked, got = await tx.audiences.count_overlap(
        audience, broadcast_ids, at_most=SAMPLE, of_panel=of_panel, urgent=alert.urgent
    )
    each = PANEL if of_panel else 1
    return Overlap(looked=looked * each, got=got * each)
