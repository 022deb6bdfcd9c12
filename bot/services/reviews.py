"""Reviews: an author submits, somebody else looks, sees what changed since they last did, and may return it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alert import Alert, TranslationMissing
from bot.domain.approval import stands
from bot.domain.audit import Event
from bot.domain.changes import Changes, changes_between
from bot.domain.organizer import Organizer, Right
from bot.domain.plan import plan_of
from bot.domain.review import AlertState, checked_note, state_of
from bot.domain.revision import content_of
from bot.services import alerts, approvals, audit, checks
from bot.services.approvals import NobodyElse, PlanChanged
from bot.services.team import Contact, authorize, contacts
from bot.store.store import Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where an unsent alert stands, and how it last came back.

    `returned_by` and `note`: of the last review, if nobody submitted it anew; the note is forgotten after a month.
    `alone`: whether who looks approves what they write themselves.
    """

    state: AlertState
    returned_by: Organizer | None = None
    note: str | None = None
    returned: bool = False
    alone: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Outdated:
    """An alert whose approval ended by an edit; `approvers` gave it, `authors` wrote the alert beside who edited it."""

    alert: Alert
    approvers: tuple[Contact, ...]
    authors: tuple[Contact, ...]


async def submit(
    tx: Transaction, alert_id: int, *, paid: bool, actor: Organizer, now: datetime
) -> list[Contact]:
    """Put an alert in review as it stands. Returns who may approve it, to be shown its card.

    Raises MayNotCompose, AlertMissing, AlertSent, TranslationMissing, NobodyElse, CheckBlocked.
    """
    authorize(actor, Right.COMPOSE)
    alert = await approvals.approvable(tx, alert_id, actor=actor)
    if alert.base not in alert.translations:
        raise TranslationMissing
    asked = await approvals.colleagues(tx, alert_id, actor=actor)
    if not asked:
        raise NobodyElse(alert_id)
    await checks.require_unblocked(tx, alert, actor=actor, now=now)
    sha256 = plan_of(alert, paid=paid).sha256
    last = await tx.reviews.last(alert_id)
    if state_of(sha256, approved=False, last=last) is not AlertState.IN_REVIEW:
        await tx.reviews.submit(alert_id, by=actor.id, plan_sha256=sha256, now=now)
        audit.record(tx, Event.ALERT_SUBMITTED, audit.alert(alert_id), actor=actor, now=now, plan=sha256)
    return asked


async def standing(tx: Transaction, alert: Alert, *, paid: bool, actor: Organizer) -> Standing:
    """Return where an alert stands."""
    authorize(actor, Right.LOOK)
    last = await tx.reviews.last(alert.id)
    alone = await approvals.working_alone(tx, actor=actor)
    returned = None if last is None else last.returned
    approved = await approvals.is_approved(tx, alert, paid=paid, actor=actor)
    return Standing(
        state=state_of(plan_of(alert, paid=paid).sha256, approved=approved, last=last),
        returned_by=None if returned is None else await tx.organizers.get(returned.by),
        note=None if returned is None else returned.note,
        returned=returned is not None,
        alone=alone is not None and alone.organizer_id == actor.id,
    )


async def states(
    tx: Transaction, listed: Sequence[Alert], *, paid: bool, actor: Organizer
) -> dict[int, AlertState]:
    """Return where each of these unsent alerts stands, by its number."""
    authorize(actor, Right.LOOK)
    last = await tx.reviews.last_of([each.id for each in listed])
    approvers = await tx.organizers.approving()
    approved = {
        (alert_id, approval.plan_sha256)
        for alert_id, approval in await tx.plans.current()
        if stands(approval, approvers=approvers)
    }
    plans = {each.id: plan_of(each, paid=paid).sha256 for each in listed}
    return {
        number: state_of(sha256, approved=(number, sha256) in approved, last=last.get(number))
        for number, sha256 in plans.items()
    }


async def look(tx: Transaction, alert_id: int, *, actor: Organizer) -> Changes | None:
    """Return what has changed since this organizer last looked at an alert, and note that they did.

    None where they look for the first time. Raises AlertMissing.
    """
    authorize(actor, Right.LOOK)
    alert = await alerts.get(tx, alert_id, actor=actor)
    seen = await tx.reviews.last_seen(alert.id, actor.id)
    await tx.reviews.look(alert.id, actor.id, revision=alert.revision)
    then = None if seen is None else await tx.alerts.at(alert.id, seen)
    return None if then is None else changes_between(content_of(then), content_of(alert))


async def may_return(
    tx: Transaction, alert_id: int, *, seen: str, paid: bool, actor: Organizer
) -> approvals.Proposal:
    """Return what an organizer would return, if it is what they saw.

    Raises MayNotApprove, AlertMissing, AlertSent, TranslationMissing, ColleagueNeeded, NobodyElse, PlanChanged.
    """
    authorize(actor, Right.APPROVE)
    await alerts.unsent(tx, alert_id, actor=actor)
    proposal = await approvals.propose(tx, alert_id, paid=paid, actor=actor)
    if proposal.seen != seen:
        raise PlanChanged
    return proposal


async def give_back(
    tx: Transaction, alert_id: int, note: str, *, seen: str, paid: bool, actor: Organizer, now: datetime
) -> list[Contact]:
    """Return an alert to its authors with a note; approvals of it are void. Returns the authors, to be told.

    Who is still cooling may return, too: it lets nothing out.
    Raises MayNotApprove, NoteInvalid, AlertMissing, AlertSent, TranslationMissing, ColleagueNeeded, NobodyElse,
    PlanChanged.
    """
    authorize(actor, Right.APPROVE)
    note = checked_note(note)
    proposal = await may_return(tx, alert_id, seen=seen, paid=paid, actor=actor)
    await tx.plans.void_all(alert_id, now=now)
    sha256 = proposal.plan.sha256
    await tx.reviews.give_back(alert_id, plan_sha256=sha256, by=actor.id, note=note, now=now)
    audit.record(tx, Event.ALERT_RETURNED, audit.alert(alert_id), actor=actor, now=now, plan=sha256)
    return await _authors(tx, alert_id, actor=actor)


async def outdated(tx: Transaction, *, actor: Organizer, now: datetime) -> list[Outdated]:
    """End the approvals of alerts that were edited since, whatever the edit was. Returns each once, to be told of.

    It compares plans and knows nothing of edits: whatever comes to be part of a plan is looked after.
    """
    authorize(actor, Right.LOOK)
    ended: dict[int, tuple[Alert, set[int | None]]] = {}
    for alert_id, approval in await tx.plans.current():
        alert = await tx.alerts.find(alert_id)
        if alert is not None and approval.plan_sha256 not in _plans(alert):
            await tx.plans.outdate(alert_id, approval.plan_sha256, now=now)
            ended.setdefault(alert_id, (alert, set()))[1].add(approval.organizer_id)
    if not ended:
        return []
    team = await _everybody(tx, actor)
    told = []
    for alert, gave_it in ended.values():
        approvers = tuple(each for each in team if each.organizer.id in gave_it)
        wrote = await _authors(tx, alert.id, actor=actor)
        authors = tuple(each for each in wrote if each.organizer.id not in gave_it)
        told.append(Outdated(alert=alert, approvers=approvers, authors=authors))
    return told


def _plans(alert: Alert) -> set[str]:
    """Return the hashes of the plans that an alert may go out by, as it stands."""
    return {plan_of(alert, paid=paid).sha256 for paid in (True, False)}


async def _authors(tx: Transaction, alert_id: int, *, actor: Organizer) -> list[Contact]:
    """Return who else wrote the alert or submitted it, and may write on."""
    wrote = {each.editor_id for each in await tx.alerts.revisions(alert_id)}
    last = await tx.reviews.last(alert_id)
    if last is not None:
        wrote.add(last.submitted_by)
    return [each for each in await contacts(tx, Right.COMPOSE, actor=actor) if each.organizer.id in wrote]


async def _everybody(tx: Transaction, actor: Organizer) -> list[Contact]:
    chat_id = await tx.organizers.chat_id(actor.id)
    own = (
        []
        if chat_id is None
        else [Contact(organizer=actor, chat_id=chat_id, locale=await tx.languages.chosen(chat_id))]
    )
    return [*own, *await contacts(tx, Right.LOOK, actor=actor)]
