"""Who is writing which language of an alert, so that two editors see each other before they write the same."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.organizer import Organizer, Right
from bot.services.alerts import get
from bot.services.team import authorize
from bot.store.store import Transaction

WRITING_FOR = timedelta(minutes=15)
"""For so long after they were asked somebody is taken to be writing; after that they may have put the phone away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Writer:
    """An organizer, and the locale they are writing."""

    organizer: Organizer
    locale: str


async def begin(tx: Transaction, alert_id: int, locale: str, *, actor: Organizer, now: datetime) -> None:
    """Note that somebody writes a language of an alert, and nothing else any more.

    Raises MayNotCompose, AlertMissing.
    """
    authorize(actor, Right.COMPOSE)
    await get(tx, alert_id, actor=actor)
    await tx.alert_writers.begin(actor.id, alert_id, locale, now=now)


async def end(tx: Transaction, *, actor: Organizer) -> None:
    """Note that somebody writes nothing any more."""
    authorize(actor, Right.LOOK)
    await tx.alert_writers.end(actor.id)


async def others(tx: Transaction, alert_id: int, *, actor: Organizer, now: datetime) -> list[Writer]:
    """Return who else is writing the alert at the moment; a change of their role ends it."""
    authorize(actor, Right.LOOK)
    writers = []
    for organizer_id, locale in await tx.alert_writers.of_alert(alert_id, since=now - WRITING_FOR):
        organizer = None if organizer_id == actor.id else await tx.organizers.get(organizer_id)
        if organizer is not None and organizer.may_compose:
            writers.append(Writer(organizer=organizer, locale=locale))
    return writers
