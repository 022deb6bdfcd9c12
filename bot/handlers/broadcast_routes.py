"""What is done to send an alert, to steer a broadcast and to follow it up."""

from bot.domain.organizer import Right
from bot.handlers import alerts_list, follow_ups, halting, sending, word_edits
from bot.handlers.declared import TEXT, Room
from bot.handlers.flows import Flow, Step
from bot.handlers.route import opens, presses
from bot.handlers.states import AwaitNumber, AwaitRecall
from bot.services import alerts, broadcast_progress, broadcasts, team
from bot.services.follow_ups import AlreadyFollowedUp, NothingToFollowUp, RecallTooLate
from bot.services.outlook import TimePast
from bot.telegram_io import broadcast_buttons, compose_buttons, organizer_buttons, review_buttons

CONFIRMING = Flow(
    name="confirming",
    needs=Right.SEND,
    over=(
        alerts.AlertMissing,
        alerts.AlertSent,
        broadcasts.NobodyToReach,
        broadcasts.NotApproved,
        broadcasts.Recalled,
        TimePast,
        team.MayNotCompose,
        team.NotAnOrganizer,
    ),
)

RECALLING = Flow(
    name="recalling",
    needs=Right.SEND,
    over=(
        alerts.AlertMissing,
        broadcast_progress.BroadcastOver,
        AlreadyFollowedUp,
        NothingToFollowUp,
        RecallTooLate,
        team.MayNotCompose,
        team.NotAnOrganizer,
    ),
)

ROOM = Room(
    modules=(alerts_list, sending, follow_ups, halting),
    buttons=(
        presses(broadcast_buttons.AskToSend, sending.ask_to_send, needs=Right.SEND),
        presses(broadcast_buttons.CanaryFirst, sending.canary_first, needs=Right.SEND),
        presses(broadcast_buttons.Move, sending.control, needs=Right.SEND),
        presses(broadcast_buttons.Correct, follow_ups.correct, needs=Right.SEND),
        presses(broadcast_buttons.Recall, follow_ups.recall, needs=Right.SEND),
        presses(broadcast_buttons.Resend, follow_ups.resend, needs=Right.SEND),
        presses(broadcast_buttons.CopyAlert, follow_ups.write_anew, needs=Right.COMPOSE),
        opens(broadcast_buttons.Halt, halting.halt, needs=Right.LOOK),
        presses(organizer_buttons.OpenAlerts, alerts_list.open_list, needs=Right.LOOK),
        presses(organizer_buttons.OpenReport, alerts_list.open_report, needs=Right.LOOK),
        presses(compose_buttons.Discard, alerts_list.discard, needs=Right.COMPOSE),
        presses(review_buttons.SendToMe, alerts_list.send_to_me, needs=Right.LOOK),
    ),
    steps=(
        Step(
            flow=CONFIRMING,
            state=AwaitNumber,
            takes=TEXT,
            handle=sending.take_number,
            edited=word_edits.take_edit,
        ),
        Step(
            flow=RECALLING,
            state=AwaitRecall,
            takes=TEXT,
            handle=follow_ups.take_recall,
            edited=follow_ups.take_recall,
        ),
    ),
)
