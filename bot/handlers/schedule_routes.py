"""What is done to say when an alert goes out, and with what is due."""

from bot.domain.organizer import Right
from bot.handlers import schedule, when, word_edits
from bot.handlers.compose_routes import COMPOSING
from bot.handlers.declared import ANYTHING, Room
from bot.handlers.flows import Step
from bot.handlers.route import presses
from bot.handlers.states import AwaitTime, AwaitWeek
from bot.telegram_io import schedule_buttons

ROOM = Room(
    modules=(when, schedule),
    buttons=(
        presses(schedule_buttons.OpenWhen, when.open_when, needs=Right.COMPOSE),
        presses(schedule_buttons.ChooseLate, when.choose_late, needs=Right.COMPOSE),
        presses(schedule_buttons.ChooseDay, when.choose_day, needs=Right.COMPOSE),
        presses(schedule_buttons.ChooseZones, when.choose_zones, needs=Right.COMPOSE),
        presses(schedule_buttons.OpenSchedule, schedule.open_schedule, needs=Right.LOOK),
        presses(schedule_buttons.TakeOff, schedule.take_off, needs=Right.SEND),
        presses(schedule_buttons.EndSeries, schedule.end_series, needs=Right.SEND),
        presses(schedule_buttons.GoOnSeries, schedule.go_on_series, needs=Right.SEND),
    ),
    steps=(
        Step(
            flow=COMPOSING,
            state=AwaitTime,
            takes=ANYTHING,
            handle=when.take_time,
            edited=word_edits.take_edit,
        ),
        Step(
            flow=COMPOSING,
            state=AwaitWeek,
            takes=ANYTHING,
            handle=when.take_week,
            edited=word_edits.take_edit,
        ),
    ),
)
