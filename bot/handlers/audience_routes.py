"""What is done to say for whom an alert is, and to keep segments."""

from bot.domain.audience import SegmentNested
from bot.domain.organizer import Right
from bot.handlers import audience, audience_typed, segments
from bot.handlers.declared import TEXT, Room
from bot.handlers.flows import Flow, Step
from bot.handlers.route import presses
from bot.handlers.states import AwaitDay, AwaitSample, AwaitSegmentName
from bot.services import alerts, team
from bot.services.segments import SegmentMissing
from bot.telegram_io import audience_buttons

BUILDING = Flow(
    name="building",
    needs=Right.COMPOSE,
    over=(
        alerts.AlertMissing,
        alerts.AlertSent,
        alerts.AudienceFixed,
        SegmentMissing,
        SegmentNested,
        team.MayNotCompose,
        team.NotAnOrganizer,
    ),
)

ROOM = Room(
    modules=(audience, audience_typed, segments),
    buttons=(
        presses(audience_buttons.OpenAudience, audience.open_audience, needs=Right.COMPOSE),
        presses(audience_buttons.AddTerm, audience.add_term, needs=Right.COMPOSE),
        presses(audience_buttons.AddPlace, audience.add_place, needs=Right.COMPOSE),
        presses(audience_buttons.AddTopic, audience.add_topic, needs=Right.COMPOSE),
        presses(audience_buttons.ChooseTerm, audience.choose_term, needs=Right.COMPOSE),
        presses(audience_buttons.TurnLocale, audience.turn_locale, needs=Right.COMPOSE),
        presses(audience_buttons.OpenTerm, audience.open_term, needs=Right.COMPOSE),
        presses(audience_buttons.NegateTerm, audience.negate_term, needs=Right.COMPOSE),
        presses(audience_buttons.DropTerm, audience.drop_term, needs=Right.COMPOSE),
        presses(audience_buttons.StartAnew, audience.start_anew, needs=Right.COMPOSE),
        presses(audience_buttons.SaveSegment, segments.save_segment, needs=Right.COMPOSE),
        presses(audience_buttons.OpenSegments, segments.open_segments, needs=Right.COMPOSE),
        presses(audience_buttons.RenameSegment, segments.rename_segment, needs=Right.COMPOSE),
        presses(audience_buttons.RemoveSegment, segments.remove_segment, needs=Right.COMPOSE),
    ),
    steps=(
        Step(
            flow=BUILDING,
            state=AwaitDay,
            takes=TEXT,
            handle=audience_typed.take_day,
            otherwise=audience_typed.not_typed,
            edited=audience_typed.take_day,
        ),
        Step(
            flow=BUILDING,
            state=AwaitSample,
            takes=TEXT,
            handle=audience_typed.take_sample,
            otherwise=audience_typed.not_typed,
            edited=audience_typed.take_sample,
        ),
        Step(
            flow=BUILDING,
            state=AwaitSegmentName,
            takes=TEXT,
            handle=segments.take_segment_name,
            otherwise=segments.no_name,
            edited=segments.take_segment_name,
        ),
    ),
)
