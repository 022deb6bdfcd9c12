"""Who hears what, and who may: the one table of commands, buttons and flows.

Buttons and steps stand in the table of their room, `…_routes.py` beside its handlers; here they are put together. The
router reads it, the tests drive every cell of it for every role, and `docs/roles.md` is written from it.
"""

from bot.domain.organizer import Right
from bot.handlers import (
    action_routes,
    alerts_list,
    approval,
    arriving,
    audience_routes,
    audit,
    broadcast_routes,
    compose,
    compose_routes,
    drafts,
    growth,
    halting,
    leaving,
    organizers,
    preferences,
    preferences_routes,
    privacy,
    questions,
    report_routes,
    reports,
    review_routes,
    schedule,
    schedule_routes,
    segments,
    settings,
    sharing_routes,
    supporter_routes,
    team_routes,
    thread_routes,
    welcome,
    words,
)
from bot.handlers.declared import Table
from bot.handlers.request import Request
from bot.handlers.route import Command, FileRoute, opens
from bot.telegram_io import supporter_buttons
from bot.telegram_io.replies import Reply

ROOMS = (
    supporter_routes.ROOM,
    preferences_routes.ROOM,
    action_routes.ROOM,
    sharing_routes.ROOM,
    thread_routes.ROOM,
    compose_routes.ROOM,
    audience_routes.ROOM,
    schedule_routes.ROOM,
    review_routes.ROOM,
    broadcast_routes.ROOM,
    report_routes.ROOM,
    team_routes.ROOM,
)
"""In the order in which `docs/roles.md` shows them."""


async def help_(request: Request) -> list[Reply]:
    """Say what the bot can do, from the table below."""
    return await welcome.help_(request, [command for command in COMMANDS if command.help])


COMMANDS = (
    Command(name="start", handle=arriving.start),
    Command(name="faq", handle=questions.topics, menu=True, help=True),
    Command(name="settings", handle=preferences.settings, menu=True, help=True),
    Command(name="language", handle=settings.language, menu=True),
    Command(name="privacy", handle=privacy.privacy, menu=True, help=True),
    Command(name="stop", handle=leaving.stop, menu=True, help=True),
    Command(name="help", handle=help_, menu=True),
    Command(name="new", handle=compose.new, needs=Right.COMPOSE, menu=True, help=True),
    Command(name="alerts", handle=alerts_list.list_alerts, needs=Right.LOOK, menu=True, help=True),
    Command(name="report", handle=reports.list_reports, needs=Right.LOOK, menu=True, help=True),
    Command(name="growth", handle=growth.show_growth, needs=Right.LOOK, menu=True, help=True),
    thread_routes.THREADS,
    Command(name="schedule", handle=schedule.list_due, needs=Right.LOOK, menu=True, help=True),
    Command(name="segments", handle=segments.list_segments, needs=Right.COMPOSE, menu=True, help=True),
    Command(name="halt", handle=halting.halt, needs=Right.LOOK, menu=True, help=True),
    Command(name="team", handle=organizers.show_team, needs=Right.LOOK, menu=True, help=True),
    Command(name="audit", handle=audit.show_audit, needs=Right.LOOK, menu=True, help=True),
    Command(name="cancel", handle=compose.cancel),
    Command(name="back", handle=words.back, needs=Right.COMPOSE),
    Command(name="approve", handle=approval.review, needs=Right.APPROVE, numbered=True),
)
"""In the order in which the menu and /help show them."""

MENU = {command.name: command.needs for command in COMMANDS if command.menu}
"""What Telegram's menu shows, with the right of who sees it there."""

BUTTONS = (
    *(route for room in ROOMS for route in room.buttons),
    opens(supporter_buttons.Help, help_),
)

STEPS = (*(step for room in ROOMS for step in room.steps),)

MODULES = (*(module for room in ROOMS for module in room.modules),)
"""Where handlers stand: every one of them has an entry above, or the bot does not start."""

FILE = FileRoute(handle=drafts.read_file, needs=Right.COMPOSE)

TABLE = Table.of(
    commands=COMMANDS,
    buttons=BUTTONS,
    steps=STEPS,
    otherwise=welcome.not_understood,
    leaving=leaving.leave_by_word,
    file=FILE,
    organizers={
        leaving.stop: halting.stop,
        leaving.leave_by_word: halting.leave_by_word,
        leaving.leave_by_button: halting.leave_by_button,
        compose.cancel: halting.cancel,
    },
)
