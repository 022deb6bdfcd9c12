"""Words said in a hurry while alerts go out: /halt, /stop, /cancel and *stop*, by any organizer."""

import pytest

from bot.domain.broadcast import BroadcastStatus
from bot.domain.organizer import APPROVERS, Role
from tests.worlds.in_process.organizing import (
    asked,
    confirmed,
    crowd,
    edited,
    finished,
    said_in,
    said_in_world,
    supporters,
    written,
)
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

TITLE = "Ask your council"
GOING_ON = "This is under way. What should stop?"


async def queued(stage: Stage, people: int = 2) -> tuple[Phone, list[Phone]]:
    """Queue an alert to so many people. Returns its organizer, and them."""
    phones = await supporters(stage, *["en"] * people)
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, people)
    await dana.expects(f"Queued: {TITLE}")
    return dana, phones


async def waiting(stage: Stage) -> Phone:
    """Let the first fifty of 53 people have an alert, and wait for a look. Returns its organizer."""
    await crowd(stage, 53)
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked(dana)
    await dana.tap("First to 50 only")
    await dana.expects("type 53: all of them, the first 50 now")
    await dana.say("53")
    await dana.expects("The first ones are out.")
    await stage.settled()
    return dana


async def status(stage: Stage, broadcast_id: int = 1) -> BroadcastStatus:
    """Return where a broadcast stands."""
    async with stage.app.store.reading() as tx:
        return (await tx.broadcasts.get_unlocked(broadcast_id)).status


@pytest.mark.usefixtures("time_to_undo")
@pytest.mark.parametrize("role", Role)
async def test_halt_by_any_organizer(stage: Stage, role: Role) -> None:
    """/halt stops everything at once, whoever of the team says it; those who send are told who did."""
    dana, phones = await queued(stage)
    omar = await stage.organizer("Omar", role)
    await omar.say("/halt")
    await omar.expects("Everything is stopped:", f"Halted: {TITLE}", "/alerts")
    told = await dana.expects("organizer 2 has stopped everything with /halt:", f"Halted: {TITLE}")
    assert labels(told) == ["All alerts"]
    halted = await dana.expects(f"Halted: {TITLE}", "organizer 2 stopped it with /halt.")
    assert labels(halted) == ["Resume", "Cancel"]
    assert await status(stage) is BroadcastStatus.HALTED
    await stage.settled()
    assert said_in_world(stage, TITLE) == {}
    await dana.tap("Resume")
    await dana.expects(f"Queued: {TITLE}", "Starts in")
    await dana.tap("Send now")
    if role in APPROVERS:
        # Who could have approved it has come meanwhile; what its author approved alone does not count any more.
        await dana.expects(f"Halted: {TITLE}", "It is not approved as it would go out now.")
        await omar.say("/approve_1")
        await omar.tap("Approve")
        await omar.expects("Approved")
        await dana.tap("Resume")
    await finished(stage, dana)
    assert [said_in(phone, TITLE) for phone in phones] == [1, 1]


async def test_halt_for_others(stage: Stage) -> None:
    """Where nothing goes out, /halt says so; for who is not on the team, it is nothing."""
    dana, ana = await stage.organizer("Dana"), stage.phone("Ana")
    await dana.say("/halt")
    await dana.expects("Nothing is queued and nothing is going out.")
    await ana.say("/halt")
    await ana.expects("Only organizers of the campaign can do this.")


@pytest.mark.usefixtures("time_to_undo")
@pytest.mark.parametrize("words", ["/stop", "/cancel", "stop", "STOP!", "/stop now"])
async def test_a_queued_alert_is_named(stage: Stage, words: str) -> None:
    """While an alert is queued, an organizer's hurried word names it and offers to undo it; nothing else is lost."""
    dana, _ = await queued(stage)
    await dana.say(words)
    head = await dana.expects(GOING_ON)
    assert labels(head) == ["Halt everything"]
    card = await dana.expects(f"Queued: {TITLE}")
    assert "Undo" in labels(card)
    assert not any("nothing to" in plain(each).lower() for each in dana.since())
    await dana.tap("Undo")
    await dana.expects(f"Undone: {TITLE}")
    await stage.settled()
    assert said_in_world(stage, TITLE) == {}


async def test_a_paused_alert_is_named(stage: Stage) -> None:
    """What waits for an organizer is named, too, with nothing on the card that lets it go on."""
    dana = await waiting(stage)
    await dana.say("/cancel")
    await dana.expects(GOING_ON)
    card = await dana.expects(f"Paused: {TITLE}", "50 of 53")
    assert labels(card) == ["Cancel", "Open the report"]
    await dana.tap("Cancel")
    await dana.expects(f"Cancelled: {TITLE}", "cancelled: 3")


@pytest.mark.usefixtures("time_to_undo")
@pytest.mark.parametrize("words", ["/stop", "stop"])
async def test_an_organizer_leaves_all_the_same(stage: Stage, words: str) -> None:
    """An organizer who receives alerts is off the list at once, and shown what goes on besides."""
    dana, _ = await queued(stage)
    await dana.say("/start")
    await dana.press("join")
    await dana.expects("You’re in.")
    await dana.say(words)
    await dana.expects(GOING_ON)
    await stage.settled()
    left = await stage.subscriber(dana)
    assert left is not None
    assert not left.receives_alerts
    assert any("You’ve unsubscribed." in plain(each) for each in dana.messages)


@pytest.mark.usefixtures("time_to_undo")
async def test_leaving_never_waits_for_the_rest(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If what goes on cannot be shown, an organizer still leaves."""
    dana, _ = await queued(stage)
    await dana.say("/start")
    await dana.press("join")
    await dana.expects("You’re in.")

    async def broken(*_: object, **__: object) -> None:
        raise LookupError

    monkeypatch.setattr("bot.services.overview.unfinished", broken)
    await dana.say("/stop")
    await dana.expects("You’ve unsubscribed.")


@pytest.mark.usefixtures("time_to_undo")
async def test_a_flow_ends_too(stage: Stage) -> None:
    """/cancel in the middle of another alert leaves that, and shows what goes on."""
    dana, _ = await queued(stage)
    await dana.say("/new")
    await dana.tap("Sign a petition")
    await dana.expects("Where should the main button lead?")
    await dana.say("/cancel")
    await dana.expects("Stopped. Nothing was sent.")
    await dana.expects(GOING_ON)


@pytest.mark.usefixtures("time_to_undo")
@pytest.mark.parametrize(
    ("command", "button", "asks"),
    [
        ("/audit", "Compare a checkpoint", "Send a checkpoint that you kept"),
        ("/team", "My name", "What should the team call you?"),
    ],
)
async def test_another_question_ends_alone(stage: Stage, command: str, button: str, asks: str) -> None:
    """/cancel ends a question that has nothing to do with alerts, alone; said once more, it shows what goes on."""
    dana, _ = await queued(stage)
    await dana.say(command)
    await dana.tap(button)
    await dana.expects(asks)
    await dana.say("/cancel")
    await dana.expects("Left as it is.")
    await dana.settles()
    assert not any(GOING_ON in plain(each) for each in dana.since())
    await dana.say("/cancel")
    await dana.expects(GOING_ON)


@pytest.mark.usefixtures("time_to_undo")
async def test_who_may_not_steer(stage: Stage) -> None:
    """A viewer sees what goes on, and can halt it; the buttons that steer one are not theirs."""
    await queued(stage)
    viewer = await stage.organizer("Vera", Role.VIEWER)
    await viewer.say("/cancel")
    card = await viewer.expects(f"Queued: {TITLE}")
    assert labels(card) == []
    await viewer.tap("Halt everything")
    await viewer.expects("Everything is stopped:")


@pytest.mark.usefixtures("time_to_undo")
async def test_the_board_of_a_queued_alert(stage: Stage) -> None:
    """While it is queued, neither its board nor an edit says that it has gone out."""
    dana, _ = await queued(stage)
    dana.forge("alert:1")
    board = await dana.expects("It is queued or going out, and stays as it is.", "/alerts")
    assert "has gone out" not in plain(board)
    dana.forge("words:1:en")
    refused = await dana.expects("It is queued or going out")
    assert "has gone out" not in plain(refused)


async def test_paid_was_switched_on(stage: Stage) -> None:
    """What was halted since it is not approved as it would go on can be approved anew, and resumed."""
    dana = await waiting(stage)
    await stage.stop()
    paid = Stage(world=stage.world, server=stage.server, database=stage.database, PAID_BROADCAST="true")
    await paid.start()
    try:
        await dana.tap("Resume")
        halted = await dana.expects(f"Halted: {TITLE}", "not approved as it would go out now")
        assert labels(halted)[:3] == ["Have it approved", "Resume", "Cancel"]
        await dana.tap("Have it approved")
        await dana.expects("This is what would be sent.", "Telegram Stars")
        await dana.tap("Approve")
        await dana.expects("Approved. It goes on when it is resumed.")
        await dana.tap("Resume")
        await dana.expects(f"Finished: {TITLE}", "53 of 53")
    finally:
        await paid.stop()
        await stage.start()


NEAR = (
    "stop?",
    "stop the alert now",
    "please stop it going out",
    "stop the sending",
    "pause",
    "Undo it!",
    "STOPPEN",
)
"""What organizers write in a hurry; none of it is exactly a word for leaving."""


@pytest.mark.usefixtures("time_to_undo")
@pytest.mark.parametrize("on_list", [True, False])
async def test_near_words(stage: Stage, on_list: bool) -> None:
    """While an alert is queued, an organizer's near words name it, each time; the organizer stays on the list."""
    dana, _ = await queued(stage)
    if on_list:
        await dana.say("/start")
        await dana.press("join")
        await dana.expects("You’re in.")
    for words in NEAR:
        await dana.say(words)
        await dana.expects(GOING_ON)
        card = await dana.expects(f"Queued: {TITLE}")
        assert "Undo" in labels(card)
        assert not any(
            "nothing to stop" in plain(each) or "Stop the alerts?" in plain(each) for each in dana.since()
        )
    await stage.settled()
    person = await stage.subscriber(dana)
    assert (person is not None and person.receives_alerts) is on_list
    await dana.tap("Undo")
    await dana.expects(f"Undone: {TITLE}")


@pytest.mark.usefixtures("time_to_undo")
@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("ar", "إلغاء الإرسال"),
        ("de", "bitte abbrechen!!"),
        ("es", "cancelar todo ya"),
        ("fr", "annuler ça vite"),
        ("he", "ביטול של זה"),
        ("it", "annulla tutto"),
        ("pt-br", "cancelar agora isso"),
        ("tr", "hemen iptal et bunu"),
    ],
)
async def test_near_words_of_each_language(stage: Stage, locale: str, words: str) -> None:
    """The words of the buttons are known in every language, within a few words more."""
    await queued(stage)
    omar = stage.phone("Omar", locale)
    await omar.say(f"/start {await stage.invitation()}")
    await omar.settles()
    await omar.say(words)
    await omar.expects(TITLE)


@pytest.mark.usefixtures("time_to_undo")
async def test_not_understood_while_something_goes_on(stage: Stage) -> None:
    """What is not understood is answered to an organizer every time, with what goes on below; a question as always."""
    dana, _ = await queued(stage)
    for words in ("qwrtz plmokn", "wrtzq okmnpl"):
        await dana.say(words)
        await dana.expects("or choose a question.")
        await dana.expects(f"Queued: {TITLE}")
    await dana.say("Who is calling for this?")
    await dana.expects("BNC")
    await dana.settles()
    assert not any(GOING_ON in plain(each) for each in dana.since())


@pytest.mark.usefixtures("time_to_undo")
async def test_near_words_of_others(stage: Stage) -> None:
    """A subscriber who writes the same is asked about leaving, and sees nothing of the team's."""
    _, [ana, _] = await queued(stage)
    await ana.say("stop the alert now")
    await ana.expects("Stop the alerts?")
    await ana.settles()
    assert not any(GOING_ON in plain(each) for each in ana.since())


@pytest.mark.usefixtures("time_to_undo")
async def test_the_button_that_leaves(stage: Stage) -> None:
    """An organizer who leaves by a button is shown what goes on besides."""
    dana, _ = await queued(stage)
    await dana.say("/start")
    await dana.press("join")
    await dana.expects("You’re in.")
    dana.forge("leave")
    await dana.expects(GOING_ON)
    await stage.settled()
    left = await stage.subscriber(dana)
    assert left is not None
    assert not left.receives_alerts


@pytest.mark.parametrize("words", ["cancel", "stop", "/stop", "/halt"])
async def test_a_hurried_word_disarms_the_number(stage: Stage, words: str) -> None:
    """Said where the number is asked for, it ends that, and says so: the number sends nothing any more."""
    await supporters(stage, "en", "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked(dana)
    await dana.expects("type 2")
    await dana.say(words)
    await dana.expects("Stopped. Nothing was sent.", "/new")
    await dana.say("2")
    await dana.settles()
    await stage.settled()
    assert not any("Confirmed" in plain(each) for each in dana.since())
    assert said_in_world(stage, TITLE) == {}


@pytest.mark.parametrize("words", ["cancel", "stop", "/stop", "/halt"])
async def test_a_hurried_word_disarms_a_recall(stage: Stage, words: str) -> None:
    """Said where the number of a recall is asked for, it ends that, and says so."""
    phones = await supporters(stage, "en", "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 2)
    await finished(stage, dana)
    await dana.tap("Recall · 47 h left")
    await dana.expects("type 2")
    await dana.say(words)
    await dana.expects("Left as it is.")
    await dana.say("2")
    await dana.settles()
    await stage.settled()
    assert [said_in(phone, TITLE) for phone in phones] == [1, 1]


@pytest.mark.usefixtures("time_to_undo")
@pytest.mark.parametrize(
    ("typed", "right", "said"),
    [("/hlat", "/halt", "Everything is stopped:"), ("/cnacel", "/cancel", GOING_ON)],
)
async def test_a_command_put_right(stage: Stage, typed: str, right: str, said: str) -> None:
    """A command that stops something is heard where it was typed wrong and put right."""
    dana, _ = await queued(stage)
    await dana.say(typed)
    await dana.settles()
    await edited(stage, dana, typed, right)
    await dana.expects(said)


@pytest.mark.usefixtures("time_to_undo")
async def test_words_edited_too_late(stage: Stage) -> None:
    """Who edits the words of an alert that is queued, or was sent, is told that they stay, and what to do."""
    dana, _ = await queued(stage)
    await edited(
        stage, dana, "Ask your council\nIt votes on Friday.", "Ask your council\nIt votes on Monday."
    )
    await dana.expects("It is queued or going out, and stays as it is.", "/alerts")
    dana.forge("broadcast:start:1", dana.messages[-1].message_id)
    await finished(stage, dana)
    await edited(stage, dana, "Ask your council\nIt votes on Monday.", "Ask your council\nIt votes today.")
    await dana.expects("This alert has gone out")


@pytest.mark.usefixtures("time_to_undo")
async def test_a_hurried_text_at_an_open_board(stage: Stage) -> None:
    """While another alert's board is open, a hurried text shows what is going on."""
    dana, _ = await queued(stage)
    await written(dana)
    for hurried in ("stop sending this", "undo that one quickly"):
        await dana.say(hurried)
        await dana.expects(GOING_ON)
