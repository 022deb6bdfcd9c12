"""Saved segments: named, edited, removed. Whatever waits and is drawn from one is edited with it.

An alert keeps what its segment is made of. So an edit of a segment is a revision of each alert that waits and is drawn
from it, by whoever edited: it is another plan, what was approved does not hold any more, and they are an author of it.
A broadcast that has begun goes on as it was approved.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.audience import Audience
from bot.domain.audit import Event
from bot.domain.organizer import Organizer, Right
from bot.domain.segment import Segment, redefined, without
from bot.errors import CampaignError
from bot.services import alerts, audit
from bot.services.team import authorize
from bot.store.store import Transaction


class SegmentMissing(CampaignError):
    """This segment is no longer here. Choose another."""


class SegmentNameTaken(CampaignError):
    """Another segment has this name. Choose another name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """A segment as it stands after an edit, and the alerts that were edited with it."""

    segment: Segment
    alerts: tuple[Alert, ...]


async def listed(tx: Transaction, *, actor: Organizer) -> list[Segment]:
    """Return the segments, by name."""
    authorize(actor, Right.COMPOSE)
    return await tx.segments.all()


async def get(tx: Transaction, segment_id: int, *, actor: Organizer) -> Segment:
    """Return a segment.

    Raises MayNotCompose, SegmentMissing.
    """
    authorize(actor, Right.COMPOSE)
    found = await tx.segments.find(segment_id)
    if found is None:
        raise SegmentMissing
    return found


async def in_use(tx: Transaction, segment_id: int, *, actor: Organizer) -> int:
    """Return how many alerts wait and are drawn from a segment."""
    authorize(actor, Right.COMPOSE)
    return len(await tx.segments.waiting(segment_id))


async def save(tx: Transaction, name: str, audience: Audience, *, actor: Organizer, now: datetime) -> Segment:
    """Save an audience under a name.

    Raises MayNotCompose, SegmentNameInvalid, SegmentNameTaken, SegmentNested.
    """
    authorize(actor, Right.COMPOSE)
    segment = Segment(id=0, name=name, terms=audience.terms).checked()
    await _require_free(tx, segment)
    made = await tx.segments.add(segment, by=actor.id, now=now)
    audit.record(tx, Event.SEGMENT_SAVED, actor=actor, now=now, segment=made.id)
    return made


async def rename(tx: Transaction, segment_id: int, name: str, *, actor: Organizer, now: datetime) -> Segment:
    """Give a segment another name; whom it holds stays, and what was approved too.

    Raises MayNotCompose, SegmentMissing, SegmentNameInvalid, SegmentNameTaken.
    """
    segment = replace(await get(tx, segment_id, actor=actor), name=name).checked()
    await _require_free(tx, segment)
    await tx.segments.save(segment)
    audit.record(tx, Event.SEGMENT_CHANGED, actor=actor, now=now, segment=segment_id)
    return segment


async def redefine(
    tx: Transaction, segment_id: int, audience: Audience, *, actor: Organizer, now: datetime
) -> Edited:
    """Let a segment be made of other terms, and with it every alert that waits and is drawn from it.

    Raises MayNotCompose, SegmentMissing, SegmentNested, AudienceInvalid.
    """
    found = await get(tx, segment_id, actor=actor)
    segment = replace(found, terms=audience.terms).checked()
    await tx.segments.save(segment)
    audit.record(tx, Event.SEGMENT_CHANGED, actor=actor, now=now, segment=segment_id)
    return await _with_waiting(tx, segment, lambda was: redefined(was, segment), actor=actor, now=now)


async def remove(tx: Transaction, segment_id: int, *, actor: Organizer, now: datetime) -> Edited:
    """Remove a segment. The alerts that wait and are drawn from it say so, and cannot be sent until chosen anew.

    Raises MayNotCompose, SegmentMissing.
    """
    segment = await get(tx, segment_id, actor=actor)
    await tx.segments.remove(segment_id, now=now)
    audit.record(tx, Event.SEGMENT_REMOVED, actor=actor, now=now, segment=segment_id)
    return await _with_waiting(tx, segment, lambda was: without(was, segment_id), actor=actor, now=now)


async def current(tx: Transaction, audience: Audience, *, actor: Organizer) -> Audience:
    """Return an audience with its segments as they are made now, for an alert that is begun from what was sent."""
    authorize(actor, Right.COMPOSE)
    for within in audience.segments:
        segment = await tx.segments.find(within.segment_id)
        audience = without(audience, within.segment_id) if segment is None else redefined(audience, segment)
    return audience


async def _with_waiting(
    tx: Transaction,
    segment: Segment,
    edit: Callable[[Audience], Audience],
    *,
    actor: Organizer,
    now: datetime,
) -> Edited:
    """Edit every alert that waits and is drawn from a segment."""
    edited = []
    for alert_id in await tx.segments.waiting(segment.id):
        # Also of what is queued and has not begun: its approval is looked for once more at the start.
        alert = await tx.alerts.find(alert_id)
        if alert is None or await tx.broadcasts.has_begun(alert_id):
            # It was deleted, or has begun, while its row was waited for.
            continue
        revised = replace(alert, audience=edit(alert.audience))
        if revised.audience.as_json() == alert.audience.as_json():
            continue
        edited.append(await alerts.revise(tx, alert, revised, actor=actor, now=now))
    return Edited(segment=segment, alerts=tuple(edited))


async def _require_free(tx: Transaction, segment: Segment) -> None:
    same = segment.name.casefold()
    if any(each.name.casefold() == same and each.id != segment.id for each in await tx.segments.all()):
        raise SegmentNameTaken
