"""The team: who is on it and what they may, inviting, claiming a role with a one-time link."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.audit import Event
from bot.domain.organizer import Organizer, Right, Role
from bot.errors import CampaignError
from bot.services import audit
from bot.services.approval_rights import end_approvals, let_cool
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
        await end_approvals(tx, known, claimed.role, by=claimed, now=now)
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
    return [await contact_of(tx, each) for each in colleagues]


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


async def _appoint(tx: Transaction, chat_id: int, role: Role, *, now: datetime) -> None:
    """Put somebody on the team, or give them another role."""
    before = await tx.organizers.find(chat_id)
    await tx.organizers.add(chat_id, role, today=now.date())
    await let_cool(tx, (await require(tx, chat_id)).id, before, role, now=now)


async def contact_of(tx: Transaction, organizer: Organizer) -> Contact:
    """Return an organizer with where they are written to.

    Raises MemberMissing.
    """
    chat_id = await tx.organizers.chat_id(organizer.id)
    if chat_id is None:
        raise MemberMissing
    return Contact(organizer=organizer, chat_id=chat_id, locale=await tx.languages.chosen(chat_id))


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
