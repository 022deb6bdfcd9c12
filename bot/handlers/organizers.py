"""The team in the chat: who is on it, inviting, changing a role, removing, a name of one's own."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

from bot.domain.cooling import cools_for
from bot.domain.organizer import Organizer, Right
from bot.handlers.flows import save_state
from bot.handlers.request import Request
from bot.handlers.states import AwaitName
from bot.handlers.telling import tell
from bot.i18n.localizer import Localizer
from bot.services import approvals, conversations, membership, team, working_alone
from bot.services.membership import Change
from bot.services.team import Contact
from bot.telegram_io.organizer_buttons import Answer
from bot.telegram_io.replies import Reply
from bot.telegram_io.team_buttons import (
    ChangeRole,
    Invite,
    LeaveTeam,
    OpenMember,
    OpenTeam,
    RemoveMember,
    Revoke,
)
from bot.wording.chat import new_message
from bot.wording.menu import team_menu
from bot.wording.screen import Screen
from bot.wording.team import (
    ask_leave,
    ask_name,
    ask_remove,
    change_told,
    invitation_screen,
    invited_told,
    joined_told,
    member_screen,
    own_change,
    roles_screen,
    team_screen,
    withdrawn_told,
)
from bot.wording.working_alone import over_told


async def show_team(request: Request) -> list[Reply]:
    """Show who is on the team, and to owners what is open."""
    return await open_team(request, OpenTeam())


async def open_team(request: Request, button: OpenTeam) -> list[Reply]:
    """Show a page of it."""
    tx, actor = request.tx, await team.require(request.tx, request.chat_id)
    members = await team.members(tx, actor=actor)
    open_ones = []
    if actor.may(Right.TEAM):
        open_ones = await team.invitations(tx, actor=actor, now=request.now)
    alone = await approvals.working_alone(tx, actor=actor)
    return request.replace(
        team_screen(
            request.localizer,
            members,
            open_ones,
            actor=actor,
            alone=None if alone is None else alone.organizer_id,
            page=button.page,
        )
    )


async def invite(request: Request, button: Invite) -> list[Reply]:
    """Ask in which role; with one, make the link, which is shown this once."""
    if button.role is None:
        return request.replace(roles_screen(request.localizer))
    code = await team.invite_colleague(request.tx, button.role, actor=request.actor, now=request.now)
    username = request.resources.profile.username
    link = f"https://t.me/{username}?start={code}" if username else f"/start {code}"
    role = button.role
    return [
        *request.replace(invitation_screen(request.localizer, role, link=link)),
        *await _tell_owners(request, lambda words: invited_told(words, role, by=request.actor)),
    ]


async def revoke(request: Request, button: Revoke) -> list[Reply]:
    """Withdraw an invitation."""
    gone = await team.revoke(request.tx, button.mark, actor=request.actor, now=request.now)
    return [
        *await show_team(request),
        *await _tell_owners(request, lambda words: withdrawn_told(words, gone.role, by=request.actor)),
    ]


async def open_member(request: Request, button: OpenMember) -> list[Reply]:
    """Show what can be changed about a colleague."""
    member = await team.member(request.tx, button.organizer_id, actor=request.actor)
    return request.replace(member_screen(request.localizer, member))


async def change_role(request: Request, button: ChangeRole) -> list[Reply]:
    """Give a colleague another role."""
    change = await membership.change_role(
        request.tx, button.organizer_id, button.role, actor=request.actor, now=request.now
    )
    over = await working_alone.end_if_over(request.tx, actor=request.actor, now=request.now)
    below = [request.message(over_told(request.localizer))] if over else []
    return [*await show_team(request), *below, *await _told(request, change)]


async def remove(request: Request, button: RemoveMember) -> list[Reply]:
    """Ask before somebody is taken off the team; with a yes, do it."""
    match button.answer:
        case Answer.YES:
            change = await _removed(request, button.organizer_id)
            return [*await show_team(request), *await _told(request, change)]
        case Answer.NO:
            return await show_team(request)
        case None:
            member = await team.member(request.tx, button.organizer_id, actor=request.actor)
            return request.replace(ask_remove(request.localizer, member))


async def leave_team(request: Request, button: LeaveTeam) -> list[Reply]:
    """Ask before an organizer gives up their role; with a yes, do it."""
    match button.answer:
        case Answer.YES:
            change = await _removed(request, request.actor.id)
            return [*request.acknowledge(), *await _told(request, change)]
        case Answer.NO:
            return await show_team(request)
        case None:
            return request.replace(ask_leave(request.localizer))


async def name_me(request: Request) -> list[Reply]:
    """Ask by what name the team is to know them."""
    await save_state(request, AwaitName())
    return request.reply(ask_name(request.localizer))


async def take_name(request: Request, _state: AwaitName) -> list[Reply]:
    """Take the name that was sent."""
    await team.rename(request.tx, request.incoming.text, actor=request.actor, now=request.now)
    await conversations.end(request.tx, request.chat_id)
    return await show_team(request)


async def has_joined(request: Request, organizer: Organizer) -> list[Reply]:
    """Give a new organizer their menu, and tell the owners."""
    menu = team_menu(request.localizer, organizer.role, request.chat_id, request.resources.commands)
    over = await working_alone.end_if_over(request.tx, actor=organizer, now=request.now)
    left = cools_for(organizer, now=request.now)
    joining = dataclasses.replace(request, organizer=organizer)
    return [
        menu,
        *await _tell_owners(joining, lambda words: joined_told(words, organizer, left=left, alone_over=over)),
    ]


async def _removed(request: Request, organizer_id: int) -> Change:
    return await membership.remove(request.tx, organizer_id, actor=request.actor, now=request.now)


async def _tell_owners(request: Request, says: Callable[[Localizer], Screen]) -> list[Reply]:
    """Tell the other owners what was changed about the team."""
    owners = await team.contacts(request.tx, Right.TEAM, actor=request.actor)
    return tell(request, owners, says)


async def _told(request: Request, change: Change) -> list[Reply]:
    """Tell the person what was changed, with the menu they have now; then the other owners."""
    about: Contact = change.about
    words = request.resources.catalogs.words(about.locale or request.locale)
    left = timedelta(0)
    if change.role is not None:
        changed = await team.member(request.tx, about.organizer.id, actor=request.actor)
        left = cools_for(changed, now=request.now)
    return [
        new_message(about.chat_id, own_change(words, change.role, left=left), words),
        team_menu(words, change.role, about.chat_id, request.resources.commands),
        *tell(request, change.owners, lambda words: change_told(words, change, by=request.actor, left=left)),
    ]
