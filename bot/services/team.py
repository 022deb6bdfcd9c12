"""The team: inviting, claiming a role with a one-time link, changing roles, removing."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.audit import Event
from bot.domain.cooling import approves_from
from bot.domain.organizer import RIGHTS, Organizer, Right, Role
from bot.errors import CampaignError
from bot.services import audit
from bot.store.store import Transaction
from bot.store.team import Invitation

CODE_PREFIX = "team_"
"""By this an invitation that is no longer good is told from any other link into the chat."""

CODE_RANDOM = 17
"""Random characters of an invitation, six bits each: too many to guess, few enough for a deep link (64 at most)."""

INVITATION_DAYS = 7

NAME_LENGTH = 40
"""Characters of the name that an organizer goes by in the team."""


class InvitationInvalid(CampaignError):
    """This link was used already or is too old. Ask the campaign for a new one."""


class NotAnOrganizer(CampaignError):
    """Only the campaign's organizers can do this."""


class MayNotCompose(CampaignError):
    """This organizer's role does not include writing and sending alerts."""


class MayNotApprove(CampaignError):
    """This organizer's role does not include approving alerts."""


class MayNotAnswer(CampaignError):
    """This organizer's role does not include answering people's questions."""


class MayNotManage(CampaignError):
    """Only owners invite people to the team, change their roles and remove them."""


class LastOwner(CampaignError):
    """A campaign has at least one owner. Make somebody else an owner first."""


class MemberMissing(CampaignError):
    """This person is not on the team any more."""


class NameInvalid(CampaignError):
    """A name has one line of at most 40 characters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """An organizer with the chat they can be written to in, and the locale they chose or joined the team in."""

    organizer: Organizer
    chat_id: int
    locale: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What was changed about one organizer: `role` is what they are now, None once they are off the team."""

    about: Contact
    role: Role | None
    owners: tuple[Contact, ...]
    """The other owners, who are to know."""


def authorize(actor: Organizer, right: Right) -> None:
    """Require a right of who acts.

    Raises MayNotAnswer, MayNotApprove, MayNotCompose, MayNotManage, NotAnOrganizer.
    """
    if actor.may(right):
        return
    match right:
        case Right.APPROVE:
            raise MayNotApprove
        case Right.COMPOSE | Right.SEND | Right.ACKNOWLEDGE:
            raise MayNotCompose
        case Right.ANSWER:
            raise MayNotAnswer
        case Right.TEAM:
            raise MayNotManage
        case Right.LOOK:
            raise NotAnOrganizer


async def invite(tx: Transaction, role: Role, *, now: datetime) -> str:
    """Make a one-time invitation on behalf of the operator. Returns its code, which is stored nowhere."""
    return await _invite(tx, role, actor=None, now=now)


async def invite_colleague(tx: Transaction, role: Role, *, actor: Organizer, now: datetime) -> str:
    """Make a one-time invitation on behalf of an owner. Returns its code, which is stored nowhere.

    Raises MayNotManage.
    """
    authorize(actor, Right.TEAM)
    return await _invite(tx, role, actor=actor, now=now)


async def _invite(tx: Transaction, role: Role, *, actor: Organizer | None, now: datetime) -> str:
    code = CODE_PREFIX + secrets.token_urlsafe(CODE_RANDOM)[:CODE_RANDOM]
    await tx.invitations.add(_digest(code), role, expires_at=now + timedelta(days=INVITATION_DAYS))
    audit.record(tx, Event.INVITED, actor=actor, now=now, role=role.value)
    return code


async def invitations(tx: Transaction, *, actor: Organizer, now: datetime) -> list[Invitation]:
    """Return the invitations that can still be used.

    Raises MayNotManage.
    """
    authorize(actor, Right.TEAM)
    return await tx.invitations.open(now=now)


async def revoke(tx: Transaction, mark: str, *, actor: Organizer, now: datetime) -> Invitation:
    """Withdraw an invitation.

    Raises MayNotManage, InvitationInvalid where it was used meanwhile.
    """
    authorize(actor, Right.TEAM)
    revoked = await tx.invitations.revoke(mark, now=now)
    if revoked is None:
        raise InvitationInvalid
    audit.record(tx, Event.INVITATION_WITHDRAWN, actor=actor, now=now, role=revoked.role.value)
    return revoked


def is_invitation(code: str) -> bool:
    """Whether a link was made to let somebody into the team, be it still good or not."""
    return code.startswith(CODE_PREFIX)


async def claim(
    tx: Transaction, chat_id: int, code: str, *, now: datetime, locale: str | None = None
) -> Organizer:
    """Use an invitation up and take its role. `locale`: in which they are written to, unless they chose another.

    Raises InvitationInvalid.
    """
    role = await tx.invitations.take(_digest(code), now=now)
    if role is None:
        raise InvitationInvalid
    known = await tx.organizers.find(chat_id)
    if known is None or known.role is not Role.OWNER:
        # An owner who follows a colleague's link stays an owner.
        await _appoint(tx, chat_id, role, now=now)
    claimed = await require(tx, chat_id)
    if locale is not None and await tx.languages.chosen(chat_id) is None:
        # What colleagues and jobs send comes with no update of theirs, which would say what their phone speaks.
        await tx.languages.choose(chat_id, locale)
    audit.record(
        tx, Event.JOINED, audit.organizer(claimed.id), actor=claimed, now=now, role=claimed.role.value
    )
    if known is not None:
        await tx.alert_writers.end(known.id)
        await _end_approvals(tx, known, claimed.role, actor=claimed, now=now)
    return claimed


async def find(tx: Transaction, chat_id: int) -> Organizer | None:
    """Return the organizer of this chat, if they are one."""
    return await tx.organizers.find(chat_id)


async def require(tx: Transaction, chat_id: int) -> Organizer:
    """Return the organizer of this chat.

    Raises NotAnOrganizer.
    """
    found = await find(tx, chat_id)
    if found is None:
        raise NotAnOrganizer
    return found


async def appoint_owners(tx: Transaction, owner_ids: tuple[int, ...], *, now: datetime) -> None:
    """Make the people of OWNER_IDS owners who were never on the team; what was decided in the chat since, holds.

    Only where the team has no owner at all does the setting decide for all of them.
    """
    nobody_owns = not any(each.role is Role.OWNER for each in await tx.organizers.all())
    for chat_id in owner_ids:
        if nobody_owns or not await tx.organizers.was_here(chat_id):
            await _appoint(tx, chat_id, Role.OWNER, now=now)
            named = await require(tx, chat_id)
            audit.record(tx, Event.OWNER_NAMED, audit.organizer(named.id), actor=None, now=now)


async def members(tx: Transaction, *, actor: Organizer) -> list[Organizer]:
    """Return everybody on the team."""
    authorize(actor, Right.LOOK)
    return await tx.organizers.all()


async def member(tx: Transaction, organizer_id: int, *, actor: Organizer) -> Organizer:
    """Return an organizer.

    Raises MemberMissing.
    """
    authorize(actor, Right.LOOK)
    found = await tx.organizers.get(organizer_id)
    if found is None:
        raise MemberMissing
    return found


async def contacts(tx: Transaction, right: Right, *, actor: Organizer) -> list[Contact]:
    """Return the colleagues of who acts that have this right, to be written to."""
    authorize(actor, Right.LOOK)
    colleagues = [each for each in await tx.organizers.all() if each.may(right) and each.id != actor.id]
    return [await _contact(tx, each) for each in colleagues]


async def everybody(tx: Transaction) -> list[Contact]:
    """Return everybody on the team whom our keys can read, to be given their menu when the program starts."""
    return [
        Contact(organizer=each, chat_id=chat_id, locale=await tx.languages.chosen(chat_id))
        for each, chat_id in await tx.organizers.readable()
    ]


async def rename(tx: Transaction, name: str, *, actor: Organizer, now: datetime) -> Organizer:
    """Let an organizer be known to the team by a name of their choice.

    Raises NameInvalid.
    """
    authorize(actor, Right.LOOK)
    name = name.replace("\0", "").strip()
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise NameInvalid
    await tx.organizers.set_name(actor.id, name)
    audit.record(tx, Event.NAME_CHANGED, audit.organizer(actor.id), actor=actor, now=now)
    return await member(tx, actor.id, actor=actor)


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
    await _cool(tx, organizer_id, about.organizer, role, now=now)
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
    return await _contact(tx, team[organizer_id])


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
    await _end_approvals(tx, about.organizer, role, actor=actor, now=now)
    told = [
        await _contact(tx, each)
        for each in await tx.organizers.all()
        if each.role is Role.OWNER and each.id not in (actor.id, about.organizer.id)
    ]
    return Change(about=about, role=role, owners=tuple(told))


async def _appoint(tx: Transaction, chat_id: int, role: Role, *, now: datetime) -> None:
    """Put somebody on the team, or give them another role."""
    before = await tx.organizers.find(chat_id)
    await tx.organizers.add(chat_id, role, today=now.date())
    await _cool(tx, (await require(tx, chat_id)).id, before, role, now=now)


async def _cool(
    tx: Transaction, organizer_id: int, before: Organizer | None, role: Role, *, now: datetime
) -> None:
    """Let a right to approve that is new to somebody wait."""
    until = approves_from(
        None if before is None else before.role,
        role,
        came_before=await tx.organizers.came_before(organizer_id),
        until=None if before is None else before.approves_from,
        now=now,
    )
    await tx.organizers.wait_to_approve(organizer_id, until=until)


async def _end_approvals(
    tx: Transaction, before: Organizer, role: Role | None, *, actor: Organizer, now: datetime
) -> None:
    """Void what somebody approved who may not approve any more, and note since when they may not."""
    if before.may_approve and (role is None or Right.APPROVE not in RIGHTS[role]):
        for alert_id in await tx.plans.void(before.id, now=now):
            audit.record(
                tx, Event.APPROVAL_VOIDED, audit.alert(alert_id), actor=actor, now=now, given_by=before.id
            )
        await tx.organizers.lost_approval(before.id, now=now)


async def _contact(tx: Transaction, organizer: Organizer) -> Contact:
    chat_id = await tx.organizers.chat_id(organizer.id)
    if chat_id is None:
        raise MemberMissing
    return Contact(organizer=organizer, chat_id=chat_id, locale=await tx.languages.chosen(chat_id))


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
