"""What people do who are not on the team: join, ask, settle, leave."""

from bot.handlers import leaving, privacy, questions, settings, statement, welcome
from bot.handlers.declared import Room
from bot.handlers.route import opens, presses
from bot.telegram_io import supporter_buttons

ROOM = Room(
    modules=(welcome, questions, statement, settings, leaving, privacy),
    buttons=(
        opens(supporter_buttons.Start, welcome.show_start),
        presses(supporter_buttons.Join, welcome.join),
        presses(supporter_buttons.OpenTopics, questions.open_topics),
        presses(supporter_buttons.OpenAnswer, questions.answer),
        opens(supporter_buttons.Why, questions.why),
        presses(supporter_buttons.OpenStatement, statement.statement),
        presses(supporter_buttons.ChooseLanguage, settings.offer_languages),
        presses(supporter_buttons.Language, settings.choose_language),
        presses(supporter_buttons.LanguageThenJoin, settings.offer_before_joining),
        presses(supporter_buttons.JoinIn, settings.join_in),
        presses(supporter_buttons.AnswerIn, settings.answer_in),
        opens(supporter_buttons.Pause, settings.pause),
        opens(supporter_buttons.Resume, settings.resume),
        opens(supporter_buttons.Leave, leaving.leave_by_button),
        presses(supporter_buttons.UndoLeaving, leaving.undo),
        presses(supporter_buttons.UndoLeavingTopics, leaving.undo_with_topics),
        opens(supporter_buttons.OpenPrivacy, privacy.privacy),
        opens(supporter_buttons.GetHeld, privacy.send_held),
        opens(supporter_buttons.AskErase, privacy.ask_erase),
        opens(supporter_buttons.Erase, privacy.erase),
    ),
)
