"""The change of the campaign key, as far as it is anybody's to know."""

from datetime import datetime

from bot.domain.audit import Event
from bot.services import audit
from bot.store.store import Transaction


async def finish(tx: Transaction, *, now: datetime) -> bool:
    """Note that nothing is left that a former key opens. Returns whether that is new; it is recorded once."""
    is_new = await tx.keys.emptied(now=now)
    if is_new:
        audit.record(tx, Event.KEYS_ROTATED, actor=None, now=now)
    return is_new
