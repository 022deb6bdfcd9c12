"""What is done with the team and its audit."""

from bot.domain.organizer import Right
from bot.handlers import audit, organizers, working_alone
from bot.handlers.declared import TEXT, Room
from bot.handlers.flows import Flow, Step
from bot.handlers.route import opens, presses
from bot.handlers.states import AwaitCheckpoint, AwaitName
from bot.services import team
from bot.telegram_io import team_buttons

NAMING = Flow(name="naming", needs=Right.LOOK, over=(team.MemberMissing, team.NotAnOrganizer))

COMPARING = Flow(name="comparing", needs=Right.LOOK, over=(team.NotAnOrganizer,))

ROOM = Room(
    modules=(organizers, working_alone, audit),
    buttons=(
        presses(team_buttons.OpenTeam, organizers.open_team, needs=Right.LOOK),
        opens(team_buttons.NameMe, organizers.name_me, needs=Right.LOOK),
        presses(team_buttons.Invite, organizers.invite, needs=Right.TEAM),
        presses(team_buttons.Revoke, organizers.revoke, needs=Right.TEAM),
        presses(team_buttons.OpenMember, organizers.open_member, needs=Right.TEAM),
        presses(team_buttons.ChangeRole, organizers.change_role, needs=Right.TEAM),
        presses(team_buttons.RemoveMember, organizers.remove, needs=Right.TEAM),
        presses(team_buttons.LeaveTeam, organizers.leave_team, needs=Right.LOOK),
        presses(team_buttons.OpenAudit, audit.open_audit, needs=Right.LOOK),
        opens(team_buttons.AskCheckpoint, audit.ask_checkpoint, needs=Right.LOOK),
        presses(team_buttons.WorkAlone, working_alone.work_alone, needs=Right.TEAM),
    ),
    steps=(
        Step(
            flow=NAMING,
            state=AwaitName,
            takes=TEXT,
            handle=organizers.take_name,
            edited=organizers.take_name,
        ),
        Step(
            flow=COMPARING,
            state=AwaitCheckpoint,
            takes=TEXT,
            handle=audit.take_checkpoint,
            otherwise=audit.not_a_checkpoint,
            edited=audit.take_checkpoint,
        ),
    ),
)
