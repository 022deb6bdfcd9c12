"""Where a broadcast stands: its counts, what holds it up, what became of what it follows."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.broadcast import (
    ENDED,
    REPEATABLE,
    Broadcast,
    BroadcastKind,
    BroadcastStatus,
    Tally,
)
from bot.domain.budget import held_up_by_replies
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Organizer, Right
from bot.domain.schedule import ON_CONFIRMATION, Timing, timing
from bot.domain.staleness import reads_the_same
from bot.domain.subscriber import SubscriberState
from bot.errors import CampaignError
from bot.services.by_itself import reminders_sent
from bot.services.team import authorize
from bot.store.deliveries import Later
from bot.store.digest_counts import DigestTally
from bot.store.store import Transaction


class BroadcastOver(CampaignError):
    """This broadcast has ended; nothing is left to change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Where a broadcast stands.

    `out_of_reach`: of what a recall or a correction is about, how many may have the message and cannot be
    touched: it is unknown whether they got it, or they have gone since. `recalled`: a recall of it was begun.
    `first`: the sending that it corrects; None for any other kind. `stopped_by`: who of the team stopped it.
    `held_up_by_replies`: answers to people take most of the rate, and this waits for it. `waits_until`: Telegram asked
    for a break until then, of everything or of the chats that are left; nothing of this is sent before. `start`: when
    a sending starts, as long as it has not ended. `later`: who waits for the end of their quiet hours, if anybody does.
    `in_digests`: how many people find it, or what it corrects, in a digest that is still to come. `digested`: how many
    were sent it in one. `reminded`: how many reminders of it were sent. `struck`: of a recall, in how many digests what
    it recalls was sent.
    """

    broadcast: Broadcast
    tally: Tally
    out_of_reach: int = 0
    recalled: bool = False
    first: Broadcast | None = None
    unchanged: int = 0
    stopped_by: Organizer | None = None
    held_up_by_replies: bool = False
    waits_until: datetime | None = None
    start: Timing = ON_CONFIRMATION
    later: Later | None = None
    in_digests: int = 0
    digested: int = 0
    reminded: int = 0
    struck: int = 0


async def progress(tx: Transaction, broadcast_id: int, *, actor: Organizer) -> Progress:
    """Return where a broadcast stands, to an organizer.

    Raises BroadcastOver.
    """
    authorize(actor, Right.LOOK)
    return await report(tx, broadcast_id)


async def report(tx: Transaction, broadcast_id: int) -> Progress:
    """Return where a broadcast stands, to the job that keeps the progress message of whoever began it.

    Raises BroadcastOver.
    """
    broadcast = await get_broadcast(tx, broadcast_id)
    tally = await tx.counts.tally(broadcast_id)
    is_correction = broadcast.kind is BroadcastKind.CORRECT and broadcast.follows is not None
    first = await tx.broadcasts.get_unlocked(broadcast.follows or 0) if is_correction else None
    stopped_by = None if broadcast.stopped_by is None else await tx.organizers.get(broadcast.stopped_by)
    held_up, waits_until = False, None
    if broadcast.status is BroadcastStatus.SENDING and tally.remaining:
        held_up, waits_until = await _held_up(tx, broadcast_id)
    in_digests = await tx.digest_counts.tally(broadcast_id)
    # What waits comes as corrected: it is counted with the correction, too.
    waiting = in_digests if first is None else await tx.digest_counts.tally(first.id)
    is_recall = broadcast.kind is BroadcastKind.RECALL and broadcast.follows is not None
    struck = (await tx.digest_counts.tally(broadcast.follows or 0)).sent if is_recall else 0
    return Progress(
        broadcast=broadcast,
        tally=tally,
        out_of_reach=await _out_of_reach(tx, broadcast, tally.audience),
        recalled=await is_recalled(tx, broadcast.id if first is None else first.id),
        first=first,
        unchanged=0 if first is None else await _unchanged(tx, broadcast, first),
        stopped_by=stopped_by,
        held_up_by_replies=held_up,
        waits_until=waits_until,
        later=await tx.deliveries.later(broadcast_id) if broadcast.status not in ENDED else None,
        in_digests=waiting.waiting,
        digested=in_digests.sent,
        reminded=await reminders_sent(tx, broadcast_id),
        struck=struck,
        start=await timing_of(tx, broadcast),
    )


async def timing_of(tx: Transaction, broadcast: Broadcast) -> Timing:
    """Return when a sending that has not ended starts; any other broadcast starts when it is confirmed."""
    if broadcast.kind is not BroadcastKind.SEND or broadcast.status in ENDED:
        return ON_CONFIRMATION
    alert = await tx.alerts.find(broadcast.alert_id)
    return ON_CONFIRMATION if alert is None else timing(alert.start, broadcast.day)


async def _held_up(tx: Transaction, broadcast_id: int) -> tuple[bool, datetime | None]:
    """Return whether replies hold up what is being sent, and until when Telegram asked for a break, if it did."""
    budget, now = await tx.budget.look()
    present = datetime.fromtimestamp(now, UTC)
    if budget.state.stopped_until > now:
        return False, datetime.fromtimestamp(budget.state.stopped_until, UTC)
    return held_up_by_replies(budget, now=now), await tx.deliveries.next_try(broadcast_id, now=present)


async def get_broadcast(tx: Transaction, broadcast_id: int) -> Broadcast:
    """Return a broadcast.

    Raises BroadcastOver where there is none.
    """
    try:
        return await tx.broadcasts.get(broadcast_id)
    except LookupError as error:
        raise BroadcastOver from error


async def _unchanged(tx: Transaction, correction: Broadcast, first: Broadcast) -> int:
    """Return to how many a correction that has ended changed nothing: in their language, all is as it was before."""
    if correction.status not in ENDED or correction.started_at is None:
        return 0
    corrections = await tx.broadcasts.follow_ups_of(first.id, BroadcastKind.CORRECT)
    earlier = [each for each in corrections if each.id < correction.id and each.started_at is not None]
    before = await tx.alerts.find([first, *earlier][-1].alert_id)
    after = await tx.alerts.find(correction.alert_id)
    if before is None or after is None:
        return 0
    readers = await tx.deliveries.count_sent_locales(correction.id, frozenset(SubscriberState))
    return sum(people for locale, people in readers.items() if reads_the_same(locale, before, after))


async def is_recalled(tx: Transaction, broadcast_id: int) -> bool:
    """Return whether a recall of it was begun, and not undone."""
    recalls = await tx.broadcasts.follow_ups_of(broadcast_id, BroadcastKind.RECALL)
    return any(not recall.undone for recall in recalls)


async def _out_of_reach(tx: Transaction, broadcast: Broadcast, audience: int) -> int:
    if broadcast.follows is None or broadcast.kind not in REPEATABLE or broadcast.started_at is None:
        return 0
    earlier, in_digests = (
        await tx.counts.tally(broadcast.follows),
        await tx.digest_counts.tally(broadcast.follows),
    )
    unknown = earlier[DeliveryState.UNKNOWN] + in_digests.unknown
    unreached = max(0, earlier[DeliveryState.SENT] + in_digests.sent + unknown - audience)
    first = await tx.broadcasts.get_unlocked(broadcast.follows)
    goes_on = first.ended_at is None or first.ended_at > broadcast.started_at
    if goes_on or (broadcast.kind is BroadcastKind.CORRECT and in_digests != DigestTally()):
        # Who was sent it since has it as corrected; of the others that much is certain.
        return min(unreached, unknown)
    return unreached
