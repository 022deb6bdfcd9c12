"""What is done to write an alert."""

from bot.domain.organizer import Right
from bot.handlers import at_board, board, compose, deciding, drafts, fields, pictures, word_edits, words
from bot.handlers.declared import ANYTHING, TEXT, Room
from bot.handlers.flows import Flow, Step
from bot.handlers.route import opens, presses
from bot.handlers.states import (
    AtBoard,
    AwaitField,
    AwaitLink,
    AwaitPicture,
    AwaitWords,
)
from bot.services import alerts, team
from bot.telegram_io import check_buttons, compose_buttons, organizer_buttons

COMPOSING = Flow(
    name="composing",
    needs=Right.COMPOSE,
    over=(alerts.AlertMissing, alerts.AlertSent, team.MayNotCompose, team.NotAnOrganizer),
)

ROOM = Room(
    modules=(compose, board, at_board, words, word_edits, fields, pictures, drafts, deciding),
    buttons=(
        opens(compose_buttons.NewAlert, compose.new, needs=Right.COMPOSE),
        presses(compose_buttons.ChooseKind, compose.choose_kind, needs=Right.COMPOSE),
        presses(compose_buttons.NoLink, compose.no_link, needs=Right.COMPOSE),
        presses(compose_buttons.EditLink, compose.edit_link, needs=Right.COMPOSE),
        presses(compose_buttons.UseLink, compose.use_link, needs=Right.COMPOSE),
        presses(compose_buttons.EditKind, compose.edit_kind, needs=Right.COMPOSE),
        presses(compose_buttons.OpenFields, fields.open_fields, needs=Right.COMPOSE),
        presses(compose_buttons.EditField, fields.edit_field, needs=Right.COMPOSE),
        presses(compose_buttons.SkipField, fields.skip_field, needs=Right.COMPOSE),
        presses(compose_buttons.RemoveField, fields.remove_field, needs=Right.COMPOSE),
        presses(compose_buttons.EditPicture, pictures.edit_picture, needs=Right.COMPOSE),
        presses(compose_buttons.RemovePicture, pictures.remove_picture, needs=Right.COMPOSE),
        presses(compose_buttons.OpenMore, drafts.open_more, needs=Right.COMPOSE),
        presses(compose_buttons.SetReminds, drafts.set_reminds, needs=Right.COMPOSE),
        presses(compose_buttons.SetUrgent, drafts.set_urgent, needs=Right.COMPOSE),
        presses(compose_buttons.DuplicateAlert, drafts.duplicate, needs=Right.COMPOSE),
        presses(compose_buttons.AsFile, drafts.as_file, needs=Right.LOOK),
        presses(compose_buttons.WriteWords, words.write_locale, needs=Right.COMPOSE),
        presses(compose_buttons.KeepWords, deciding.keep, needs=Right.COMPOSE),
        presses(check_buttons.Decide, deciding.decide, needs=Right.COMPOSE),
        presses(check_buttons.Choose, deciding.choose, needs=Right.COMPOSE),
        presses(compose_buttons.TakeLiterally, words.take_literally, needs=Right.COMPOSE),
        presses(compose_buttons.UseText, at_board.use_text, needs=Right.COMPOSE),
        presses(compose_buttons.WasQuestion, at_board.was_question, needs=Right.COMPOSE),
        presses(organizer_buttons.OpenAlert, board.board, needs=Right.COMPOSE),
    ),
    steps=(
        Step(
            flow=COMPOSING,
            state=AwaitLink,
            takes=TEXT,
            handle=compose.take_link,
            otherwise=at_board.not_words,
            edited=word_edits.take_edit,
        ),
        Step(
            flow=COMPOSING,
            state=AwaitField,
            takes=TEXT,
            handle=fields.take_field,
            otherwise=at_board.not_words,
            edited=fields.take_field_edit,
        ),
        Step(
            flow=COMPOSING,
            state=AwaitPicture,
            takes=ANYTHING,
            handle=pictures.take_picture,
            edited=word_edits.take_edit,
        ),
        Step(
            flow=COMPOSING,
            state=AwaitWords,
            takes=TEXT,
            handle=words.take_words,
            otherwise=at_board.not_words,
            edited=word_edits.take_words_edit,
        ),
        Step(
            flow=COMPOSING,
            state=AtBoard,
            takes=TEXT,
            handle=at_board.text_at_board,
            otherwise=at_board.not_words,
            edited=word_edits.take_edit,
        ),
    ),
)
