"""Which words people have of what was sent to them."""

from bot.domain.broadcast import Broadcast, BroadcastKind
from bot.store.store import Transaction


async def last_alert_id(tx: Transaction, sent: Broadcast) -> int:
    """Return the alert whose words people have, or had before a recall: of the last correction, else what was sent."""
    about = sent.id
    if sent.kind in (BroadcastKind.RECALL, BroadcastKind.CORRECT) and sent.follows is not None:
        about = sent.follows
    corrections = await tx.broadcasts.follow_ups_of(about, BroadcastKind.CORRECT)
    return next((each for each in reversed(corrections) if not each.undone), sent).alert_id
