"""Changing the role of somebody on the team, and taking them off it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.audit import Event
from bot.domain.organizer import RIGHTS, Organizer, Right, Role
from bot.errors import CampaignError
from bot.services import audit
from bot.services.approval_rights import end_approvals, let_cool
from bot.services.team import Contact, MayNotManage, MemberMissing, authorize, contact_of
from bot.store.store import Transaction


class LastOwner(CampaignError):
    """A campaign has at least one owner. Make somebody else an owner first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What was changed about one organizer: `role` is what they are now, None once they are off the team."""

    about: Contact
    role: Role | None
    owners: tuple[Contact, ...]
    """The other owners, who are to know."""


async def change_role(
    tx: Transaction, organizer_id: int, role: Role, *, actor: Organizer, now: datetime
) -> Change:
    """Give an organizer another role. It holds from their next tap on.

    Raises MayNotManage, MemberMissing, LastOwner.
    """
    about = await _managed(tx, organizer_id, actor, Right.TEAM)
    if about.organizer.role is Role.OWNER and role is not Role.OWNER:
        await _require_another_owner(tx, organizer_id)
    await tx.organizers.set_role(organizer_id, role, today=now.date())
    audit.record(
        tx,
        Event.ROLE_CHANGED,
        audit.organizer(organizer_id),
        actor=actor,
        now=now,
        role=role.value,
        was=about.organizer.role.value,
    )
    await let_cool(tx, organizer_id, about.organizer, role, now=now)
    return await _changed(tx, about, role, actor=actor, now=now)


async def remove(tx: Transaction, organizer_id: int, *, actor: Organizer, now: datetime) -> Change:
    """Take somebody off the team; anybody may take themselves.

    Raises MayNotManage, MemberMissing, LastOwner.
    """
    own = organizer_id == actor.id
    about = await _managed(tx, organizer_id, actor, Right.LOOK if own else Right.TEAM)
    if about.organizer.role is Role.OWNER:
        await _require_another_owner(tx, organizer_id)
    await tx.organizers.remove(organizer_id, today=now.date())
    event, was = Event.LEFT if own else Event.REMOVED, about.organizer.role.value
    audit.record(tx, event, audit.organizer(organizer_id), actor=actor, now=now, was=was)
    return await _changed(tx, about, None, actor=actor, now=now)


async def _managed(tx: Transaction, organizer_id: int, actor: Organizer, right: Right) -> Contact:
    """Return the organizer to be changed.

    The whole team's rows are ours from here on: two owners who remove each other do so one after the other.
    Raises MayNotManage, MemberMissing.
    """
    authorize(actor, right)
    team = {each.id: each for each in await tx.organizers.all(lock=True)}
    if actor.id not in team:
        raise MayNotManage
    authorize(team[actor.id], right)
    if organizer_id not in team:
        raise MemberMissing
    return await contact_of(tx, team[organizer_id])


async def _require_another_owner(tx: Transaction, organizer_id: int) -> None:
    owners = {each.id for each in await tx.organizers.all() if each.role is Role.OWNER}
    if not owners - {organizer_id}:
        raise LastOwner


async def _changed(
    tx: Transaction, about: Contact, role: Role | None, *, actor: Organizer, now: datetime
) -> Change:
    """End what somebody had under way in another role.

    Their flow, what they write, their threads, and their approvals of what has not begun.
    """
    await tx.conversations.end(about.chat_id)
    await tx.alert_writers.end(about.organizer.id)
    if role is None or Right.ANSWER not in RIGHTS[role]:
        await tx.threads.release(about.organizer.id)
    if Right.TEAM in RIGHTS[about.organizer.role] and (role is None or Right.TEAM not in RIGHTS[role]):
        # Of whom an invitation is, is not kept; whoever may invite nobody any more may have one for themselves.
        withdrawn = await tx.invitations.revoke_all()
        if withdrawn:
            audit.record(tx, Event.INVITATION_WITHDRAWN, actor=actor, now=now, count=withdrawn)
    await end_approvals(tx, about.organizer, role, by=actor, now=now)
    told = [
        await contact_of(tx, each)
        for each in await tx.organizers.all()
        if each.role is Role.OWNER and each.id not in (actor.id, about.organizer.id)
    ]
    return Change(about=about, role=role, owners=tuple(told))
