"""All broadcasts at once: what goes on, what went out lately, and stopping everything."""

from datetime import datetime

from bot.domain.audit import Event
from bot.domain.broadcast import BY_ITSELF, ENDED, RUNNABLE, BroadcastKind, BroadcastStatus, StopReason
from bot.domain.organizer import Organizer, Right
from bot.services import audit
from bot.services.broadcast_progress import Progress, report
from bot.services.team import authorize
from bot.store.store import Transaction

BEGUN_BY_SOMEBODY = frozenset(BroadcastKind) - BY_ITSELF
"""Reminders and digests are listed only as long as they go on: each alert's report counts them."""


async def unfinished(tx: Transaction, *, actor: Organizer) -> list[Progress]:
    """Return what waits for an organizer, then what is queued or goes out, each oldest first: the last is urgent."""
    authorize(actor, Right.LOOK)
    found = await tx.broadcasts.in_status(frozenset(BroadcastStatus) - ENDED)
    found.sort(key=lambda each: (each.status in RUNNABLE, each.id))
    return [await report(tx, each.id) for each in found]


async def latest(tx: Transaction, *, limit: int, actor: Organizer) -> list[Progress]:
    """Return what somebody began, has ended and was not undone, newest first."""
    authorize(actor, Right.LOOK)
    return [
        await report(tx, each.id) for each in await tx.broadcasts.latest(limit=limit, kinds=BEGUN_BY_SOMEBODY)
    ]


async def halt_all(tx: Transaction, *, actor: Organizer, now: datetime) -> list[Progress]:
    """Stop everything that is queued or goes out, at once; each goes on only when it is resumed.

    Recalls and corrections, too: what is deleted or changed does not come back, and a resume is one tap.
    """
    authorize(actor, Right.LOOK)
    # First: whatever day of a series is just being let begin is then seen among the broadcasts.
    await tx.series.halt()
    stopped = []
    for found in await tx.broadcasts.in_status(RUNNABLE):
        # Looked at once more under its lock: it may have ended meanwhile.
        if (await tx.broadcasts.get(found.id)).status in RUNNABLE:
            await tx.broadcasts.set_status(
                found.id,
                BroadcastStatus.HALTED,
                now=now,
                stop_reason=StopReason.HALT,
                stopped_by=actor.id,
            )
            audit.record(tx, Event.BROADCAST_HALTED, audit.broadcast(found.id), actor=actor, now=now)
            stopped.append(await report(tx, found.id))
    return stopped
