"""Drafts that begin with what another alert says."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.audit import Event
from bot.domain.organizer import Organizer, Right
from bot.domain.revision import content_of
from bot.services import approvals, audit, segments
from bot.services.alerts import get
from bot.services.team import authorize
from bot.store.store import Transaction

DRAFTS_COMPARED = 50
"""Drafts among which one with the same words is looked for, the newest."""


async def duplicate(tx: Transaction, alert_id: int, *, actor: Organizer, now: datetime) -> Alert:
    """Copy an alert, as it stands, into a draft of its own; a copy that nobody has changed yet is gone on with.

    Who wrote what nobody else has approved is an author of the copy, too. What it is drawn from are the segments as
    they are made now: what was sent still has those of then.

    Raises MayNotCompose, AlertMissing.
    """
    authorize(actor, Right.COMPOSE)
    alert = await get(tx, alert_id, actor=actor)
    alert = replace(alert, audience=await segments.current(tx, alert.audience, actor=actor))
    for draft in await tx.alerts.drafts(limit=DRAFTS_COMPARED):
        if draft.id != alert.id and draft.corrects is None and content_of(draft) == content_of(alert):
            return draft
    wrote = await approvals.unseen_editors(tx, alert.id, actor=actor)
    return await _add(tx, alert, Event.ALERT_COPIED, actor=actor, now=now, written_by=wrote)


async def add(tx: Transaction, alert: Alert, *, actor: Organizer, now: datetime) -> Alert:
    """Keep what an alert says as a new draft of whoever brings it.

    Raises MayNotCompose.
    """
    authorize(actor, Right.COMPOSE)
    return await _add(tx, alert, Event.ALERT_BEGUN, actor=actor, now=now)


async def _add(
    tx: Transaction,
    alert: Alert,
    event: Event,
    *,
    actor: Organizer,
    now: datetime,
    written_by: Collection[int] = (),
) -> Alert:
    draft = replace(alert, id=0, author_id=actor.id, corrects=None, revision=0)
    made = await tx.alerts.add(draft, now=now, written_by=written_by)
    audit.record(tx, event, audit.alert(made.id), actor=actor, now=now)
    return made
