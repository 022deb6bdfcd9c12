"""Moments: noting when one is as its card goes out, and thanking those who took part once it is over."""

from datetime import datetime

import structlog

from bot.domain.alert import Alert
from bot.domain.audit import Event
from bot.domain.broadcast import Broadcast, BroadcastKind
from bot.domain.moment import window_of
from bot.domain.outcome import Outcome
from bot.services import audit
from bot.services.actions import first_sent, is_recalled
from bot.store.store import Transaction

log = structlog.get_logger(__name__)

BRINGS = frozenset({BroadcastKind.SEND, BroadcastKind.CORRECT})
"""What brings the card of a moment, or changes it."""


async def note_begun(tx: Transaction, broadcast: Broadcast, alert: Alert, *, now: datetime) -> None:
    """Write when a moment is whose card begins to go out; a correction moves it.

    One that was over without anybody to thank, and is still to come by now, is thanked for when it is over again.
    """
    window = window_of(alert) if broadcast.kind in BRINGS else None
    if window is None:
        return
    first = await first_sent(tx, alert)
    known = await tx.moments.find(first)
    brought_by = broadcast.id if known is None else known.broadcast_id
    await tx.moments.keep(first, broadcast_id=brought_by, window=window)
    is_to_come = known is not None and known.is_settled and now < window.closes_at
    if is_to_come and not await tx.broadcasts.follow_ups_of(brought_by, BroadcastKind.THANKS):
        await tx.moments.unsettle(first)


async def over(tx: Transaction, *, now: datetime) -> list[int]:
    """Return the alerts of the moments that are over and of which nobody was thanked yet."""
    return await tx.moments.closed(now=now)


async def thank(tx: Transaction, alert_id: int, *, now: datetime) -> Broadcast | None:
    """Queue the thanks for a moment that is over, once; None where there is nobody to thank, or it was recalled.

    They are part of the plan that was approved, and go out as any broadcast does: also by people's hours.
    """
    kept = await tx.moments.find(alert_id)
    if kept is None or kept.window.closes_at > now or not await tx.moments.settle(alert_id, now=now):
        return None
    if await is_recalled(tx, alert_id) or not await tx.action_counts.total(alert_id, Outcome.DONE):
        return None
    corrections = await tx.broadcasts.follow_ups_of(kept.broadcast_id, BroadcastKind.CORRECT)
    begun = [each.alert_id for each in corrections if each.started_at is not None]
    said_by = [alert_id, *begun][-1]
    broadcast_id = await tx.broadcasts.add(
        alert_id=said_by, organizer_id=None, now=now, kind=BroadcastKind.THANKS, follows=kept.broadcast_id
    )
    about = audit.broadcast(broadcast_id)
    audit.record(tx, Event.BROADCAST_QUEUED, about, actor=None, now=now, alert=said_by)
    log.info("thanks_queued", broadcast=broadcast_id)
    return await tx.broadcasts.get(broadcast_id)


async def freeze_thanks(tx: Transaction, thanks: Broadcast) -> int:
    """Freeze who took part, and write how many they say they were. Returns how many are thanked."""
    alert_id = (await tx.broadcasts.get_unlocked(thanks.follows or 0)).alert_id
    await tx.broadcasts.set_took_part(thanks.id, await tx.action_counts.total(alert_id, Outcome.DONE))
    return await tx.freezing.freeze_thanks(thanks.id, alert_id=alert_id)
