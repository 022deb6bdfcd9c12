"""One of each: buttons and states with values of their own."""

from bot.domain.alert import ActionKind
from bot.domain.organizer import Role
from bot.handlers.flows import (
    AtBoard,
    AwaitLink,
    AwaitName,
    AwaitNote,
    AwaitNumber,
    AwaitRecall,
    AwaitWords,
    State,
)
from bot.telegram_io import organizer_buttons, supporter_buttons
from bot.telegram_io.callbacks import Button
from bot.telegram_io.organizer_buttons import Answer, Verb

_SAMPLES: list[list[Button]] = [
    [supporter_buttons.Start()],
    [supporter_buttons.Join("1"), supporter_buttons.Join("0")],
    [supporter_buttons.Help()],
    [
        supporter_buttons.OpenTopics(),
        supporter_buttons.OpenTopics("campaign"),
        supporter_buttons.OpenTopics("campaign", 1),
    ],
    [supporter_buttons.OpenAnswer("what-is-bnc"), supporter_buttons.OpenAnswer("what-is-bnc", more=True)],
    [supporter_buttons.Why()],
    [
        supporter_buttons.OpenStatement(),
        supporter_buttons.OpenStatement(4),
        supporter_buttons.OpenStatement(3),
    ],
    [supporter_buttons.OpenSettings()],
    [
        supporter_buttons.ChooseLanguage(),
        supporter_buttons.ChooseLanguage(supporter_buttons.Back.FIRST_SCREEN),
    ],
    [
        *(supporter_buttons.Language(), supporter_buttons.Language("ar"), supporter_buttons.Language("xx")),
        *(supporter_buttons.Language("ar", back) for back in supporter_buttons.Back),
    ],
    [supporter_buttons.AnswerIn("ar", "what-is-bnc"), supporter_buttons.AnswerIn("xx", "what-is-bnc")],
    [supporter_buttons.Pause()],
    [supporter_buttons.Resume()],
    [supporter_buttons.Leave()],
    [supporter_buttons.UndoLeaving(), supporter_buttons.UndoLeaving(paused=True)],
    [supporter_buttons.OpenPrivacy()],
    [supporter_buttons.AskErase()],
    [supporter_buttons.Erase()],
    [organizer_buttons.NewAlert()],
    [organizer_buttons.ChooseKind(ActionKind.SIGN)],
    [organizer_buttons.NoLink(1)],
    [organizer_buttons.EditLink(1)],
    [organizer_buttons.UseLink(1)],
    [organizer_buttons.EditKind(1), organizer_buttons.EditKind(1, ActionKind.CALL)],
    [organizer_buttons.WriteWords(1, "en")],
    [organizer_buttons.KeepWords(1, "0"), organizer_buttons.KeepWords(1, "0", "ar")],
    [organizer_buttons.TakeLiterally(1)],
    [organizer_buttons.UseText(1, "en"), organizer_buttons.UseText(1, "en", 7)],
    [organizer_buttons.WasQuestion(), organizer_buttons.WasQuestion(7)],
    [organizer_buttons.OpenAlert(1), organizer_buttons.OpenAlert(1, below=True)],
    [organizer_buttons.Preview(1)],
    [organizer_buttons.Approve(1, "0")],
    [organizer_buttons.AskToSend(1)],
    [organizer_buttons.CanaryFirst(1)],
    [organizer_buttons.Move(verb, 1) for verb in Verb],
    [organizer_buttons.Correct(1)],
    [organizer_buttons.Recall(1, answer) for answer in (None, *Answer)],
    [organizer_buttons.Resend(1, answer) for answer in (None, *Answer)],
    [organizer_buttons.CopyAlert(1)],
    [organizer_buttons.Halt()],
    [organizer_buttons.OpenAlerts(shelf) for shelf in organizer_buttons.Shelf],
    [organizer_buttons.OpenReport(1)],
    [organizer_buttons.Discard(1, answer) for answer in (None, *Answer)],
    [organizer_buttons.SendToMe(1)],
    [organizer_buttons.AskColleagues(1)],
    [organizer_buttons.Review(1)],
    [organizer_buttons.OpenTeam()],
    [organizer_buttons.NameMe()],
    [organizer_buttons.Invite(role) for role in (None, *Role)],
    [organizer_buttons.Revoke("0" * 32)],
    [organizer_buttons.OpenMember(1)],
    [organizer_buttons.ChangeRole(2, role) for role in Role],
    [organizer_buttons.RemoveMember(2, answer) for answer in (None, *Answer)],
    [organizer_buttons.LeaveTeam(answer) for answer in (None, *Answer)],
    [organizer_buttons.ReturnAlert(1, "0")],
    [
        *(organizer_buttons.WorkAlone(to) for to in organizer_buttons.Switch),
        organizer_buttons.WorkAlone(organizer_buttons.Switch.ON, 1),
    ],
]

SAMPLE_BUTTONS = {type(each[0]): each for each in _SAMPLES}

SAMPLE_STATES: tuple[State, ...] = (
    AwaitLink(alert_id=1),
    AwaitLink(alert_id=1, offered="https://example.org"),
    AwaitWords(alert_id=1, locale="ar"),
    AwaitWords(alert_id=1, locale="ar", length=4096, sent_at=1_795_000_000, message_id=7, text="a <b"),
    AwaitWords(alert_id=1, locale="ar", base="0123456789abcdef", over=""),
    AtBoard(alert_id=1, locale="ar", opened=1_795_000_000),
    AtBoard(
        alert_id=1, locale="en", opened=0, text="a", entities=[{"type": "bold"}], nearest=["what-is-bnc"]
    ),
    AwaitNumber(alert_id=1),
    AwaitNumber(alert_id=1, canary=True, again=True),
    AwaitNumber(alert_id=1, seen="0" * 32),
    AwaitRecall(broadcast_id=1),
    AwaitName(),
    AwaitNote(alert_id=1, seen="0" * 32),
    AwaitNumber(alert_id=1, seen="0" * 32, asked=1_795_000_000),
)
