"""The team: one-time invitations, and claiming a role with one."""

import hashlib
import secrets
from datetime import datetime, timedelta

from bot.domain.organizer import Organizer, Right, Role
from bot.errors import CampaignError
from bot.store.store import Transaction

CODE_BYTES = 16
"""Random bytes of an invitation: too many to guess, few enough for a deep link (64 characters at most)."""

INVITATION_DAYS = 7


class InvitationInvalid(CampaignError):
    """This link was used already or is too old. Ask the campaign for a new one."""


class NotAnOrganizer(CampaignError):
    """Only the campaign's organizers can do this."""


class MayNotCompose(CampaignError):
    """This organizer's role does not include writing and sending alerts."""


class MayNotApprove(CampaignError):
    """This organizer's role does not include approving alerts."""


def authorize(actor: Organizer, right: Right) -> None:
    """Require a right of who acts.

    Raises MayNotApprove, MayNotCompose, NotAnOrganizer.
    """
    if actor.may(right):
        return
    match right:
        case Right.APPROVE:
            raise MayNotApprove
        case Right.COMPOSE | Right.SEND:
            raise MayNotCompose
        case Right.LOOK:
            raise NotAnOrganizer


async def invite(tx: Transaction, role: Role, *, now: datetime) -> str:
    """Make a one-time invitation. Returns its code, which is stored nowhere."""
    code = secrets.token_urlsafe(CODE_BYTES)
    await tx.invitations.add(_digest(code), role, expires_at=now + timedelta(days=INVITATION_DAYS))
    return code


async def claim(tx: Transaction, chat_id: int, code: str, *, now: datetime) -> Organizer:
    """Use an invitation up and take its role.

    Raises InvitationInvalid.
    """
    role = await tx.invitations.take(_digest(code), now=now)
    if role is None:
        raise InvitationInvalid
    known = await tx.organizers.find(chat_id)
    if known is None or known.role is not Role.OWNER:
        # An owner who follows a colleague's link stays an owner.
        await tx.organizers.add(chat_id, role, today=now.date())
    return await require(tx, chat_id)


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
    """Make the people of OWNER_IDS owners."""
    for chat_id in owner_ids:
        known = await tx.organizers.find(chat_id)
        if known is None or known.role is not Role.OWNER:
            await tx.organizers.add(chat_id, Role.OWNER, today=now.date())


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
