"""Erasing: everything kept about one person goes."""

from dataclasses import dataclass

from bot.store.store import Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """The receipt. `was_kept` tells whether there was anything."""

    was_kept: bool


async def erase(tx: Transaction, chat_id: int) -> Erased:
    """Remove the person with consent records, choices and conversation. Past sends stay counted, as nobody's.

    An organizer keeps their role, and loses the name they chose.
    """
    known = await tx.subscribers.find(chat_id)
    if known is not None:
        await tx.deliveries.skip_pending_of(known.id)
        await tx.deliveries.forget_person(known.id)
        await tx.subscribers.remove(known.id)
    named = await tx.organizers.forget_name(chat_id)
    chose = await tx.languages.forget(chat_id)
    await tx.conversations.end(chat_id)
    return Erased(was_kept=known is not None or chose or named)
