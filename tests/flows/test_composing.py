"""Organizers write alerts and send them."""

from collections.abc import Sequence

import pytest

from bot.delivery.start_times import Grant
from bot.domain.organizer import Role
from bot.rehearsal.world.people import Json
from bot.store.store import Transaction
from tests.worlds.in_process.organizing import (
    LINK,
    asked,
    base_for_all,
    begun,
    confirmed,
    finished,
    said_in,
    said_in_world,
    supporters,
    written,
)
from tests.worlds.in_process.stage import Phone, Stage, labels, plain


async def test_a_link_claims_once(stage: Stage) -> None:
    """An invitation makes one organizer; whoever follows the same link later is told that it was used."""
    code = await stage.invitation()
    dana, eve = stage.phone("Dana"), stage.phone("Eve")
    await dana.say(f"/start {code}")
    claimed = await dana.expects("You are an organizer now.")
    assert labels(claimed) == ["Write an alert", "Help"]
    await eve.say(f"/start {code}")
    await eve.expects("This invitation was used already")
    await eve.say("/new")
    await eve.expects("Only organizers of the campaign")
    await dana.tap("Write an alert")
    await dana.expects("What does the alert ask people to do?")


async def test_only_organizers_compose(stage: Stage) -> None:
    """/new and every button of a composing organizer are refused to others, and change nothing."""
    dana, eve = await stage.organizer("Dana"), stage.phone("Eve")
    await written(dana)
    eve.person.started = True
    await eve.say("/new")
    await eve.expects("Only organizers")
    forged = ["kind:sign", "nolink:1", "words:1:en", "alert:1", "preview:1", "approve:1:0", "send:1", "new"]
    for data in [*forged, "broadcast:cancel:1"]:
        eve.look_away()
        eve.forge(data)
        await eve.expects("Only organizers")
    await eve.say("/approve_1")
    await eve.expects("Only organizers")
    assert said_in(eve, "Ask your council") == 0


async def test_an_alert_in_two_languages(stage: Stage) -> None:
    """It goes to exactly the active subscribers, each in their language, or the base where theirs is missing."""
    ana, amal, lucia, gone, resting, blocking = await supporters(stage, "en", "ar", "es", "en", "en", "es")
    await gone.say("/stop")
    await resting.say("/settings")
    await resting.press("pause")
    stage.world.block(blocking.chat_id)
    stranger = stage.phone("Stranger")
    await stranger.say("/start")
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.expects("Reaches 3 people now", "en ✓ current", "ar – missing (< 10)", "es – missing (< 10)")
    await dana.tap("العربية")
    await dana.expects("The words: العربية")
    await dana.say("اكتبوا إلى المجلس\nالتصويت يوم الجمعة.")
    board = await dana.expects("en ✓ current", "ar ✓ current", "es – missing (< 10)")
    assert "Decide: Español" in labels(board)
    await base_for_all(dana, board)
    await dana.expects("es – gets en (< 10)")
    await dana.tap("Preview")
    await dana.expects("Ask your council", "No more alerts: /stop")
    await dana.expects("اكتبوا إلى المجلس")
    await asked(dana)
    await dana.expects("Send “Ask your council”?", "Get English instead: Español < 10", "type 3")
    await dana.say("3")
    await finished(stage, dana)
    progress = next(each for each in dana.messages if "Finished: Ask your council" in plain(each))
    assert "3 of 3" in plain(progress)
    assert "sent: 3" in plain(progress)
    assert not {"Pause", "Resume", "Cancel"} & set(labels(progress))
    assert progress.edited or "100" in plain(progress)
    assert said_in(dana, "sent: ") == 1  # one progress message
    for phone, title in ((ana, "Ask your council"), (amal, "اكتبوا إلى المجلس"), (lucia, "Ask your council")):
        assert said_in(phone, title) == 1
    for phone in (gone, resting, blocking, stranger):
        assert said_in(phone, "Ask your council") == 0
    alert = next(each for each in ana.messages if "Ask your council" in each.text)
    assert labels(alert) == ["Sign", "I did it", "Share", "Why?", "More"]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "http://example.org",
        "example.org",
        "https://",
        "https://user@example.org/",
        "ftp://a.b",
    ],
)
async def test_links_must_be_whole_and_https(stage: Stage, link: str) -> None:
    """What is no full https address is refused with the reason, and the next good one is taken."""
    dana = await stage.organizer("Dana")
    await dana.say("/new")
    await dana.tap("Sign a petition")
    await dana.expects("Where should the main button lead?")
    await dana.say(link)
    await dana.expects("This address cannot be used.", "https://")
    await dana.say(LINK)
    await dana.expects("The words: English")


@pytest.mark.parametrize(
    ("words", "apology"),
    [
        ("Title\n\nOne <b>bold\nthing", "The tag <b> in line 3, place 5"),
        ("Title\nOne </i> thing", "The tag <i> in line 2, place 5"),
        ("Title\n<script>x</script>", "The tag <script> in line 2, place 1"),
        ("Title\nsee <a href='javascript:x'>this</a>", "The tag <a> in line 2, place 5"),
        ("A <b>title\nand text", "The tag <b> in line 1, place 3"),
        ("Only a title", "A title alone is not enough."),
        ("Title\n" + "ä" * 3600, "it has 3,606 characters, and 3,500 fit"),
        ("Title\n" + "🕊" * 1800, "it has 3,606 characters, and 3,500 fit"),
    ],
)
async def test_words_that_cannot_be_sent(stage: Stage, words: str, apology: str) -> None:
    """What is wrong is named with its place or its size, and the next good message is taken."""
    dana = await stage.organizer("Dana")
    await begun(dana)
    await dana.say(words)
    await dana.expects(apology)
    await dana.say("Title\nOne <b>bold</b> thing")
    await dana.expects("Alert: Title")


def sends(stage: Stage, phone: Phone, message: Json, *, at: int = 0, kind: str = "message") -> None:
    """Send a message as Telegram's apps do, or with `edited_message` edit one."""
    phone.look_away()
    sent = {"message_id": 900, "date": at, "from": phone.person.as_user(), "chat": phone.person.as_chat()}
    stage.world.push_update({kind: {**sent, **message}})


def formatted(text: str, *entities: Json) -> Json:
    """Return a message as Telegram's apps send formatting."""
    return {"text": text, "entities": list(entities)}


def entity(kind: str, offset: int, length: int, **more: str) -> Json:
    """Return one entity, in UTF-16 units."""
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("message", "text", "kept"),
    [
        (
            formatted("Ask\nIt votes on Friday", entity("bold", 13, 9)),
            "Ask\n\nIt votes on Friday",
            [entity("bold", 0, 3), entity("bold", 14, 9)],
        ),
        (
            formatted("Ask\nAll of it", entity("italic", 0, 13)),
            "Ask\n\nAll of it",
            [entity("bold", 0, 3), entity("italic", 5, 9)],
        ),
        (
            formatted("🔥 Ask <b>\n🔥 see & go", entity("text_link", 14, 3, url="https://example.org/")),
            "🔥 Ask <b>\n\n🔥 see & go",
            [entity("bold", 0, 10), entity("text_link", 15, 3, url="https://example.org/")],
        ),
        (
            formatted(
                "Ask\nsee chat < & it",
                entity("text_link", 4, 3, url='https://example.org/?q="a"&lt;b'),
                entity("text_link", 8, 4, url="tg://resolve?domain=example"),
                entity("pre", 17, 2, language="python"),
            ),
            "Ask\n\nsee chat < & it",
            [
                entity("bold", 0, 3),
                entity("text_link", 5, 3, url='https://example.org/?q="a"&lt;b'),
                entity("text_link", 9, 4, url="tg://resolve?domain=example"),
                entity("pre", 18, 2, language="python"),
            ],
        ),
    ],
)
async def test_formatting_is_kept(stage: Stage, message: Json, text: str, kept: Sequence[Json]) -> None:
    """Formatting made in the app goes out as it was made, also across the end of the title."""
    [ana] = await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await begun(dana)
    sends(stage, dana, message)
    await dana.expects("Alert: ")
    await confirmed(dana, 1)
    shown = await ana.expects("No more alerts: /stop")
    assert shown.text.startswith(text)
    assert shown.entities[: len(kept)] == list(kept)


async def test_the_number_is_typed(stage: Stage) -> None:
    """A wrong number, or one that is wrong by now, asks again with the right one; only that one sends."""
    await supporters(stage, "en", "es")
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked(dana)
    await dana.expects("type 2")
    for wrong in ("3", "two", "-2", "2e0", "99999999999999999999"):
        await dana.say(wrong)
        await dana.expects("Nothing was sent: that is not the number", "type 2")
    await supporters(stage, "en")
    await dana.say("2")
    await dana.expects("Reaches 3 people now", "type 3")
    await dana.say("\u2068 3\u2069 ")  # as it is copied from the message
    await finished(stage, dana)
    assert sum(said_in_world(stage, "Ask your council").values()) == 3


async def test_back_from_the_number(stage: Stage) -> None:
    """Whoever goes back to the alert is not asked for the number any more: typing it sends nothing."""
    [ana] = await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked(dana)
    await dana.expects("type 1")
    await dana.tap("Back to the alert")
    await dana.expects("Alert: Ask your council")
    await dana.say("1")
    await dana.settles()
    assert said_in(ana, "Ask your council") == 0
    await dana.say("did microsft leave?")
    await dana.expects("From the statement")


async def test_an_alert_goes_out_once(stage: Stage) -> None:
    """Two organizers who confirm the same alert send it once; afterwards it can be neither changed nor sent."""
    ana, *_ = await supporters(stage, "en", "en")
    dana = await stage.organizer("Dana", Role.OWNER)
    omar = await stage.organizer("Omar", Role.EDITOR)
    await written(dana)
    await asked(dana)
    await dana.expects("type 2")
    omar.forge("send:1")
    await omar.expects("type 2")
    await dana.say("2")
    await finished(stage, dana)
    await omar.say("2")
    await omar.expects("This alert has gone out", "/new")
    await omar.say("did microsft leave?")
    await omar.expects("From the statement")
    for data in ("send:1", "words:1:en", "nolink:1"):
        dana.forge(data)
        await dana.expects("This alert has gone out")
    assert said_in(ana, "Ask your council") == 1


async def test_a_second_approver_is_asked(stage: Stage) -> None:
    """With two who may approve, the author cannot send alone; the colleague sees it, approves it, then it goes."""
    [ana] = await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    omar = await stage.organizer("Omar", Role.APPROVER)
    await written(dana)
    await dana.tap("Send …")
    await dana.expects("A colleague has to approve it first.")
    await omar.say("/approve_1")
    await omar.expects("Ask your council", "No more alerts")
    await omar.expects("This is what would be sent.", "Reaches 1 person now")
    await dana.press("words:1:en")
    await dana.expects("The words: English")
    await dana.say("Ask your council today\nIt votes on Friday.")
    await dana.expects("Alert: Ask your council today")
    await omar.tap("Approve")
    await omar.expects("It has changed since you looked.")
    await omar.expects("Ask your council today", "No more alerts")
    await omar.settles()
    await omar.tap("Approve")
    await omar.expects("Approved, exactly as you saw it.")
    await dana.tap("Send …")
    await dana.expects("type 1")
    await dana.say("1")
    await finished(stage, dana)
    assert said_in(ana, "Ask your council today") == 1
    assert said_in(ana, "Ask your council") == 1


async def test_an_editor_asks_an_approver(stage: Stage) -> None:
    """An editor may write and, once a colleague has approved, send; but not approve."""
    await supporters(stage, "en")
    ed = await stage.organizer("Ed", Role.EDITOR)
    await written(ed)
    await ed.tap("Send …")
    await ed.expects("Nobody else on the team may approve it yet.")
    await ed.say("/approve_1")
    await ed.expects("Your role does not include approving alerts.")
    dana = await stage.organizer("Dana")
    await dana.say("/approve_1")
    await dana.tap("Approve")
    await dana.expects("Approved")
    await ed.tap("Send …")
    await ed.expects("type 1")


async def under_way(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Phone:
    """Confirm an alert to three people while the budget allows no send."""
    await supporters(stage, "en", "en", "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked(dana)
    await dana.expects("type 3")

    async def nobody(_tx: Transaction, _wanted: int) -> Grant:
        return Grant(allowed=0, pause=0.05)

    monkeypatch.setattr(stage.app.governor, "ask_bulk", nobody)
    await dana.say("3")
    await dana.expects("Sending: Ask your council", "remaining: 3")
    return dana


async def test_pause_and_resume(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paused broadcast sends nothing until it is resumed; then it reaches everybody."""
    dana = await under_way(stage, monkeypatch)
    await dana.tap("Pause")
    paused = await dana.expects("Paused: Ask your council", "remaining: 3")
    assert labels(paused) == ["Resume", "Cancel"]
    monkeypatch.undo()
    await stage.settled()
    assert said_in_world(stage, "Ask your council") == {}
    await dana.tap("Resume")
    await finished(stage, dana)
    assert list(said_in_world(stage, "Ask your council").values()) == [1, 1, 1]


async def test_cancelling(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancelled broadcast sends nothing more, says how many it left out, and cannot be taken up again."""
    dana = await under_way(stage, monkeypatch)
    await dana.tap("Cancel")
    cancelled = await dana.expects("Cancelled: Ask your council", "cancelled: 3")
    assert labels(cancelled) == []
    for verb in ("pause", "cancel"):
        dana.forge(f"broadcast:{verb}:1")
        await dana.expects("This broadcast has ended")
    dana.forge("broadcast:resume:1")
    await dana.expects("That was asked a while ago.")
    monkeypatch.undo()
    await stage.settled()
    assert said_in_world(stage, "Ask your council") == {}


async def test_composing_survives_a_restart(stage: Stage) -> None:
    """What an organizer is in the middle of goes on after a restart, at the same step."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await begun(dana)
    await stage.stop()
    await stage.start()
    await dana.say("Ask your council\nIt votes on Friday.")
    await dana.expects("Alert: Ask your council")
    await asked(dana)
    await dana.expects("type 1")
    await stage.stop()
    await stage.start()
    await dana.say("1")
    await finished(stage, dana)
    assert list(said_in_world(stage, "Ask your council").values()) == [1]


async def test_cancel_leaves_the_flow(stage: Stage) -> None:
    """/cancel ends the writing; the next text is a question again."""
    dana = await stage.organizer("Dana")
    await dana.say("/cancel")
    await dana.expects("There is nothing to cancel.")
    await begun(dana)
    await dana.say("/cancel")
    await dana.expects("Stopped. Nothing was sent.")
    await dana.say("did microsft leave?")
    await dana.expects("From the statement")
