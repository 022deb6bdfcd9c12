"""The team as its organizers see it: who is on it, inviting, changing a role, removing."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.organizer import Organizer, Right, Role
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n.localizer import Localizer
from bot.services.membership import Change
from bot.services.team import INVITATION_DAYS
from bot.store.team import Invitation
from bot.telegram_io.callbacks import Button
from bot.telegram_io.organizer_buttons import Answer
from bot.telegram_io.team_buttons import (
    ChangeRole,
    Invite,
    LeaveTeam,
    NameMe,
    OpenMember,
    OpenTeam,
    RemoveMember,
    Revoke,
)
from bot.wording.cooling import cools_for_them, cools_for_you
from bot.wording.pages import on_list, page_turns
from bot.wording.screen import Control, Press, Screen, in_rows, screen
from bot.wording.titles import BUTTON_SHOWN, cut
from bot.wording.working_alone import alone_told, over_told, switch_button

PAGE = 6
"""People and open invitations on one screen."""


def name_of(localizer: Localizer, organizer: Organizer) -> str:
    """Return what the team calls an organizer: the name they chose, or their number."""
    # Translators: an organizer who chose no name; {number} tells them from the others. It stands in sentences.
    return organizer.name or localizer.gettext("organizer {number}", number=str(organizer.id))


def role_name(localizer: Localizer, role: Role) -> str:
    """Return what a role is called, inside a sentence."""
    match role:
        case Role.OWNER:
            # Translators: a role on the team, after a colon or "as"; this one may do everything.
            return localizer.gettext("owner")
        case Role.EDITOR:
            # Translators: a role on the team, after a colon or "as"; this one writes and sends alerts.
            return localizer.gettext("editor")
        case Role.APPROVER:
            # Translators: a role on the team, after a colon or "as"; this one approves alerts.
            return localizer.gettext("approver")
        case Role.VIEWER:
            # Translators: a role on the team, after a colon or "as"; this one looks on.
            return localizer.gettext("viewer")


def team_screen(
    localizer: Localizer,
    members: Sequence[Organizer],
    invitations: Sequence[Invitation],
    *,
    actor: Organizer,
    alone: int | None = None,
    page: int = 0,
) -> Screen:
    """Show a page of who is on the team, by role; to owners the open invitations follow.

    `alone`: the number of who works alone.
    """
    # Translators: title of the list of organizers.
    parts: list[RichText | str] = [bold(localizer.gettext("The team"))]
    listed: list[Organizer | Invitation] = [*sorted(members, key=_by_role), *invitations]
    page = on_list(page, count=len(listed), each=PAGE)
    shown = listed[page * PAGE :][:PAGE]
    people = [each for each in shown if isinstance(each, Organizer)]
    open_ones = [each for each in shown if isinstance(each, Invitation)]
    parts.append("\n".join(_member_line(localizer, each, actor) for each in people))
    parts += [alone_told(localizer, name_of(localizer, each)) for each in members if each.id == alone]
    if open_ones:
        # Translators: above a list of one-time links that nobody has used yet.
        head = localizer.gettext("Open invitations:")
        parts.append("\n".join([head, *(_invitation_line(localizer, each) for each in open_ones)]))
    rows: list[list[Control]] = []
    if actor.may(Right.TEAM):
        others = [Press(_label(localizer, each), OpenMember(each.id)) for each in people if each != actor]
        rows += in_rows([*others, *(_revoke_button(localizer, each) for each in open_ones)], 2)
    rows.append(page_turns(localizer, page, count=len(listed), each=PAGE, to=OpenTeam))
    if actor.may(Right.TEAM):
        # Translators: button; makes a one-time link that lets somebody into the team.
        rows.append([Press(localizer.gettext("Invite somebody"), Invite())])
        if not any(each.may(Right.APPROVE) for each in members if each.id != actor.id):
            rows.append([switch_button(localizer, on=alone == actor.id)])
    # Translators: button; an organizer chooses the name by which the team knows them.
    name = Press(localizer.gettext("My name"), NameMe())
    # Translators: button; an organizer gives up their role.
    rows.append([name, Press(localizer.gettext("Leave the team"), LeaveTeam())])
    return screen(joined(parts), rows)


def roles_screen(localizer: Localizer) -> Screen:
    """Ask in which role somebody is invited."""
    text = joined(
        [
            # Translators: an owner invites somebody to the team; the buttons below are roles.
            bold(localizer.gettext("What may they do?")),
            # Translators: the four roles, a line each; the names before the colons are the same as on the buttons.
            localizer.gettext(
                "owner: everything, and the team\neditor: write and send\napprover: approve what others wrote\n"
                "viewer: look at alerts and reports"
            ),
        ]
    )
    roles = [Press(role_name(localizer, role), Invite(role)) for role in Role]
    return screen(text, [roles[:2], roles[2:], [_back(localizer)]])


def invitation_screen(localizer: Localizer, role: Role, *, link: str) -> Screen:
    """Show a new invitation; its code is shown this once."""
    # Translators: with a one-time link below; {role} is a role on the team, {n} a number of days.
    says = localizer.ngettext(
        "Send this to one person. Whoever opens it first is on the team, as {role}. It works once, for {n} day:",
        "Send this to one person. Whoever opens it first is on the team, as {role}. It works once, for {n} days:",
        INVITATION_DAYS,
        role=role_name(localizer, role),
    )
    return screen(joined([says, link]), [[_back(localizer)]])


def member_screen(localizer: Localizer, member: Organizer) -> Screen:
    """Show what can be changed about a colleague."""
    roles = [
        Press(role_name(localizer, role), ChangeRole(member.id, role)) for role in Role if role != member.role
    ]
    # Translators: under a colleague's name and role; the buttons below are the other roles.
    ask = localizer.gettext("Give another role, or remove from the team:")
    # Translators: button; takes a colleague off the team, after a question.
    remove = Press(localizer.gettext("Remove from the team"), RemoveMember(member.id))
    text = joined([bold(_name_and_role(localizer, member, member.role)), ask])
    return screen(text, [list(roles), [remove], [_back(localizer)]])


def ask_remove(localizer: Localizer, member: Organizer) -> Screen:
    """Ask before somebody is taken off the team."""
    # Translators: asks an owner before a colleague loses their role; {name} is the colleague.
    head = localizer.gettext("Remove {name} from the team?", name=name_of(localizer, member))
    yes, no = RemoveMember(member.id, Answer.YES), RemoveMember(member.id, Answer.NO)
    return _ask(localizer, head, yes, no)


def ask_leave(localizer: Localizer) -> Screen:
    """Ask before an organizer gives up their role."""
    # Translators: asks an organizer who wants to give up their role.
    return _ask(localizer, localizer.gettext("Leave the team?"), LeaveTeam(Answer.YES), LeaveTeam(Answer.NO))


def _ask(localizer: Localizer, head: str, yes: Button, no: Button) -> Screen:
    # Translators: under it. What somebody approved and what has not been sent needs another approval.
    body = localizer.gettext(
        "What they wrote stays. Approvals they gave no longer count for what has not been sent."
    )
    row: list[Control] = [
        # Translators: button; yes to what was asked.
        Press(localizer.gettext("Yes"), yes),
        # Translators: button; goes on without doing it.
        Press(localizer.gettext("No, leave it"), no),
    ]
    return screen(joined([bold(head), body]), [row])


def ask_name(localizer: Localizer) -> Screen:
    """Ask by what name the team knows an organizer."""
    # Translators: asks an organizer for the name that colleagues see; {command} is /cancel.
    says = localizer.gettext(
        "What should the team call you? Only the team sees it; it need not be your real name. "
        "To leave it as it is, send {command}.",
        command="/cancel",
    )
    return screen(says)


def change_told(
    localizer: Localizer, change: Change, *, by: Organizer, left: timedelta = timedelta(0)
) -> Screen:
    """Tell an owner what was changed about somebody, and by whom; `left`: as in `joined_told`."""
    who, whom = name_of(localizer, by), name_of(localizer, change.about.organizer)
    if change.about.organizer.id == by.id and change.role is None:
        # Translators: to the owners; {name} is an organizer.
        return screen(localizer.gettext("{name} has left the team.", name=whom))
    if change.role is None:
        # Translators: to the owners; {by} and {name} are organizers.
        return screen(localizer.gettext("{by} removed {name} from the team.", by=who, name=whom))
    role = role_name(localizer, change.role)
    # Translators: to the owners; {by} and {name} are organizers, {role} is a role.
    said = localizer.gettext("{by} changed a role. {name}: {role}", by=who, name=whom, role=role)
    return screen(joined([said, cools_for_them(localizer, left)], "\n"))


def own_change(localizer: Localizer, role: Role | None, *, left: timedelta = timedelta(0)) -> Screen:
    """Tell somebody what was changed about them; `left`: how long a right to approve that is new still cools."""
    if role is None:
        # Translators: to somebody who was an organizer and is not any more.
        return screen(localizer.gettext("You are not on the campaign’s team any more."))
    # Translators: to an organizer whose role was changed; {role} is a role.
    said = localizer.gettext("Your role on the team now: {role}", role=role_name(localizer, role))
    return screen(joined([said, cools_for_you(localizer, left)], "\n"))


def invited_told(localizer: Localizer, role: Role, *, by: Organizer) -> Screen:
    """Tell another owner that an invitation was made."""
    name, role_said = name_of(localizer, by), role_name(localizer, role)
    # Translators: to the owners; {name} has made a one-time link that lets somebody into the team, as {role}.
    return screen(
        localizer.gettext("{name} has invited somebody to join as {role}.", name=name, role=role_said)
    )


def withdrawn_told(localizer: Localizer, role: Role, *, by: Organizer) -> Screen:
    """Tell another owner that an invitation was withdrawn."""
    name, role_said = name_of(localizer, by), role_name(localizer, role)
    # Translators: to the owners; {name} has made a one-time link useless that would have given {role}.
    return screen(
        localizer.gettext("{name} has withdrawn an invitation to join as {role}.", name=name, role=role_said)
    )


def joined_told(
    localizer: Localizer, organizer: Organizer, *, left: timedelta = timedelta(0), alone_over: bool = False
) -> Screen:
    """Tell an owner that an invitation was used.

    `left`: how long their right to approve still cools. `alone_over`: the owner does not work alone any more.
    """
    name, role = name_of(localizer, organizer), role_name(localizer, organizer.role)
    # Translators: to the owners; somebody used an invitation. {name} is who, {role} their role.
    said = localizer.gettext("{name} has joined the team, as {role}.", name=name, role=role)
    return screen(
        joined([said, cools_for_them(localizer, left), over_told(localizer) if alone_over else ""], "\n")
    )


def already_on_team(localizer: Localizer) -> Screen:
    """Tell an organizer who opened an invitation that it changes nothing."""
    # Translators: an organizer opened a one-time link into the team, which gives others a role; {command} is /team.
    said = localizer.gettext(
        "You are on the team already; an owner changes roles in {command}.", command="/team"
    )
    return screen(said)


def _by_role(member: Organizer) -> tuple[int, int]:
    return list(Role).index(member.role), member.id


def _member_line(localizer: Localizer, member: Organizer, actor: Organizer) -> str:
    line = _name_and_role(localizer, member, member.role)
    # Translators: a line of the team's list that is about the reader; {line} is a name and a role.
    return localizer.gettext("{line} (you)", line=line) if member.id == actor.id else line


def _name_and_role(localizer: Localizer, member: Organizer, role: Role) -> str:
    # Translators: an organizer's name and role.
    return localizer.gettext(
        "{name}: {role}", name=name_of(localizer, member), role=role_name(localizer, role)
    )


def _label(localizer: Localizer, member: Organizer) -> str:
    return cut(_name_and_role(localizer, member, member.role), BUTTON_SHOWN)


def _invitation_line(localizer: Localizer, invitation: Invitation) -> str:
    role, until = role_name(localizer, invitation.role), localizer.date(invitation.expires_at.date())
    # Translators: an open invitation: for which role, and the day until it can be used.
    return localizer.gettext("{role}, until {date}", role=role, date=until)


def _revoke_button(localizer: Localizer, invitation: Invitation) -> Press:
    role = role_name(localizer, invitation.role)
    # Translators: button; an open invitation can be used by nobody any more. {role} is the role it would give.
    return Press(localizer.gettext("Withdraw: {role}", role=role), Revoke(invitation.mark))


def _back(localizer: Localizer) -> Press:
    return Press(localizer.gettext("The team"), OpenTeam())
