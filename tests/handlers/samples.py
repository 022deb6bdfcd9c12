"""One of each: buttons and states with values of their own."""

from bot.domain.alert import ActionKind
from bot.domain.organizer import Role
from bot.handlers.flows import (
    AtBoard,
    AwaitLink,
    AwaitName,
    AwaitNumber,
    AwaitRecall,
    AwaitWords,
    State,
)
from bot.telegram_io import callbacks
from bot.telegram_io.callbacks import Answer, Button, Verb

_SAMPLES: list[list[Button]] = [
    [callbacks.Start()],
    [callbacks.Join("1"), callbacks.Join("0")],
    [callbacks.Help()],
    [callbacks.OpenTopics(), callbacks.OpenTopics("campaign"), callbacks.OpenTopics("campaign", 1)],
    [callbacks.OpenAnswer("what-is-bnc"), callbacks.OpenAnswer("what-is-bnc", more=True)],
    [callbacks.Why()],
    [callbacks.OpenStatement(), callbacks.OpenStatement(4), callbacks.OpenStatement(3)],
    [callbacks.OpenSettings()],
    [callbacks.ChooseLanguage(), callbacks.ChooseLanguage(callbacks.Back.FIRST_SCREEN)],
    [
        *(callbacks.Language(), callbacks.Language("ar"), callbacks.Language("xx")),
        *(callbacks.Language("ar", back) for back in callbacks.Back),
    ],
    [callbacks.AnswerIn("ar", "what-is-bnc"), callbacks.AnswerIn("xx", "what-is-bnc")],
    [callbacks.Pause()],
    [callbacks.Resume()],
    [callbacks.Leave()],
    [callbacks.UndoLeaving(), callbacks.UndoLeaving(paused=True)],
    [callbacks.OpenPrivacy()],
    [callbacks.AskErase()],
    [callbacks.Erase()],
    [callbacks.NewAlert()],
    [callbacks.ChooseKind(ActionKind.SIGN)],
    [callbacks.NoLink(1)],
    [callbacks.EditLink(1)],
    [callbacks.UseLink(1)],
    [callbacks.EditKind(1), callbacks.EditKind(1, ActionKind.CALL)],
    [callbacks.WriteWords(1, "en")],
    [callbacks.KeepWords(1, "0"), callbacks.KeepWords(1, "0", "ar")],
    [callbacks.TakeLiterally(1)],
    [callbacks.UseText(1, "en")],
    [callbacks.WasQuestion()],
    [callbacks.OpenAlert(1), callbacks.OpenAlert(1, below=True)],
    [callbacks.Preview(1)],
    [callbacks.Approve(1, "0")],
    [callbacks.AskToSend(1)],
    [callbacks.CanaryFirst(1)],
    [callbacks.Move(verb, 1) for verb in Verb],
    [callbacks.Correct(1)],
    [callbacks.Recall(1, answer) for answer in (None, *Answer)],
    [callbacks.Resend(1, answer) for answer in (None, *Answer)],
    [callbacks.CopyAlert(1)],
    [callbacks.Halt()],
    [callbacks.OpenAlerts(shelf) for shelf in callbacks.Shelf],
    [callbacks.OpenReport(1)],
    [callbacks.Discard(1, answer) for answer in (None, *Answer)],
    [callbacks.SendToMe(1)],
    [callbacks.AskColleagues(1)],
    [callbacks.Review(1)],
    [callbacks.OpenTeam()],
    [callbacks.NameMe()],
    [callbacks.Invite(role) for role in (None, *Role)],
    [callbacks.Revoke("0" * 32)],
    [callbacks.OpenMember(1)],
    [callbacks.ChangeRole(2, role) for role in Role],
    [callbacks.RemoveMember(2, answer) for answer in (None, *Answer)],
    [callbacks.LeaveTeam(answer) for answer in (None, *Answer)],
]

SAMPLE_BUTTONS = {type(each[0]): each for each in _SAMPLES}

SAMPLE_STATES: tuple[State, ...] = (
    AwaitLink(alert_id=1),
    AwaitLink(alert_id=1, offered="https://example.org"),
    AwaitWords(alert_id=1, locale="ar"),
    AwaitWords(alert_id=1, locale="ar", length=4096, sent_at=1_795_000_000, message_id=7, text="a <b"),
    AtBoard(alert_id=1, locale="ar", opened=1_795_000_000),
    AtBoard(
        alert_id=1, locale="en", opened=0, text="a", entities=[{"type": "bold"}], nearest=["what-is-bnc"]
    ),
    AwaitNumber(alert_id=1),
    AwaitNumber(alert_id=1, canary=True, again=True),
    AwaitRecall(broadcast_id=1),
    AwaitName(),
)
