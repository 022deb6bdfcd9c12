"""Erasing: everything kept about one person goes."""

from dataclasses import dataclass

from bot.store.store import Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """The receipt. `was_kept` tells whether there was anything."""

    was_kept: bool


async def erase(tx: Transaction, chat_id: int) -> Erased:
    """Remove the person with consent records, choices and conversation. Past sends stay counted, as nobody's.

    The bytes are overwritten once the transaction has committed; see `bot.inbox.erasures`.
    """
    for subscriber_id in await tx.erasing.ids(chat_id):
        await tx.deliveries.skip_pending_of(subscriber_id)
        await tx.deliveries.forget_person(subscriber_id)
    return Erased(was_kept=bool(await tx.erasing.remove(chat_id)))
