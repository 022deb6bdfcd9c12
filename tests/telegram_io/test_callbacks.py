"""Buttons on the wire: what is packed is read back, what was packed long ago too, and nothing forged is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alert import ActionKind
from bot.telegram_io import callbacks
from bot.telegram_io.callbacks import (
    BUTTONS,
    CALLBACK_BYTES,
    ID_DIGITS,
    Answer,
    Button,
    ButtonOutdated,
    Verb,
    pack,
    unpack,
)

IN_CHATS: dict[str, Button] = {
    "start": callbacks.Start(),
    "join:3": callbacks.Join("3"),
    "help": callbacks.Help(),
    "faq": callbacks.OpenTopics(),
    "faq:campaign": callbacks.OpenTopics("campaign"),
    "faq:campaign:2": callbacks.OpenTopics("campaign", 2),
    "answer:what-is-bnc": callbacks.OpenAnswer("what-is-bnc"),
    "answer:what-is-bnc:more": callbacks.OpenAnswer("what-is-bnc", more=True),
    "why": callbacks.Why(),
    "statement": callbacks.OpenStatement(),
    "statement:8": callbacks.OpenStatement(8),
    "settings": callbacks.OpenSettings(),
    "language": callbacks.Language(),
    "language:pt_BR": callbacks.Language("pt_BR"),
    "language:ar:start": callbacks.Language("ar", callbacks.Back.FIRST_SCREEN),
    "language:ar:faq": callbacks.Language("ar", callbacks.Back.TOPICS),
    "languages": callbacks.ChooseLanguage(),
    "languages:start": callbacks.ChooseLanguage(callbacks.Back.FIRST_SCREEN),
    "in:pt_BR:what-is-bnc": callbacks.AnswerIn("pt_BR", "what-is-bnc"),
    "pause": callbacks.Pause(),
    "resume": callbacks.Resume(),
    "leave": callbacks.Leave(),
    "leave:undo": callbacks.UndoLeaving(),
    "leave:undo:paused": callbacks.UndoLeaving(paused=True),
    "privacy": callbacks.OpenPrivacy(),
    "erase": callbacks.AskErase(),
    "erase:yes": callbacks.Erase(),
    "new": callbacks.NewAlert(),
    "kind:email": callbacks.ChooseKind(ActionKind.EMAIL),
    "nolink:7": callbacks.NoLink(7),
    "words:7:ar": callbacks.WriteWords(7, "ar"),
    "alert:12": callbacks.OpenAlert(12),
    "alert:12:below": callbacks.OpenAlert(12, below=True),
    "preview:7": callbacks.Preview(7),
    "approve:7:0123456789abcdef": callbacks.Approve(7, "0123456789abcdef"),
    "send:7": callbacks.AskToSend(7),
    "careful:3": callbacks.CanaryFirst(3),
    "broadcast:start:5": callbacks.Move(Verb.START, 5),
    "broadcast:pause:5": callbacks.Move(Verb.PAUSE, 5),
    "broadcast:resume:5": callbacks.Move(Verb.RESUME, 5),
    "broadcast:cancel:5": callbacks.Move(Verb.CANCEL, 5),
    "after:correct:5": callbacks.Correct(5),
    "after:recall:5": callbacks.Recall(5),
    "after:recall:5:yes": callbacks.Recall(5, Answer.YES),
    "after:recall:5:no": callbacks.Recall(5, Answer.NO),
    "after:resend:5": callbacks.Resend(5),
    "after:resend:5:yes": callbacks.Resend(5, Answer.YES),
    "after:resend:5:no": callbacks.Resend(5, Answer.NO),
}
"""Callback data as messages in people's chats carry it; none of these is ever changed, only added to."""

FORGED = [
    "",
    ":",
    "nothing",
    "start:",
    "start:1",
    "Start",
    " start",
    "join",
    "join:",
    "join:a b",
    "join:1:2",
    "join:" + "1" * (callbacks.VERSION_LENGTH + 1),
    "faq:",
    "faq::1",
    "faq:campaign:-1",
    "faq:campaign:x",
    "faq:campaign:1:2",
    "answer:what:MORE",
    "answer:../../etc/passwd",
    "answer:\u202e",
    "statement:-4",
    "statement:٤",
    "erase:no",
    "erase:yes:yes",
    "kind:dance",
    "kind:EMAIL",
    "words:1",
    "words::en",
    "words:1:en:below",
    "alert",
    "alert:",
    "alert:01",
    "alert:+1",
    "alert:1.0",
    "alert:\u0661",
    "alert:1 ",
    "alert:1\n",
    "alert:" + "9" * (ID_DIGITS + 1),
    "alert:1:above",
    "alert:1:",
    "broadcast:1",
    "broadcast:stop:1",
    "broadcast:pause:",
    "after",
    "after:recall",
    "after:recall:5:maybe",
    "after:correct:5:yes",
    "after:undo:5",
]


@pytest.mark.parametrize(("data", "button"), IN_CHATS.items(), ids=IN_CHATS)
def test_buttons_in_peoples_chats_keep_their_meaning(data: str, button: Button) -> None:
    """What old messages carry is read as what it meant, and written the same way today."""
    assert unpack(data) == button
    assert pack(button) == data


def test_every_button_is_pinned() -> None:
    """A new button is added to the table above, so that nobody renames it later."""
    assert {type(button) for button in IN_CHATS.values()} == set(BUTTONS.values())


@pytest.mark.parametrize("data", FORGED)
def test_forged_buttons(data: str) -> None:
    """What no button of ours carries is refused, whatever it resembles."""
    with pytest.raises(ButtonOutdated):
        unpack(data)


@given(st.text() | st.builds("{}:{}".format, st.sampled_from(sorted(BUTTONS)), st.text()))
def test_anything_is_read_or_refused(data: str) -> None:
    """Any text at all is a button or outdated; a button reads back as itself."""
    try:
        button = unpack(data)
    except ButtonOutdated:
        return
    assert unpack(pack(button)) == button


def _values(field: callbacks.Shape) -> st.SearchStrategy[Any]:
    if field.type is bool:
        return st.booleans()
    if field.type is int:
        return st.integers(0, 10**field.length - 1)
    if field.type is str:
        return st.from_regex(rf"[A-Za-z0-9][A-Za-z0-9_.-]{{0,{field.length - 1}}}", fullmatch=True)
    chosen = st.sampled_from(list(field.type))
    return chosen | st.none() if field.default is None else chosen


@st.composite
def buttons(draw: st.DrawFn) -> Button:
    """Return any button with any values."""
    made = draw(st.sampled_from(sorted(BUTTONS.values(), key=lambda each: each.wire)))
    return made(**{field.name: draw(_values(field)) for field in callbacks.shape(made)})


@given(buttons())
def test_round_trip(button: Button) -> None:
    """What is packed is read back as it was."""
    assert unpack(pack(button)) == button


def _largest(field: callbacks.Shape) -> Any:
    if field.type is bool:
        return True
    if field.type is int:
        return 10**field.length - 1
    return "x" * field.length if field.type is str else max(list(field.type), key=len)


@pytest.mark.parametrize("made", BUTTONS.values(), ids=BUTTONS)
def test_the_largest_fits(made: type[Button]) -> None:
    """With the largest values, every button's data fits into what Telegram takes."""
    largest = made(**{field.name: _largest(field) for field in callbacks.shape(made)})
    assert len(pack(largest).encode()) <= CALLBACK_BYTES
    assert unpack(pack(largest)) == largest


@pytest.mark.parametrize(
    "button",
    [
        callbacks.OpenAlert(-1),
        callbacks.OpenAlert(10**ID_DIGITS),
        callbacks.Join("a:b"),
        callbacks.Join(""),
        callbacks.OpenAnswer("é"),
        callbacks.OpenTopics(None, 1),
    ],
    ids=repr,
)
def test_what_could_not_be_read_back_is_not_written(button: Button) -> None:
    """A value that no reader would take is a mistake of ours, found where the button is made."""
    with pytest.raises(ValueError, match="cannot be"):
        pack(button)


def test_two_buttons_of_one_name() -> None:
    """A name that is taken is refused where the class is written."""
    with pytest.raises(TypeError, match="two buttons are named start"):
        type("Other", (Button,), {}, wire="start")
