"""All broadcasts at a glance: what goes on, and what went out lately."""

from bot.domain.broadcast import ENDED, BroadcastStatus
from bot.domain.organizer import Organizer, Right
from bot.services.broadcasts import Progress, report
from bot.services.team import authorize
from bot.store.store import Transaction


async def unfinished(tx: Transaction, *, actor: Organizer) -> list[Progress]:
    """Return what is queued, goes out, or waits for an organizer, oldest first."""
    authorize(actor, Right.LOOK)
    found = await tx.broadcasts.in_status(frozenset(BroadcastStatus) - ENDED)
    return [await report(tx, each.id) for each in found]


async def latest(tx: Transaction, *, limit: int, actor: Organizer) -> list[Progress]:
    """Return what has ended and was not undone, newest first."""
    authorize(actor, Right.LOOK)
    return [await report(tx, each.id) for each in await tx.broadcasts.latest(limit=limit)]
