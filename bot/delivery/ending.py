"""When a broadcast under way stops by itself, rests, or has come to its end."""

from datetime import datetime

from bot.clock import Clock
from bot.delivery import starting
from bot.delivery.in_flight import InFlight, Returned
from bot.domain.attempt import AttemptResult
from bot.domain.broadcast import (
    RUNNABLE,
    Broadcast,
    BroadcastStatus,
    StopReason,
    believable_gone,
    is_failing,
    is_wrong_bot,
)
from bot.domain.delivery import DeliveryState
from bot.store.deliveries import Later
from bot.store.store import Transaction

IDLE_SECONDS = 0.5
"""How long to wait before looking again for what may be due."""

REST_SECONDS = 5.0
"""How long a broadcast of which all is left for the end of quiet hours is not looked at: what people choose meanwhile,
and what organizers do, may change that."""

ATTEMPTED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.UNKNOWN)


async def apply_stop_rules(
    tx: Transaction, in_flight: InFlight, back: list[Returned], *, clock: Clock
) -> None:
    """Halt on a refused token; pause where this seems the wrong bot, or too many of the last ones failed."""
    stop = _stop(in_flight, back)
    gone = any(attempt.result is AttemptResult.GONE for _, attempt in back)
    if stop is None and not gone:
        return
    broadcast = await tx.broadcasts.get(in_flight.broadcast.id)
    reason = broadcast.stop_reason
    if stop is not None and broadcast.status in RUNNABLE:
        status, reason = stop
        await starting.stop(tx, broadcast.id, status, reason, clock=clock)
    if gone and StopReason.UNKNOWN_CHATS in (reason, stop and stop[1]):
        # Also for what comes back later: when it ends with the right bot, nobody is taken off the list for it.
        await tx.gone.doubt(broadcast.id)


async def end(
    tx: Transaction, in_flight: InFlight, broadcast: Broadcast, *, stopping: bool, clock: Clock
) -> bool:
    """Finish or pause a broadcast if it is time. Returns whether there is nothing left to do here now.

    `stopping`: this process claims nothing more.
    """
    if broadcast.status not in RUNNABLE or stopping or in_flight.yielding:
        return True
    if await tx.deliveries.has_open(broadcast.id, up_to=broadcast.canary_last_id):
        await tx.deliveries.skip_nobodies(broadcast.id)
        return False
    if await tx.broadcasts.get(broadcast.id) != broadcast:
        # Somebody has decided otherwise meanwhile: look again.
        return False
    later = await tx.deliveries.later(broadcast.id)
    goes_on = later is not None or await tx.deliveries.has_open(broadcast.id)
    if broadcast.canary is not None and goes_on and await _has_seen_the_first(tx, broadcast):
        await starting.stop(tx, broadcast.id, BroadcastStatus.PAUSED, StopReason.CANARY, clock=clock)
        return True
    if later is not None:
        if broadcast.canary_last_id is not None:
            # Who comes after the first few may be due by now, and is not claimed before these.
            later = await tx.deliveries.later(broadcast.id, up_to=broadcast.canary_last_id) or later
        await _rest(tx, in_flight, broadcast, later, now=clock())
        return True
    tally = await tx.counts.tally(broadcast.id)
    if tally[DeliveryState.FAILED]:
        today = clock().date()
        await tx.gone.stop(broadcast.id, at_most=believable_gone(tally), today=today)
    if broadcast.next_at is not None:
        await tx.broadcasts.wait_until(broadcast.id, broadcast.next_at)
        return True
    await starting.finish(tx, broadcast.id, clock=clock)
    return True


async def _has_seen_the_first(tx: Transaction, broadcast: Broadcast) -> bool:
    """Whether anybody was sent it, so that there is something to look at; or nobody of the first few is left."""
    tally = await tx.counts.tally(broadcast.id)
    tried = any(tally[state] for state in ATTEMPTED)
    return tried or await tx.deliveries.later(broadcast.id, up_to=broadcast.canary_last_id) is None


async def _rest(
    tx: Transaction, in_flight: InFlight, broadcast: Broadcast, later: Later, *, now: datetime
) -> None:
    """Leave the turn to others while all that is left waits for the end of quiet hours."""
    if later.first_at <= now:
        # Nobody claims what is for people who were erased while the audience was being frozen.
        await tx.deliveries.skip_nobodies(broadcast.id)
    await tx.deliveries.mend_waits(broadcast.id, now=now)
    soonest = min(at for at in (later.first_at, broadcast.next_at) if at is not None)
    in_flight.rests = min(max((soonest - now).total_seconds(), IDLE_SECONDS), REST_SECONDS)


def _stop(in_flight: InFlight, back: list[Returned]) -> tuple[BroadcastStatus, StopReason] | None:
    """Return how a broadcast has to stop by itself, and why; None where it goes on."""
    if any(attempt.result is AttemptResult.UNAUTHORIZED for _, attempt in back):
        return BroadcastStatus.HALTED, StopReason.TOKEN_REFUSED
    recent = in_flight.recent()
    if is_wrong_bot(recent):
        return BroadcastStatus.PAUSED, StopReason.UNKNOWN_CHATS
    if is_failing(recent):
        return BroadcastStatus.PAUSED, StopReason.FAILURES
    return None
