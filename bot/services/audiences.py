"""Building an audience, of an alert or of a saved segment, term by term."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.alert import DEFAULT_TOPIC, Alert
from bot.domain.audience import (
    Audience,
    Did,
    Draw,
    Got,
    Not,
    Sample,
    SegmentNested,
    Source,
    Term,
    Within,
    of_topic,
)
from bot.domain.audience_edit import (
    Whose,
    negated,
    require_seen,
    seen_of,
    term_at,
    with_locale_turned,
    with_term,
    without_term,
)
from bot.domain.organizer import Organizer, Right
from bot.services import alerts, preferences, segments
from bot.services.team import authorize
from bot.store.store import Transaction

SALT_BYTES = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What is built: the audience of an alert, or that of a segment."""

    of: Whose
    id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """An audience as it stands, and whose it is: the alert, or the name of the segment and how many alerts use it."""

    subject: Subject
    audience: Audience
    alert: Alert | None = None
    name: str = ""
    in_use: int = 0

    @property
    def seen(self) -> str:
        """What tells it from every other, for the buttons below it."""
        return seen_of(self.audience)


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What an audience's numbers stand for; of `sent`, by the broadcast; of `asked`, by the alert itself.

    What is missing is not known any more. `localities`, `topics`: the campaign's places, and what alerts can be about,
    by their slug, which whoever shows them adds.
    """

    segments: Mapping[int, str]
    sources: Mapping[int, str]
    sent: Mapping[int, Alert]
    asked: Mapping[int, Alert] = field(default_factory=dict)
    localities: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)


Edit = Callable[[Audience], Audience]


async def get(tx: Transaction, subject: Subject, *, actor: Organizer) -> Built:
    """Return an audience that can be built on.

    Raises MayNotCompose, AlertMissing, AlertSent, AudienceFixed, SegmentMissing.
    """
    authorize(actor, Right.COMPOSE)
    if subject.of is Whose.SEGMENT:
        segment = await segments.get(tx, subject.id, actor=actor)
        in_use = await segments.in_use(tx, subject.id, actor=actor)
        return Built(subject=subject, audience=segment.audience.ordered(), name=segment.name, in_use=in_use)
    alert = await alerts.unsent(tx, subject.id, actor=actor)
    if alert.corrects is not None:
        raise alerts.AudienceFixed
    return Built(subject=subject, audience=alert.audience.ordered(), alert=alert)


async def add(
    tx: Transaction, subject: Subject, term: Term, *, seen: str, actor: Organizer, now: datetime
) -> Built:
    """Add a term.

    Raises what `get` does, AudienceChanged, TermsFull.
    """
    return await _edit(tx, subject, lambda was: with_term(was, term), seen=seen, actor=actor, now=now)


async def use_segment(
    tx: Transaction, subject: Subject, segment_id: int, *, seen: str, actor: Organizer, now: datetime
) -> Built:
    """Add the term that says: who is in this segment, as it is defined now. Only an alert is drawn from segments.

    Raises what `get` does, AudienceChanged, TermsFull, SegmentNested.
    """
    if subject.of is Whose.SEGMENT:
        raise SegmentNested
    # The segment first, as whoever edits it does: two who wait for each other would wait for ever.
    segment = await segments.get(tx, segment_id, actor=actor)
    return await add(tx, subject, segment.within(), seen=seen, actor=actor, now=now)


async def turn_locale(
    tx: Transaction, subject: Subject, locale: str, *, seen: str, actor: Organizer, now: datetime
) -> Built:
    """Let it be for the readers of one locale more, or less.

    Raises what `get` does, AudienceChanged, TermsFull, TopicNeeded.
    """
    return await _edit(
        tx, subject, lambda was: with_locale_turned(was, locale), seen=seen, actor=actor, now=now
    )


async def negate(
    tx: Transaction, subject: Subject, at: int, *, seen: str, actor: Organizer, now: datetime
) -> Built:
    """Turn a term, by its number on the screen, into its contrary.

    Raises what `get` does, AudienceChanged, TopicNeeded.
    """
    return await _edit(
        tx, subject, lambda was: negated(was, term_at(was, at)), seen=seen, actor=actor, now=now
    )


async def drop(
    tx: Transaction, subject: Subject, at: int, *, seen: str, actor: Organizer, now: datetime
) -> Built:
    """Remove a term, by its number on the screen; where a segment has none left, it is all who get the alerts.

    Raises what `get` does, AudienceChanged, TopicNeeded.
    """
    return await _edit(
        tx, subject, lambda was: without_term(was, term_at(was, at)), seen=seen, actor=actor, now=now
    )


async def start_anew(
    tx: Transaction, subject: Subject, *, seen: str, actor: Organizer, now: datetime
) -> Built:
    """Let it be for all who get the alerts.

    Raises what `get` does, AudienceChanged.
    """
    return await _edit(tx, subject, lambda _: of_topic(DEFAULT_TOPIC), seen=seen, actor=actor, now=now)


async def sample(
    tx: Transaction, subject: Subject, *, percent: int | None = None, people: int = 0, actor: Organizer
) -> Sample | Draw:
    """Return a term that draws a share, or just so many people, under a salt of its own.

    Raises what `get` does.
    """
    await get(tx, subject, actor=actor)
    salt = secrets.token_hex(SALT_BYTES)
    return Draw(people=people, salt=salt) if percent is None else Sample(drawn=percent, salt=salt)


async def names(tx: Transaction, audience: Audience, *, actor: Organizer) -> Names:
    """Return what the numbers in an audience stand for."""
    authorize(actor, Right.LOOK)
    inner = [
        each.term if isinstance(each, Not) else each for within in audience.segments for each in within.terms
    ]
    atoms = [*audience.atoms, *inner]
    sent: dict[int, Alert] = {}
    for atom in atoms:
        if isinstance(atom, Got) and atom.broadcast_id not in sent:
            found = await tx.audiences.alert_of(atom.broadcast_id)
            alert = None if found is None else await tx.alerts.find(found)
            if alert is not None:
                sent[atom.broadcast_id] = alert
    return Names(
        segments=await tx.segments.names(
            frozenset(atom.segment_id for atom in atoms if isinstance(atom, Within))
        ),
        sources=await tx.audiences.sources() if any(isinstance(atom, Source) for atom in atoms) else {},
        sent=sent,
        asked=await tx.alerts.ever(frozenset(atom.alert_id for atom in atoms if isinstance(atom, Did))),
    )


async def sources(tx: Transaction, *, actor: Organizer) -> Mapping[int, str]:
    """Return the sources that people came by, the newest first."""
    authorize(actor, Right.COMPOSE)
    return await tx.audiences.sources()


async def shared_places(tx: Transaction, *, actor: Organizer) -> frozenset[str]:
    """Return the places that an audience may be of: those that enough people have named."""
    authorize(actor, Right.COMPOSE)
    return await preferences.shared_localities(tx)


async def _edit(
    tx: Transaction, subject: Subject, edit: Edit, *, seen: str, actor: Organizer, now: datetime
) -> Built:
    """Save an edit of what was seen: a revision of the alert, or the segment with the alerts that are drawn from it."""
    built = await get(tx, subject, actor=actor)
    require_seen(built.audience, seen)
    audience = edit(built.audience)
    if subject.of is Whose.ALERT:
        await alerts.set_audience(tx, subject.id, audience, actor=actor, now=now)
        return await get(tx, subject, actor=actor)
    kept = audience if audience.terms else of_topic(DEFAULT_TOPIC)
    await segments.redefine(tx, subject.id, kept, actor=actor, now=now)
    return await get(tx, subject, actor=actor)
