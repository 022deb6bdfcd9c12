"""What is kept about one person, and erasing it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.audit import Event
from bot.domain.consent import Consent
from bot.domain.growth import GrowthEvent
from bot.domain.organizer import Organizer
from bot.domain.subscriber import Subscriber
from bot.domain.thread import Thread
from bot.services import audit, renewals, sharing
from bot.services.sharing import OwnLink
from bot.services.subscriptions import note_gone
from bot.store.departures import Departed
from bot.store.reviews import Note
from bot.store.store import Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What is kept about one person. `locale`: the language they read; `alerts`: how many are noted as sent to them.

    `organizer`: who they are on the team; `removed`: the number they had there, where they are off it. `notes`: how
    many they wrote with alerts that they returned. `source`: the name of the link by which they came first.
    `own_link`: the link that they share, where they asked for one. `thread`: what they asked a person of the campaign,
    and what was answered; of a closed one, how much they passed on today.
    `said`, `begun`: of how many alerts they said what came of them, and how many they opened or pledged.
    `reported`: how many of their reports are kept.
    `waiting`: how many alerts wait for their digest. `answer_until`: the last day for saying whether they still want
    the alerts, where they are asked. `place`: what the place they named is called, added where it is shown.
    """

    subscriber: Subscriber | None
    locale: str | None
    consents: list[Consent]
    alerts: int
    organizer: Organizer | None = None
    removed: int | None = None
    notes: int = 0
    source: str | None = None
    own_link: OwnLink | None = None
    thread: Thread | None = None
    said: int = 0
    begun: int = 0
    reported: int = 0
    waiting: int = 0
    answer_until: date | None = None
    place: str = ""


async def held(tx: Transaction, chat_id: int) -> Held:
    """Return what is kept about a person."""
    locale = await tx.languages.chosen(chat_id)
    subscriber = await tx.subscribers.find(chat_id)
    source = None
    if subscriber is not None and subscriber.source_id is not None:
        source = await tx.sources.get(subscriber.source_id)
    organizer = await tx.organizers.find(chat_id)
    removed = await tx.organizers.removed(chat_id)
    number = removed if organizer is None else organizer.id
    said, begun = await tx.outcomes.count_of(subscriber.id) if subscriber else (0, 0)
    return Held(
        subscriber=subscriber,
        locale=locale or (subscriber.locale if subscriber else None),
        consents=await tx.consents.of(subscriber.id) if subscriber else [],
        alerts=await tx.deliveries.count_sent_to(subscriber.id) if subscriber else 0,
        organizer=organizer,
        removed=removed,
        notes=0 if number is None else await tx.reviews.notes_by(number),
        source=None if source is None else source.name,
        own_link=await sharing.known_link(tx, chat_id),
        thread=await tx.threads.of(chat_id),
        said=said,
        begun=begun,
        reported=len(await tx.sightings.all_of(subscriber.id)) if subscriber else 0,
        waiting=len(await tx.digests.entries(subscriber.id)) if subscriber else 0,
        answer_until=await renewals.answer_until(tx, subscriber) if subscriber else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """All that is kept about one person, word for word.

    `rows`: what each table says about them, by the names of its columns (see `bot.store.holdings`). `notes`: what they
    wrote with alerts that they returned; the rows of these are an alert's, not theirs.
    """

    held: Held
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    notes: Sequence[Note] = ()


async def export(tx: Transaction, chat_id: int) -> Export:
    """Return all that is kept about a person, for themselves alone; nothing is written."""
    kept = await held(tx, chat_id)
    number = kept.removed if kept.organizer is None else kept.organizer.id
    return Export(
        held=kept,
        rows=await tx.holdings.of(chat_id),
        notes=[] if number is None else await tx.reviews.texts_of_notes_by(number),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """The receipt. `was_kept` tells whether there was anything.

    `stays_removed`: that they were removed from the team stays noted, since the settings name them as an owner.
    `stays_editor`: who they were on the team stays noted, since they wrote what can still be sent.
    """

    was_kept: bool
    stays_removed: bool = False
    stays_editor: bool = False


async def erase(
    tx: Transaction, chat_id: int, *, now: datetime, named_owners: Collection[int] = ()
) -> Erased:
    """Remove the person with consent records, choices and conversation. Past sends stay counted, as nobody's.

    An organizer keeps their role, and loses the name they chose and the notes they wrote. Who was removed from the
    team is known there no more; but for those of `named_owners` (OWNER_IDS), who would be owners again at the next
    start, and for who wrote what can still be sent: back on the team as somebody else, they could approve it
    themselves.
    The bytes are overwritten once the transaction has committed; see `bot.inbox.erasures`.
    """
    known = await tx.subscribers.find(chat_id)
    if known is not None and known.is_on_list:
        await note_gone(tx, known, GrowthEvent.LEFT, day=now.date())
    for subscriber_id in await tx.erasing.ids(chat_id):
        await tx.deliveries.skip_pending_of(subscriber_id)
        await tx.deliveries.forget_person(subscriber_id)
    organizer = await tx.organizers.find(chat_id)
    named = await tx.organizers.forget_name(chat_id)
    noted = await _forget_notes(tx, chat_id)
    was_on_team = await tx.organizers.removed(chat_id)
    stays_removed = was_on_team is not None and chat_id in named_owners
    stays_editor = was_on_team is not None and await tx.alerts.is_editor(was_on_team)
    forgets = was_on_team is not None and not stays_removed and not stays_editor
    who = organizer.id if organizer is not None else was_on_team
    if who is not None:
        await tx.alert_writers.end(who)
        audit.record(tx, Event.ERASED, audit.organizer(who), actor=who, now=now)
    if was_on_team is not None and forgets:
        await tx.organizers.forget_removed(was_on_team)
        await tx.audit.erase_details(was_on_team)
    removed = await tx.erasing.remove(chat_id)
    tx.departures.add(chat_id, Departed.ERASED, day=now.date())
    return Erased(
        was_kept=named or noted or bool(removed) or forgets,
        stays_removed=stays_removed,
        stays_editor=stays_editor,
    )


async def _forget_notes(tx: Transaction, chat_id: int) -> bool:
    """Forget what somebody wrote with the alerts they returned. Returns whether there was anything."""
    organizer = await tx.organizers.find(chat_id)
    number = await tx.organizers.removed(chat_id) if organizer is None else organizer.id
    return number is not None and bool(await tx.reviews.forget_notes_by(number))
