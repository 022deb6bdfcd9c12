"""The team in the chat: who is on it, inviting, changing a role, removing, a name of one's own."""

from bot.domain.organizer import Organizer, Right
from bot.handlers.flows import AwaitName, save_state
from bot.handlers.request import Request
from bot.handlers.telling import tell
from bot.services import conversations, team
from bot.services.team import Change, Contact
from bot.telegram_io.organizer_buttons import (
    Answer,
    ChangeRole,
    Invite,
    LeaveTeam,
    OpenMember,
    RemoveMember,
    Revoke,
)
from bot.telegram_io.replies import Reply
from bot.wording.chat import new_message
from bot.wording.menu import team_menu
from bot.wording.team import (
    ask_leave,
    ask_name,
    ask_remove,
    change_told,
    invitation_screen,
    joined_told,
    member_screen,
    own_change,
    roles_screen,
    team_screen,
)


async def show_team(request: Request) -> list[Reply]:
    """Show who is on the team, and to owners what is open."""
    tx, actor = request.tx, await team.require(request.tx, request.chat_id)
    members = await team.members(tx, actor=actor)
    open_ones = []
    if actor.may(Right.TEAM):
        open_ones = await team.invitations(tx, actor=actor, now=request.now)
    return request.replace(team_screen(request.localizer, members, open_ones, actor=actor))


async def invite(request: Request, button: Invite) -> list[Reply]:
    """Ask in which role; with one, make the link, which is shown this once."""
    if button.role is None:
        return request.replace(roles_screen(request.localizer))
    code = await team.invite_colleague(request.tx, button.role, actor=request.actor, now=request.now)
    username = request.resources.profile.username
    link = f"https://t.me/{username}?start={code}" if username else f"/start {code}"
    return request.replace(invitation_screen(request.localizer, button.role, link=link))


async def revoke(request: Request, button: Revoke) -> list[Reply]:
    """Withdraw an invitation."""
    await team.revoke(request.tx, button.mark, actor=request.actor, now=request.now)
    return await show_team(request)


async def open_member(request: Request, button: OpenMember) -> list[Reply]:
    """Show what can be changed about a colleague."""
    member = await team.member(request.tx, button.organizer_id, actor=request.actor)
    return request.replace(member_screen(request.localizer, member))


async def change_role(request: Request, button: ChangeRole) -> list[Reply]:
    """Give a colleague another role."""
    change = await team.change_role(
        request.tx, button.organizer_id, button.role, actor=request.actor, now=request.now
    )
    return [*await show_team(request), *_told(request, change)]


async def remove(request: Request, button: RemoveMember) -> list[Reply]:
    """Ask before somebody is taken off the team; with a yes, do it."""
    match button.answer:
        case Answer.YES:
            change = await _removed(request, button.organizer_id)
            return [*await show_team(request), *_told(request, change)]
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
            return [*request.acknowledge(), *_told(request, change)]
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
    owners = await team.contacts(request.tx, Right.TEAM, actor=organizer)
    menu = team_menu(request.localizer, organizer.role, request.chat_id, request.resources.commands)
    return [menu, *tell(request, owners, lambda words: joined_told(words, organizer))]


async def _removed(request: Request, organizer_id: int) -> Change:
    return await team.remove(request.tx, organizer_id, actor=request.actor, now=request.now)


def _told(request: Request, change: Change) -> list[Reply]:
    """Tell the person what was changed, with the menu they have now; then the other owners."""
    about: Contact = change.about
    words = request.resources.catalogs.words(about.locale or request.locale)
    return [
        new_message(about.chat_id, own_change(words, change.role)),
        team_menu(words, change.role, about.chat_id, request.resources.commands),
        *tell(request, change.owners, lambda words: change_told(words, change, by=request.actor)),
    ]
