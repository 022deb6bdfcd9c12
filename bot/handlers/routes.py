"""Who hears what, and who may: the one table of commands, buttons and flows.

The router reads it, the tests drive every cell of it for every role, and `docs/roles.md` is written from it.
"""

from bot.domain.organizer import Right
from bot.handlers import (
    approval,
    board,
    compose,
    follow_ups,
    leaving,
    privacy,
    questions,
    sending,
    settings,
    statement,
    welcome,
)
from bot.handlers.declared import Table
from bot.handlers.flows import AwaitLink, AwaitNumber, AwaitWords, Flow, Step
from bot.handlers.request import Request
from bot.handlers.route import Command, opens, presses
from bot.services import alerts, broadcasts, team
from bot.telegram_io import callbacks as buttons
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import Kind


async def help_(request: Request) -> list[Reply]:
    """Say what the bot can do, from the table below."""
    return await welcome.help_(request, [command for command in COMMANDS if command.help])


COMMANDS = (
    Command(name="start", handle=welcome.start),
    Command(name="faq", handle=questions.topics, menu=True, help=True),
    Command(name="settings", handle=settings.settings, menu=True, help=True),
    Command(name="language", handle=settings.language, menu=True),
    Command(name="privacy", handle=privacy.privacy, menu=True, help=True),
    Command(name="stop", handle=leaving.stop, menu=True, help=True),
    Command(name="help", handle=help_, menu=True),
    Command(name="new", handle=compose.new, needs=Right.COMPOSE, help=True),
    Command(name="cancel", handle=compose.cancel),
    Command(name="approve", handle=approval.review, needs=Right.APPROVE, numbered=True),
)
"""In the order in which the menu and /help show them."""

MENU = tuple(command.name for command in COMMANDS if command.menu)

BUTTONS = (
    opens(buttons.Start, welcome.show_start),
    presses(buttons.Join, welcome.join),
    opens(buttons.Help, help_),
    presses(buttons.OpenTopics, questions.open_topics),
    presses(buttons.OpenAnswer, questions.answer),
    opens(buttons.Why, questions.why),
    presses(buttons.OpenStatement, statement.statement),
    opens(buttons.OpenSettings, settings.settings),
    presses(buttons.ChooseLanguage, settings.offer_languages),
    presses(buttons.Language, settings.choose_language),
    presses(buttons.AnswerIn, settings.answer_in),
    opens(buttons.Pause, settings.pause),
    opens(buttons.Resume, settings.resume),
    opens(buttons.Leave, leaving.leave_by_button),
    presses(buttons.UndoLeaving, leaving.undo),
    opens(buttons.OpenPrivacy, privacy.privacy),
    opens(buttons.AskErase, privacy.ask_erase),
    opens(buttons.Erase, privacy.erase),
    opens(buttons.NewAlert, compose.new, needs=Right.COMPOSE),
    presses(buttons.ChooseKind, compose.choose_kind, needs=Right.COMPOSE),
    presses(buttons.NoLink, compose.no_link, needs=Right.COMPOSE),
    presses(buttons.WriteWords, compose.write_locale, needs=Right.COMPOSE),
    presses(buttons.OpenAlert, board.board, needs=Right.COMPOSE),
    presses(buttons.Preview, approval.preview, needs=Right.LOOK),
    presses(buttons.Approve, approval.approve, needs=Right.APPROVE),
    presses(buttons.AskToSend, sending.ask_to_send, needs=Right.SEND),
    presses(buttons.CanaryFirst, sending.canary_first, needs=Right.SEND),
    presses(buttons.Move, sending.control, needs=Right.SEND),
    presses(buttons.Correct, follow_ups.correct, needs=Right.SEND),
    presses(buttons.Recall, follow_ups.recall, needs=Right.SEND),
    presses(buttons.Resend, follow_ups.resend, needs=Right.SEND),
)

COMPOSING = Flow(
    name="composing",
    needs=Right.COMPOSE,
    over=(alerts.AlertMissing, alerts.AlertSent, team.MayNotCompose, team.NotAnOrganizer),
)

CONFIRMING = Flow(
    name="confirming",
    needs=Right.SEND,
    over=(
        alerts.AlertMissing,
        alerts.AlertSent,
        broadcasts.NobodyToReach,
        broadcasts.NotApproved,
        broadcasts.Recalled,
        team.MayNotCompose,
        team.NotAnOrganizer,
    ),
)

TEXT = frozenset({Kind.TEXT})

STEPS = (
    Step(flow=COMPOSING, state=AwaitLink, takes=TEXT, handle=compose.take_link),
    Step(flow=COMPOSING, state=AwaitWords, takes=TEXT, handle=compose.take_words),
    Step(flow=CONFIRMING, state=AwaitNumber, takes=TEXT, handle=sending.take_number),
)

MODULES = (
    approval,
    board,
    compose,
    follow_ups,
    leaving,
    privacy,
    questions,
    sending,
    settings,
    statement,
    welcome,
)
"""Where handlers stand: every one of them has an entry above, or the bot does not start."""

TABLE = Table.of(
    commands=COMMANDS,
    buttons=BUTTONS,
    steps=STEPS,
    otherwise=welcome.not_understood,
    leaving=leaving.leave_by_word,
)
