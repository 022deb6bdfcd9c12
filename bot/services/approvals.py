"""Approving a plan: exactly what was shown, by somebody who wrote nothing of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.domain.alert import Alert, TranslationMissing
from bot.domain.approval import (
    Approval,
    WorkingAlone,
    decide,
    editors_since_approval,
    works_alone,
)
from bot.domain.audit import Event
from bot.domain.broadcast import ENDED, Broadcast, StopReason
from bot.domain.cooling import cools_for
from bot.domain.organizer import Organizer, Right
from bot.domain.plan import Plan, plan_of
from bot.errors import CampaignError
from bot.services import alerts, audit, checks
from bot.services.team import Contact, MayNotApprove, authorize, contacts
from bot.store.store import Transaction

SEEN = 32
"""Digits of a plan's hash that a button carries. Of 64 bits an author could make two plans with the same."""


class ColleagueNeeded(CampaignError):
    """An alert is approved by another person than those who wrote it. `alert_id` is the alert."""

    def __init__(self, alert_id: int) -> None:
        self.alert_id = alert_id
        super().__init__(f"Alert {alert_id} waits for a colleague's approval.")


class NobodyElse(ColleagueNeeded):
    """Nobody else on the team may approve this. Invite somebody, or say that you work alone."""


class StillCooling(CampaignError):
    """The right to approve is new to this organizer: they may use it after `left`."""

    def __init__(self, left: timedelta) -> None:
        self.left = left
        super().__init__(f"This organizer may approve in {left}.")


class PlanChanged(CampaignError):
    """The alert has changed since it was shown for approval. Look again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A plan as it is shown to whoever may approve it; `seen` is what they give back with their approval.

    `by_author`: who may approve it has written of it, and works alone.
    """

    alert: Alert
    plan: Plan
    by_author: bool = False

    @property
    def seen(self) -> str:
        """What tells this plan from every other."""
        return self.plan.sha256[:SEEN]


def seen_of(alert: Alert, *, paid: bool) -> str:
    """Return what tells the plan of an alert, as it stands, from every other."""
    return Proposal(alert=alert, plan=plan_of(alert, paid=paid)).seen


async def propose(tx: Transaction, alert_id: int, *, paid: bool, actor: Organizer) -> Proposal:
    """Return the plan that this organizer may approve, as it stands now.

    What has been halted because it is not approved can be approved as it would go on.
    Raises MayNotApprove, AlertMissing, AlertSent, TranslationMissing, SegmentRemoved, ColleagueNeeded, NobodyElse.
    """
    authorize(actor, Right.APPROVE)
    alert = await approvable(tx, alert_id, actor=actor)
    alert.audience.require_segments()
    if alert.base not in alert.translations:
        raise TranslationMissing
    by_author = await _decide(tx, alert, actor)
    return Proposal(alert=alert, plan=plan_of(alert, paid=paid), by_author=by_author)


async def approve(
    tx: Transaction,
    alert_id: int,
    *,
    seen: str,
    paid: bool,
    zone: tzinfo,
    actor: Organizer,
    now: datetime,
    promised: int | None = None,
) -> Approval:
    """Approve exactly the plan that was seen. An author may only while they work alone.

    `zone`, `promised`: the campaign's, by which it is checked once more.
    Raises MayNotApprove, AlertMissing, AlertSent, TranslationMissing, SegmentRemoved, ColleagueNeeded, NobodyElse,
    StillCooling, PlanChanged, CheckBlocked, WarningsUnseen.
    """
    # Locked: whoever is just taking this right away waits for it, and voids what is approved here.
    present = await tx.organizers.get(actor.id, lock=True)
    if present is None:
        raise MayNotApprove
    actor = present
    if left := cools_for(actor, now=now):
        raise StillCooling(left)
    proposal = await propose(tx, alert_id, paid=paid, actor=actor)
    if seen != proposal.seen:
        raise PlanChanged
    await checks.require_seen(
        tx, proposal.alert, paid=paid, zone=zone, actor=actor, now=now, promised=promised
    )
    approval = Approval(
        organizer_id=actor.id,
        plan_sha256=proposal.plan.sha256,
        revision=proposal.alert.revision,
        by_author=proposal.by_author,
        approved_at=now,
    )
    await tx.plans.approve(alert_id, proposal.plan, approval)
    audit.record(
        tx,
        Event.ALERT_APPROVED,
        audit.alert(alert_id),
        actor=actor,
        now=now,
        plan=approval.plan_sha256,
        revision=approval.revision,
        by_author=approval.by_author,
    )
    return approval


async def approvable(tx: Transaction, alert_id: int, *, actor: Organizer) -> Alert:
    """Return an alert that has not been sent, or whose sending was halted because it is not approved.

    Raises AlertMissing, AlertSent.
    """
    if await halted(tx, alert_id, actor=actor) is not None:
        return await alerts.get(tx, alert_id, actor=actor)
    return await alerts.unsent(tx, alert_id, actor=actor)


async def halted(tx: Transaction, alert_id: int, *, actor: Organizer) -> Broadcast | None:
    """Return the broadcast of an alert that was halted because it is not approved, if there is one."""
    authorize(actor, Right.LOOK)
    begun = await tx.broadcasts.of_alert(alert_id)
    return next(
        (each for each in begun if each.stop_reason is StopReason.NOT_APPROVED and each.status not in ENDED),
        None,
    )


async def colleagues(tx: Transaction, alert_id: int, *, actor: Organizer) -> list[Contact]:
    """Return who else may approve an alert, to be asked."""
    authorize(actor, Right.COMPOSE)
    editors = await unseen_editors(tx, alert_id, actor=actor)
    approvers = await tx.organizers.approving()
    found = await contacts(tx, Right.APPROVE, actor=actor)
    return [each for each in found if decide(each.organizer, editors=editors, approvers=approvers) is False]


async def unseen_editors(tx: Transaction, alert_id: int, *, actor: Organizer) -> set[int]:
    """Return who wrote what an alert says and nobody else has approved: of a copy, too, they are authors."""
    authorize(actor, Right.LOOK)
    return editors_since_approval(await tx.alerts.revisions(alert_id), await tx.plans.approvals(alert_id))


async def authors(tx: Transaction, alert_id: int, *, actor: Organizer) -> list[Contact]:
    """Return who else wrote the alert and may send it, to be told of its approval."""
    authorize(actor, Right.LOOK)
    editors = {each.editor_id for each in await tx.alerts.revisions(alert_id)}
    found = await contacts(tx, Right.SEND, actor=actor)
    return [each for each in found if each.organizer.id in editors]


async def is_approved(tx: Transaction, alert: Alert, *, paid: bool, actor: Organizer) -> bool:
    """Return whether the alert may be sent as it stands."""
    authorize(actor, Right.LOOK)
    approvers = await tx.organizers.approving()
    return await tx.plans.is_approved(alert.id, plan_of(alert, paid=paid), approvers=approvers)


async def has_second_look(tx: Transaction, alert: Alert, *, paid: bool, actor: Organizer) -> bool:
    """Return whether another person than its authors approved the alert as it stands."""
    authorize(actor, Right.LOOK)
    approved = plan_of(alert, paid=paid).sha256
    given = await tx.plans.approvals(alert.id)
    return any(each.plan_sha256 == approved and not each.by_author for each in given)


async def working_alone(tx: Transaction, *, actor: Organizer) -> WorkingAlone | None:
    """Return who approves what they write themselves, if anybody does: it is shown wherever it counts."""
    authorize(actor, Right.LOOK)
    return works_alone(await tx.organizers.approving())


async def _decide(tx: Transaction, alert: Alert, actor: Organizer) -> bool:
    """Return whether this organizer would approve as the author.

    Raises ColleagueNeeded, NobodyElse.
    """
    editors = await unseen_editors(tx, alert.id, actor=actor)
    approvers = await tx.organizers.approving()
    by_author = decide(actor, editors=editors, approvers=approvers)
    if by_author is None:
        raise ColleagueNeeded(alert.id) if approvers.ids - {actor.id} else NobodyElse(alert.id)
    return by_author
