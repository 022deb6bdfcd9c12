"""What is kept about one person, and erasing it."""

from dataclasses import dataclass

from bot.domain.consent import Consent
from bot.domain.subscriber import Subscriber
from bot.store.store import Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What is kept about one person. `locale`: the language they read; `alerts`: how many are noted as sent to them."""

    subscriber: Subscriber | None
    locale: str | None
    consents: list[Consent]
    alerts: int


async def held(tx: Transaction, chat_id: int) -> Held:
    """Return what is kept about a person."""
    locale = await tx.languages.chosen(chat_id)
    subscriber = await tx.subscribers.find(chat_id)
    if subscriber is None:
        return Held(subscriber=None, locale=locale, consents=[], alerts=0)
    return Held(
        subscriber=subscriber,
        locale=locale or subscriber.locale,
        consents=await tx.consents.of(subscriber.id),
        alerts=await tx.deliveries.count_sent_to(subscriber.id),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """The receipt. `was_kept` tells whether there was anything."""

    was_kept: bool


async def erase(tx: Transaction, chat_id: int) -> Erased:
    """Remove the person with consent records, choices and conversation. Past sends stay counted, as nobody's.

    An organizer keeps their role, and loses the name they chose. The bytes are overwritten once the transaction has
    committed; see `bot.inbox.erasures`.
    """
    for subscriber_id in await tx.erasing.ids(chat_id):
        await tx.deliveries.skip_pending_of(subscriber_id)
        await tx.deliveries.forget_person(subscriber_id)
    named = await tx.organizers.forget_name(chat_id)
    removed = await tx.erasing.remove(chat_id)
    return Erased(was_kept=named or bool(removed))
