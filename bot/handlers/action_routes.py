"""What people do about an alert, and what editors do with what they report."""

from bot.domain.organizer import Right
from bot.domain.outcome import ActionOver, AlreadySaid
from bot.handlers import actions, sightings
from bot.handlers.declared import TEXT, Room
from bot.handlers.flows import Flow, Step
from bot.handlers.route import presses
from bot.handlers.states import AwaitReport
from bot.services.actions import ActionMissing, ActionRecalled, NotOnList, PreviewOnly
from bot.telegram_io import action_buttons

REPORTING = Flow(
    name="reporting",
    needs=None,
    over=(ActionMissing, ActionRecalled, ActionOver, AlreadySaid, NotOnList, PreviewOnly),
)

ROOM = Room(
    modules=(actions, sightings),
    buttons=(
        presses(action_buttons.Act, actions.act),
        presses(action_buttons.MoreOutcomes, actions.more),
        presses(action_buttons.FewerOutcomes, actions.fewer),
        presses(action_buttons.ReadAlert, actions.read),
        presses(action_buttons.SendCalendar, actions.send_calendar),
        presses(action_buttons.SayOutcome, actions.say),
        presses(action_buttons.UndoOutcome, actions.undo),
        presses(action_buttons.UndoPledge, actions.undo_pledge),
        presses(action_buttons.EndSighting, sightings.end_sighting),
        presses(action_buttons.OpenQueue, sightings.open_queue, needs=Right.COMPOSE),
        presses(action_buttons.OpenAccepted, sightings.open_accepted, needs=Right.LOOK),
        presses(action_buttons.DecideSighting, sightings.decide, needs=Right.COMPOSE),
    ),
    steps=(
        Step(
            flow=REPORTING,
            state=AwaitReport,
            takes=TEXT,
            handle=sightings.take_answer,
            otherwise=sightings.no_answer,
        ),
    ),
)
