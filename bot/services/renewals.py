"""Consent is renewed: after a time, and when its words change, people are asked once whether it still holds.

Silence lets it lapse. Alerts go on until then. Whoever pauses is asked once they are back.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from bot.domain.consent import GRACE, ConsentEvent, ConsentMethod, RenewalRule, last_given
from bot.domain.growth import GrowthEvent
from bot.domain.preferences import CampaignHours
from bot.domain.subscriber import Subscriber
from bot.services import notices
from bot.services.subscriptions import take_off
from bot.store.notices import ASKING, DueNotice, NoticeKind
from bot.store.renewals import RenewalPage
from bot.store.store import Transaction

PAGE = 2_000
"""People who are looked at together."""


class Asked(Protocol):
    """The words that people agree to, as they are now: their version, and when a yes to them is to be renewed."""

    @property
    def version(self) -> str:
        """Which words."""

    @property
    def rule(self) -> RenewalRule:
        """When."""


async def to_ask(tx: Transaction, terms: Asked, *, after: int, now: datetime) -> RenewalPage:
    """Return whose yes is to be renewed, of a page of people after this id."""
    return await tx.renewals.page(terms.rule, after=after, version=terms.version, today=now.date(), size=PAGE)


async def let_be_asked(
    tx: Transaction, terms: Asked, *, after: int, campaign: CampaignHours, now: datetime
) -> int:
    """Let those of the page be asked, each at an hour that suits. Returns how many."""
    page = await to_ask(tx, terms, after=after, now=now)
    due = [(who, notices.suits(chosen, campaign, now) or now) for who, chosen in page.due]
    await tx.notices.add_many(NoticeKind.RENEWAL, due)
    return len(due)


async def is_due(tx: Transaction, *, now: datetime) -> bool:
    """Return whether somebody is to be asked, or has said nothing for too long."""
    return any([await tx.notices.is_due(kind, now=now) for kind in ASKING])


async def begin_asking(
    tx: Transaction, *, worker: str, campaign: CampaignHours, now: datetime
) -> list[DueNotice]:
    """Return who is to be asked now.

    What a process was posting when it was killed is forgotten, and found again when the list is looked through next:
    better asked twice than that a yes ends unasked.
    """
    return await notices.begin(tx, NoticeKind.RENEWAL, worker=worker, campaign=campaign, now=now)


async def asked(
    tx: Transaction, *, done: list[int], again: list[int], unclear: list[int], lapses_at: datetime
) -> None:
    """Note who was asked, and who provably was not. Of whom it is unclear is found again, as after a kill."""
    await tx.notices.remove(NoticeKind.RENEWAL, unclear)
    await tx.notices.follow(NoticeKind.RENEWAL, done, by=NoticeKind.LAPSE, at=lapses_at)
    await tx.notices.mark(NoticeKind.RENEWAL, again, None)


async def answer_until(tx: Transaction, person: Subscriber) -> date | None:
    """Return the last day for the answer of who was asked; None: they were not, or get no alerts."""
    if not person.receives_alerts:
        return None
    at = await tx.notices.due_at(person.id, NoticeKind.LAPSE)
    return None if at is None else (at - GRACE).date()


async def lapse(tx: Transaction, *, now: datetime) -> int:
    """Take off the list who was asked and said nothing until now. Returns how many; more may be left."""
    await tx.notices.forget(NoticeKind.LAPSE, now=now)
    silent = await tx.notices.due(NoticeKind.LAPSE, now=now, limit=notices.AT_ONCE)
    for each in silent:
        await _let_lapse(tx, each.chat_id, now=now)
    return len(silent)


async def _let_lapse(tx: Transaction, chat_id: int, *, now: datetime) -> None:
    person = await tx.subscribers.find(chat_id)
    if person is None or not person.receives_alerts:
        return
    given = last_given(await tx.consents.of(person.id))
    if given is not None:
        lapsed = replace(given, event=ConsentEvent.LAPSED, method=ConsentMethod.SILENCE, day=now.date())
        # It is no broadcast's doing that they said nothing.
        tx.growth.add(GrowthEvent.LEFT, day=lapsed.day, locale=person.locale, source_id=person.source_id)
        await take_off(tx, person, chat_id, record=lapsed)
