"""What is done to see what came of a broadcast, and of a link."""

from bot.domain.organizer import Right
from bot.handlers import growth, reports
from bot.handlers.declared import ANYTHING, Room
from bot.handlers.flows import Flow, Step
from bot.handlers.route import opens, presses
from bot.handlers.states import AwaitSourceName
from bot.services import team
from bot.telegram_io import report_buttons

NAMING_LINK = Flow(name="naming a link", needs=Right.COMPOSE, over=(team.MayNotCompose, team.NotAnOrganizer))

ROOM = Room(
    modules=(reports, growth),
    buttons=(
        presses(report_buttons.OpenResultsList, reports.open_list, needs=Right.LOOK),
        presses(report_buttons.OpenResults, reports.open_results, needs=Right.LOOK),
        presses(report_buttons.ReportPicture, reports.send_picture, needs=Right.LOOK),
        presses(report_buttons.ReportTable, reports.send_table, needs=Right.LOOK),
        presses(report_buttons.OpenGrowth, growth.open_growth, needs=Right.LOOK),
        presses(report_buttons.OpenSources, growth.open_sources, needs=Right.LOOK),
        opens(report_buttons.NewSource, growth.new_source, needs=Right.COMPOSE),
        presses(report_buttons.OpenSource, growth.open_source, needs=Right.LOOK),
        presses(report_buttons.SourcePoster, growth.send_poster, needs=Right.LOOK),
    ),
    steps=(Step(flow=NAMING_LINK, state=AwaitSourceName, takes=ANYTHING, handle=growth.take_source_name),),
)
