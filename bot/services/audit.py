"""Recording what is done: an act and its entry commit together, or neither does."""

from datetime import datetime
from typing import Any

from bot.domain.audit import Event, Subject, SubjectKind
from bot.domain.organizer import Organizer
from bot.store.audit import Act
from bot.store.store import Transaction


def record(
    tx: Transaction,
    event: Event,
    about: Subject | None = None,
    *,
    actor: Organizer | int | None,
    now: datetime,
    **details: Any,
) -> None:
    """Record what was done, in the transaction that does it.

    `actor`: None for the bot itself and its operator. `details`: numbers, hashes, names of roles and reasons; no words
    of anybody's, and nothing that names a person.
    """
    number = actor.id if isinstance(actor, Organizer) else actor
    tx.audit.add(Act(event=event, about=about, actor=number, at=now, details=details))


def alert(alert_id: int) -> Subject:
    """Return an alert as what something was done to."""
    return Subject(SubjectKind.ALERT.value, alert_id)


def broadcast(broadcast_id: int) -> Subject:
    """Return a broadcast as what something was done to."""
    return Subject(SubjectKind.BROADCAST.value, broadcast_id)


def organizer(organizer_id: int) -> Subject:
    """Return an organizer as whom something was done to."""
    return Subject(SubjectKind.ORGANIZER.value, organizer_id)
