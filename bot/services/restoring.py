"""Beginning anew from a backup: nothing that may have happened since it was made happens twice."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.content import Wording
from bot.delivery.starting import stop
from bot.domain.audit import Event
from bot.domain.broadcast import BY_ITSELF, ENDED, Broadcast, BroadcastStatus, StopReason
from bot.services import audit
from bot.services.privacy import erase
from bot.services.subscriptions import leave
from bot.store.departures import Departed
from bot.store.store import Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Resettled:
    """What was made of the backup's work under way.

    `unknown`: deliveries of which nobody knows whether they were sent. `paused`: broadcasts that wait for an organizer.
    `halted`: series that do.
    """

    epoch: int
    unknown: int
    paused: int
    halted: int


async def resettle(tx: Transaction, *, taken_at: datetime, now: datetime) -> Resettled:
    """Begin an epoch with what a backup held.

    The installation of before may have gone on: sent, reminded, answered. What it had on the wire, and whoever it may
    have reached since, is unknown; what was under way, or came due, waits for an organizer; what the bot begins by
    itself ends.
    """
    epoch = await tx.installation.begin_epoch()
    audit.record(tx, Event.RESTORED, actor=None, now=now, epoch=epoch, taken_at=int(taken_at.timestamp()))
    await tx.updates.abandon()
    await tx.afresh.forget_work()
    await tx.afresh.let_go_of_due(now=now)
    unknown = await tx.afresh.settle_inflight()
    open_ones = await tx.broadcasts.in_status(frozenset(BroadcastStatus) - ENDED)
    stopped = [each for each in open_ones if each.started_at is not None or each.starts_at <= now]
    for broadcast in stopped:
        if not broadcast.is_harmless_twice:
            unknown += await tx.afresh.settle_pending(broadcast.id, now=now)
        await _stop(tx, broadcast, now=now)
    await tx.afresh.leave_before([each.id for each in stopped], now=now)
    return Resettled(
        epoch=epoch,
        unknown=unknown,
        paused=sum(each.kind not in BY_ITSELF for each in stopped),
        halted=await tx.afresh.halt_due_series(now=now),
    )


async def _stop(tx: Transaction, broadcast: Broadcast, *, now: datetime) -> None:
    """End what nobody watches; let anything else wait for whoever watches it, in a new message."""
    if broadcast.kind in BY_ITSELF:
        await tx.broadcasts.set_status(broadcast.id, BroadcastStatus.CANCELLED, now=now)
        await tx.deliveries.cancel_pending(broadcast.id)
        return
    if broadcast.organizer_id is not None:
        await tx.progress_messages.hand_over(broadcast.id, broadcast.organizer_id)
    if broadcast.status is BroadcastStatus.HALTED:
        # It says already why it does not go on, and that takes more than a decision.
        return
    await stop(tx, broadcast.id, BroadcastStatus.PAUSED, StopReason.RESTORED, clock=lambda: now)


async def let_go(
    tx: Transaction,
    marks: Mapping[str, Departed],
    *,
    wording: Wording,
    now: datetime,
    named_owners: Collection[int] = (),
) -> Counter[Departed]:
    """Let those go again who went since the backup. Returns how many, by how they had gone."""
    gone: Counter[Departed] = Counter()
    if not marks:
        return gone
    for chat_id in await tx.erasing.everybody(marks):
        how = tx.departures.how_went(chat_id, marks)
        if how is None:
            continue
        if how is Departed.ERASED:
            await erase(tx, chat_id, now=now, named_owners=named_owners)
        else:
            await leave(tx, chat_id, wording=wording, now=now)
        gone[how] += 1
    return gone
