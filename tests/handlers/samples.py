"""One of each: buttons and states with values of their own."""

from bot.domain.alert import ActionKind
from bot.handlers.flows import AwaitLink, AwaitNumber, AwaitWords, State
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
    [callbacks.WriteWords(1, "en")],
    [callbacks.OpenAlert(1), callbacks.OpenAlert(1, below=True)],
    [callbacks.Preview(1)],
    [callbacks.Approve(1, "0")],
    [callbacks.AskToSend(1)],
    [callbacks.CanaryFirst(1)],
    [callbacks.Move(verb, 1) for verb in Verb],
    [callbacks.Correct(1)],
    [callbacks.Recall(1, answer) for answer in (None, *Answer)],
    [callbacks.Resend(1, answer) for answer in (None, *Answer)],
]

SAMPLE_BUTTONS = {type(each[0]): each for each in _SAMPLES}

SAMPLE_STATES: tuple[State, ...] = (
    AwaitLink(alert_id=1),
    AwaitWords(alert_id=1, locale="ar"),
    AwaitNumber(alert_id=1),
    AwaitNumber(alert_id=1, canary=True, again=True),
)
