"""Sending an alert: to the number of people that was confirmed, as it was approved."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import tzdata_version
from bot.domain.alert import Alert
from bot.domain.audit import Event
from bot.domain.broadcast import (
    Broadcast,
    BroadcastKind,
)
from bot.domain.estimate import TOO_FEW
from bot.domain.organizer import Organizer, Right
from bot.domain.plan import plan_of
from bot.domain.reach import Reach
from bot.domain.schedule import Late, LocalHour, Weekly
from bot.domain.staleness import recipients
from bot.errors import CampaignError
from bot.services import alerts, approvals, audit, checks, counting, reaching
from bot.services.broadcast_progress import (
    is_recalled,
)
from bot.services.outlook import Outlook, outlook
from bot.services.team import authorize
from bot.store.store import Transaction


class ReachChanged(CampaignError):
    """The number that was confirmed is not the number of people it reaches now: `total`."""

    def __init__(self, total: int) -> None:
        self.total = total
        super().__init__(f"The alert reaches {total} people now.")


class NobodyToReach(CampaignError):
    """Nobody would receive this alert."""


class AudienceTooSmall(CampaignError):
    """This audience is so small that sending to it singles people out. Widen it."""


class NotApproved(CampaignError):
    """The alert was not approved as it stands now."""


class SentAlready(CampaignError):
    """Exactly this went to the same audience within a day. Confirm once more to send it again."""


class OtherTimeApproved(CampaignError):
    """It was approved for another time. Change that, and have it approved."""


class Recalled(CampaignError):
    """This was recalled: it can no longer be sent or changed."""


UNDO = timedelta(seconds=60)
"""Between the confirmation and the first send."""

CANARY = 50
"""How many a careful organizer lets go first."""

SAME_AGAIN = timedelta(days=1)
"""Within this time the same words to the same audience are asked about twice."""


async def send(
    tx: Transaction,
    alert_id: int,
    *,
    confirmed: int | None,
    paid: bool,
    actor: Organizer,
    now: datetime,
    again: bool = False,
    canary: bool = False,
) -> Broadcast:
    """Queue the sending of an approved alert to the number of people the organizer has confirmed.

    It starts when its rule says, not before the time to undo it is over; its audience is frozen then. `again`: the same
    was sent today, and they know. `canary`: the first few go, then it waits for them to look. An alert that corrects a
    broadcast changes what that one sent.
    Raises MayNotCompose, AlertMissing, AlertSent, Recalled, SegmentRemoved, NotApproved, CheckBlocked, NobodyToReach,
    AudienceTooSmall, ReachChanged, SentAlready, TimePast, OtherTimeApproved.
    """
    authorize(actor, Right.SEND)
    alert, ahead = await require_sendable(
        tx, alert_id, confirmed=confirmed, paid=paid, actor=actor, now=now, again=again
    )
    rule = alert.start
    if isinstance(rule, Weekly):
        # What repeats is no broadcast itself: `series.repeat` lets each of them begin.
        raise OtherTimeApproved
    per_zone = isinstance(rule, LocalHour)
    broadcast_id = await tx.broadcasts.add(
        alert_id=alert_id,
        organizer_id=actor.id,
        now=now,
        kind=BroadcastKind.SEND if alert.corrects is None else BroadcastKind.CORRECT,
        follows=alert.corrects,
        starts_at=max([now + UNDO, *ahead.occurrences[:1]]),
        # The first few of all people are no small beginning where people get it zone by zone.
        canary=CANARY if canary and not per_zone else None,
        left_before=now if isinstance(rule, LocalHour) and rule.late is Late.LEAVE_OUT else None,
        tzdata=tzdata_version() if per_zone else None,
    )
    event = Event.BROADCAST_QUEUED if alert.corrects is None else Event.BROADCAST_CORRECTS
    plan = plan_of(alert, paid=paid).sha256
    audit.record(
        tx,
        event,
        audit.broadcast(broadcast_id),
        actor=actor,
        now=now,
        alert=alert_id,
        plan=plan,
        people=confirmed,
        canary=canary,
    )
    return await tx.broadcasts.get(broadcast_id)


async def require_sendable(
    tx: Transaction,
    alert_id: int,
    *,
    confirmed: int | None,
    paid: bool,
    actor: Organizer,
    now: datetime,
    again: bool = False,
) -> tuple[Alert, Outlook]:
    """Return an alert that may be sent as it stands, to the number of people that was confirmed; and when it would.

    Raises MayNotCompose, AlertMissing, AlertSent, Recalled, SegmentRemoved, NotApproved, CheckBlocked, NobodyToReach,
    AudienceTooSmall, ReachChanged, SentAlready, TimePast.
    """
    authorize(actor, Right.SEND)
    alert = await alerts.unsent(tx, alert_id, actor=actor)
    if alert.corrects is not None:
        await require_not_recalled(tx, alert.corrects, actor=actor)
    alert.audience.require_segments()
    if not await approvals.is_approved(tx, alert, paid=paid, actor=actor):
        raise NotApproved
    await checks.require_unblocked(tx, alert, actor=actor, now=now)
    reach = await reach_to_confirm(tx, alert, paid=paid, actor=actor, now=now)
    ahead = await outlook(tx, alert, actor=actor, now=now, exactly=reach.is_exact)
    people = reach.total - ahead.left_out
    if reach.is_chosen and people < TOO_FEW:
        raise AudienceTooSmall
    if confirmed != people:
        raise ReachChanged(people)
    same = {plan_of(alert, paid=either).sha256 for either in (True, False)}
    if not again and await tx.broadcasts.recently_sent(same, since=now - SAME_AGAIN):
        raise SentAlready
    return alert, ahead


async def reach_to_confirm(
    tx: Transaction, alert: Alert, *, paid: bool, actor: Organizer, now: datetime | None = None
) -> Reach:
    """Return whom the alert reaches, with the number that is typed to confirm it.

    It is exact where somebody else has approved just this: else whoever may approve alone could ask for any number.
    Raises NobodyToReach, AudienceTooSmall.
    """
    authorize(actor, Right.SEND)
    reach = await reaching.reach_of(tx, alert, actor=actor, now=now)
    if reach.is_exact:
        if not reach.total:
            raise NobodyToReach
        return reach
    if await approvals.has_second_look(tx, alert, paid=paid, actor=actor):
        counted = await counting.count_exactly(tx, recipients(alert), actor=actor, urgent=alert.urgent)
        reach = replace(reach, counted=counted)
    if reach.is_chosen and reach.total < TOO_FEW:
        raise AudienceTooSmall
    if not reach.total:
        raise NobodyToReach
    return reach


async def require_not_recalled(tx: Transaction, broadcast_id: int, *, actor: Organizer) -> None:
    """Look whether a recall was begun.

    Raises Recalled.
    """
    authorize(actor, Right.LOOK)
    if await is_recalled(tx, broadcast_id):
        raise Recalled
