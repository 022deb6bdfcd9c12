"""What is done to check an alert, and by two people to approve it."""

from bot.domain.organizer import Right
from bot.handlers import approval, checking, returning, team_tests
from bot.handlers.declared import TEXT, Room
from bot.handlers.flows import Flow, Step
from bot.handlers.route import presses
from bot.handlers.states import AwaitNote
from bot.services import alerts, approvals, team
from bot.telegram_io import check_buttons, review_buttons

RETURNING = Flow(
    name="returning",
    needs=Right.APPROVE,
    over=(
        alerts.AlertMissing,
        alerts.AlertSent,
        approvals.ColleagueNeeded,
        team.MayNotApprove,
        team.NotAnOrganizer,
    ),
)

ROOM = Room(
    modules=(checking, team_tests, approval, returning),
    buttons=(
        presses(check_buttons.Check, checking.check, needs=Right.LOOK),
        presses(check_buttons.Acknowledge, checking.acknowledge, needs=Right.ACKNOWLEDGE),
        presses(check_buttons.SendToTeam, team_tests.send_to_team, needs=Right.COMPOSE),
        presses(review_buttons.Preview, approval.preview, needs=Right.LOOK),
        presses(review_buttons.Approve, approval.approve, needs=Right.APPROVE),
        presses(review_buttons.AskColleagues, approval.ask_colleagues, needs=Right.COMPOSE),
        presses(review_buttons.Review, approval.look, needs=Right.APPROVE),
        presses(review_buttons.ReturnAlert, returning.ask_note, needs=Right.APPROVE),
    ),
    steps=(
        Step(
            flow=RETURNING,
            state=AwaitNote,
            takes=TEXT,
            handle=returning.take_note,
            otherwise=returning.not_a_note,
        ),
    ),
)
