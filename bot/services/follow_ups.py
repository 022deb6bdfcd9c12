"""After a send: recalling it, correcting it, and sending once more to those of whom nothing is known."""

from dataclasses import replace
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.audit import Event
from bot.domain.broadcast import ENDED, Broadcast, BroadcastKind, BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Organizer, Right
from bot.domain.revision import content_of
from bot.domain.schedule import ON_CONFIRMATION
from bot.errors import CampaignError
from bot.services import alerts, approvals, audit, broadcast_progress, broadcasts, segments, steering
from bot.services.corrections import last_alert_id
from bot.services.team import authorize
from bot.store.store import Transaction

DRAFTS_COMPARED = 50
"""Drafts among which one with the same words is looked for, the newest."""

SENDINGS = frozenset({BroadcastKind.SEND, BroadcastKind.RESEND})


class RecallTooLate(CampaignError):
    """Telegram deletes messages for 48 hours only; this was sent before, and is in nobody's digest."""


class AlreadyFollowedUp(CampaignError):
    """That was begun already; its own message shows how it goes."""


class NumberDiffers(CampaignError):
    """The number that was typed to confirm a recall is not the number of people the alert was for: `people`."""

    def __init__(self, people: int) -> None:
        self.people = people
        super().__init__(f"The alert was for {people} people.")


class NothingToFollowUp(CampaignError):
    """There is nothing of this broadcast to recall, correct or send again."""


async def people_to_recall(tx: Transaction, broadcast_id: int, *, actor: Organizer, now: datetime) -> int:
    """Return how many people the alert was for: the number that confirms its recall.

    It does not move while the alert is still going out. Where it was only for readers of digests, they are counted.
    Raises MayNotCompose, BroadcastOver, NothingToFollowUp, AlreadyFollowedUp, RecallTooLate.
    """
    authorize(actor, Right.SEND)
    sent = await _sending(tx, broadcast_id)
    arrived = sent.tally[DeliveryState.SENT] or sent.tally[DeliveryState.INFLIGHT] or sent.digested
    if not arrived and not sent.in_digests:
        raise NothingToFollowUp
    in_digests = sent.in_digests + sent.digested
    # A digest is changed at any time; nothing else can be taken back by then.
    if not sent.broadcast.time_to_recall(now=now) and not in_digests:
        raise RecallTooLate
    await _require_first(tx, broadcast_id, BroadcastKind.RECALL)
    return sent.broadcast.audience or in_digests


async def recall(
    tx: Transaction, broadcast_id: int, *, confirmed: int | None, actor: Organizer, now: datetime
) -> Broadcast:
    """Delete what was sent, and sent again, as far as Telegram allows; what was not sent yet never will be.

    In a digest that was sent it is struck out, however long that is ago.

    `confirmed`: the number of people it was for, as the organizer typed it.
    Raises MayNotCompose, BroadcastOver, NothingToFollowUp, AlreadyFollowedUp, RecallTooLate, NumberDiffers.
    """
    authorize(actor, Right.SEND)
    people = await people_to_recall(tx, broadcast_id, actor=actor, now=now)
    if confirmed != people:
        raise NumberDiffers(people)
    sent = await _sending(tx, broadcast_id)
    if sent.broadcast.status not in ENDED:
        sent = await steering.cancel(tx, broadcast_id, actor=actor, now=now)
    begun = await _follow_up(tx, sent.broadcast, BroadcastKind.RECALL, actor, now=now)
    await tx.digests.withdraw(broadcast_id)
    for kind in (BroadcastKind.CORRECT, BroadcastKind.RESEND, BroadcastKind.REMIND):
        for later in await tx.broadcasts.follow_ups_of(broadcast_id, kind):
            if later.status not in ENDED:
                await steering.cancel(tx, later.id, actor=actor, now=now)
            if later.kind is not BroadcastKind.REMIND:
                await tx.progress_messages.tell_again(later.id)
            recalled = await tx.broadcasts.follow_ups_of(later.id, BroadcastKind.RECALL)
            brings = later.kind is not BroadcastKind.CORRECT and later.started_at is not None
            if brings and not recalled:
                await _follow_up(tx, later, BroadcastKind.RECALL, actor, now=now)
    await tx.reminders.drop(broadcast_id)
    for thanks in await tx.broadcasts.follow_ups_of(broadcast_id, BroadcastKind.THANKS):
        if thanks.status not in ENDED:
            await steering.cancel(tx, thanks.id, actor=actor, now=now)
    # Its report offers what can no longer be done until it is told anew.
    await tx.progress_messages.tell_again(broadcast_id)
    return begun


async def resend_unknown(tx: Transaction, broadcast_id: int, *, actor: Organizer, now: datetime) -> Broadcast:
    """Send once more, marked as a repeat, to those of whom it is not known whether they got it.

    What was corrected meanwhile goes out as corrected.
    Raises MayNotCompose, BroadcastOver, NothingToFollowUp, AlreadyFollowedUp, Recalled.
    """
    authorize(actor, Right.SEND)
    sent = await _sending(tx, broadcast_id)
    await broadcasts.require_not_recalled(tx, broadcast_id, actor=actor)
    if sent.broadcast.status is not BroadcastStatus.FINISHED or not sent.tally[DeliveryState.UNKNOWN]:
        raise NothingToFollowUp
    corrected = replace(sent.broadcast, alert_id=await last_alert_id(tx, sent.broadcast))
    return await _follow_up(tx, corrected, BroadcastKind.RESEND, actor, now=now)


async def begin_correction(tx: Transaction, broadcast_id: int, *, actor: Organizer, now: datetime) -> Alert:
    """Copy what was sent, as last corrected, into a draft that, once approved and sent, replaces it in every chat.

    What waits for digests comes as corrected, too. A correction that was begun and not sent is gone on with.
    Raises MayNotCompose, BroadcastOver, NothingToFollowUp, Recalled.
    """
    authorize(actor, Right.COMPOSE)
    sent = await _sending(tx, broadcast_id)
    await broadcasts.require_not_recalled(tx, broadcast_id, actor=actor)
    if not (sent.tally[DeliveryState.SENT] or sent.digested or sent.in_digests):
        raise NothingToFollowUp
    begun = await tx.alerts.drafts(limit=1, corrects=broadcast_id)
    if begun:
        return begun[0]
    last = await alerts.get(tx, await last_alert_id(tx, sent.broadcast), actor=actor)
    draft = replace(last, id=0, author_id=actor.id, corrects=broadcast_id, start=ON_CONFIRMATION)
    return await _copied(tx, draft, last.id, sent.broadcast.id, actor=actor, now=now)


async def write_anew(tx: Transaction, broadcast_id: int, *, actor: Organizer, now: datetime) -> Alert:
    """Copy what was sent, as last corrected, into a draft of its own; one that began so is gone on with.

    Raises MayNotCompose, BroadcastOver, AlertMissing.
    """
    authorize(actor, Right.COMPOSE)
    sent = await broadcast_progress.progress(tx, broadcast_id, actor=actor)
    last = await alerts.get(tx, await last_alert_id(tx, sent.broadcast), actor=actor)
    audience = await segments.current(tx, last.audience, actor=actor)
    said = replace(last, id=0, author_id=actor.id, corrects=None, start=ON_CONFIRMATION, audience=audience)
    for begun in await tx.alerts.drafts(limit=DRAFTS_COMPARED):
        first = await tx.alerts.at(begun.id, 1)
        if begun.corrects is None and first is not None and content_of(first) == content_of(said):
            return begun
    return await _copied(tx, said, last.id, broadcast_id, actor=actor, now=now)


async def _copied(
    tx: Transaction, draft: Alert, alert_id: int, broadcast_id: int, *, actor: Organizer, now: datetime
) -> Alert:
    """Keep a draft that says what another alert says, of all who wrote what nobody else approved there."""
    wrote = await approvals.unseen_editors(tx, alert_id, actor=actor)
    made = await tx.alerts.add(draft, now=now, written_by=wrote)
    audit.record(tx, Event.ALERT_COPIED, audit.alert(made.id), actor=actor, now=now, broadcast=broadcast_id)
    return made


async def _sending(tx: Transaction, broadcast_id: int) -> broadcast_progress.Progress:
    found = await broadcast_progress.report(tx, broadcast_id)
    if found.broadcast.kind not in SENDINGS:
        raise NothingToFollowUp
    return found


async def _follow_up(
    tx: Transaction, sent: Broadcast, kind: BroadcastKind, actor: Organizer, *, now: datetime
) -> Broadcast:
    await _require_first(tx, sent.id, kind)
    broadcast_id = await tx.broadcasts.add(
        alert_id=sent.alert_id, organizer_id=actor.id, now=now, kind=kind, follows=sent.id
    )
    event = Event.BROADCAST_RECALLS if kind is BroadcastKind.RECALL else Event.BROADCAST_RESENDS
    audit.record(tx, event, audit.broadcast(broadcast_id), actor=actor, now=now, follows=sent.id)
    return await tx.broadcasts.get(broadcast_id)


async def _require_first(tx: Transaction, broadcast_id: int, kind: BroadcastKind) -> None:
    """Look whether this was begun already.

    Raises AlreadyFollowedUp.
    """
    earlier = await tx.broadcasts.follow_ups_of(broadcast_id, kind)
    # A recall or a correction may be begun again after it was cancelled; a resend would reach some a third time.
    if any(
        not one.undone if kind is BroadcastKind.RESEND else one.status is not BroadcastStatus.CANCELLED
        for one in earlier
    ):
        raise AlreadyFollowedUp
