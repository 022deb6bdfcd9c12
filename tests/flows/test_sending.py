"""A sending from its confirmation to its end: undone, begun small, stopped by itself, side by side."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.clock import system_clock
from bot.delivery.governor import Governor
from bot.delivery.start_times import Grant
from bot.domain.organizer import Role
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.faults import FaultKind, FaultRule, Faults
from bot.rehearsal.world.world import World
from bot.store.store import Transaction
from tests.worlds.in_process.organizing import (
    asked,
    confirmed,
    crowd,
    finished,
    said_in,
    said_in_world,
    supporters,
    written,
)
from tests.worlds.in_process.stage import Stage, labels, plain

TITLE = "Ask your council"
SENDS = ("sendmessage",)


@pytest.mark.usefixtures("time_to_undo")
async def test_undone(stage: Stage) -> None:
    """What is undone in time goes to nobody; the alert can be changed and sent again."""
    await supporters(stage, "en", "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 2)
    await dana.expects("Confirmed. Until it starts, you can undo it below.")
    queued = await dana.expects("Queued: Ask your council", "Starts in")
    assert labels(queued) == ["Send now", "Undo"]
    await dana.tap("Undo")
    undone = await dana.expects("Undone: Ask your council", "Nothing went out.")
    assert labels(undone) == ["Back to the alert"]
    await stage.settled()
    assert said_in_world(stage, TITLE) == {}
    await dana.tap("Back to the alert")
    await dana.expects("Alert: Ask your council", "Reaches 2 people now")
    await dana.tap("English")
    await dana.say("Ask your council today\nIt votes on Friday.")
    await dana.expects("Alert: Ask your council today")
    await confirmed(dana, 2)
    await dana.tap("Send now")
    await finished(stage, dana)
    assert list(said_in_world(stage, "Ask your council today").values()) == [1, 1]


@pytest.mark.usefixtures("time_to_undo")
async def test_sent_at_once(stage: Stage) -> None:
    """Whoever is sure need not wait; what has begun cannot be undone, but cancelled."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 1)
    await dana.tap("Send now")
    await finished(stage, dana)
    assert list(said_in_world(stage, TITLE).values()) == [1]
    dana.forge("broadcast:start:1")
    await dana.settles()
    dana.forge("broadcast:cancel:1")
    await dana.expects("This broadcast has ended")


async def test_countdown(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until a sending starts, its message counts down; then it starts by itself."""
    monkeypatch.setattr("bot.services.broadcasts.UNDO", timedelta(seconds=1.5))
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 1)
    await dana.expects("Starts in 2 seconds.")
    await dana.expects("Starts in 1 second.")
    await finished(stage, dana)
    assert said_in(dana, "Finished: ") == 1


async def test_the_first_few(stage: Stage) -> None:
    """A careful sending stops after fifty and asks; resumed, it goes to the rest, and nobody gets it twice."""
    await crowd(stage, 53)
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked(dana)
    await dana.expects("type 53")
    await dana.tap("First to 50 only")
    await dana.expects("It goes to 50 people first and waits for you.", "type 53")
    await dana.say("53")
    paused = await dana.expects("Paused: Ask your council", "The first ones are out.", "remaining: 3")
    assert labels(paused) == ["Resume", "Cancel", "Recall · 47 h left"]
    await stage.settled()
    assert list(said_in_world(stage, TITLE).values()) == [1] * 50
    await dana.tap("Resume")
    await finished(stage, dana)
    assert list(said_in_world(stage, TITLE).values()) == [1] * 53


@pytest.mark.usefixtures("time_to_undo")
async def test_too_much_goes_wrong(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where most sends come to nothing, the broadcast pauses itself and says so; resumed, it repeats none of them."""
    monkeypatch.setattr("bot.delivery.cycle.IN_FLIGHT", 20)
    people = await crowd(stage, 160)
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 160)
    await dana.expects("Queued: ")
    hundred = FaultRule(kind=FaultKind.SERVER_ERROR, methods=SENDS, to_nth=101)
    stage.world.faults = Faults(rules=[hundred])
    await dana.tap("Send now")
    paused = await dana.expects("Paused: ", "Too many of the last ones failed or are unknown.", "remaining: ")
    assert labels(paused)[:2] == ["Resume", "Cancel"]
    await dana.tap("Resume")
    await dana.expects("Finished: ", "160 of 160", "sent: 60", "unconfirmed, not sent again: 100")
    counts = [said_in(phone, TITLE) for phone in people]
    assert (counts.count(0), counts.count(1)) == (100, 60)


@pytest.mark.usefixtures("time_to_undo")
async def test_the_token_is_refused(stage: Stage) -> None:
    """A refused token halts the broadcast and fails nobody; mended and resumed, everybody gets it once."""
    people = await supporters(stage, "en", "en", "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 3)
    await dana.expects("Queued: ")
    revoked = FaultRule(kind=FaultKind.UNAUTHORIZED, methods=SENDS, to_nth=4)
    stage.world.faults = Faults(rules=[revoked])
    await dana.tap("Send now")
    halted = await dana.expects(
        "Halted: Ask your council", "Telegram refused the bot’s token.", "remaining: 3"
    )
    assert "failed: " not in plain(halted)
    assert labels(halted) == ["Resume", "Cancel"]
    await dana.tap("Resume")
    await finished(stage, dana)
    assert [said_in(phone, TITLE) for phone in people] == [1, 1, 1]


async def test_the_same_twice_in_a_day(stage: Stage) -> None:
    """The same words to the same people are asked about once more, then sent."""
    [ana] = await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    for again in (False, True):
        await written(dana)
        await confirmed(dana, 1)
        if again:
            await dana.expects("exactly this went to the same people within the last day", "type 1")
            assert said_in(ana, TITLE) == 1
            await dana.say("1")
        await finished(stage, dana)
    assert said_in(ana, TITLE) == 2


@pytest.mark.usefixtures("time_to_undo")
async def test_two_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two broadcasts under way take turns, and both come to their end."""
    monkeypatch.setattr("bot.delivery.engine.SLICE_SECONDS", 0.02)
    ask = Governor.ask_bulk

    async def slowly(governor: Governor, tx: Transaction, wanted: int) -> Grant:
        return await ask(governor, tx, min(wanted, 1))

    monkeypatch.setattr(Governor, "ask_bulk", slowly)
    people = await crowd(stage, 40)
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar")
    for author, colleague, number, title in ((dana, omar, 1, TITLE), (omar, dana, 2, "Sign today")):
        await written(author, f"{title}\nIt votes on Friday.")
        await colleague.say(f"/approve_{number}")
        await colleague.tap("Approve")
        await colleague.expects("Approved")
        await confirmed(author, 40, approved=True)
        await author.expects("Queued: ")
    await dana.tap("Send now")
    await omar.tap("Send now")
    await dana.expects("Finished: ")
    await omar.expects("Finished: ")
    assert [(said_in(phone, TITLE), said_in(phone, "Sign today")) for phone in people] == [(1, 1)] * 40
    sent = sorted(
        (each.message_id, each.text.startswith("Sign")) for phone in people for each in phone.messages
    )
    turns = sum(one[1] != other[1] for one, other in pairwise(sent))
    assert turns >= 3


async def test_nobody_to_reach(stage: Stage) -> None:
    """An alert to nobody is not sent, and its organizer is told why."""
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.tap("Send …")
    await dana.expects("Nobody would receive it: no one is subscribed now.")


async def test_paid_sending(world: World, server: RehearsalServer, stage: Stage) -> None:
    """Where Telegram takes a price for speed, it stands on the screen before the number is typed."""
    await crowd(stage, 31)
    await stage.stop()
    paid = Stage(world=world, server=server, database=stage.database, PAID_BROADCAST="true")
    await paid.start()
    try:
        dana = await paid.organizer("Dana")
        await written(dana)
        await dana.tap("Send …")
        await dana.expects("This is what would be sent.", "Paid sending: up to 4 Telegram Stars.")
        await dana.tap("Approve")
        await dana.expects("Paid sending: up to 4 Telegram Stars.", "type 31")
    finally:
        await paid.stop()
        await stage.start()


async def test_another_text_than_was_asked_about(stage: Stage) -> None:
    """A number confirms only what its question was about, be the new words approved or not."""
    await supporters(stage, "en", "en")
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar")
    lea = await stage.organizer("Lea", Role.APPROVER)
    await written(dana)
    for first in (True, False):
        await lea.say("/approve_1")
        await lea.expects("This is what would be sent.")
        await lea.tap("Approve")
        await lea.expects("Approved, exactly as you saw it.")
        if first:
            await dana.tap("Send …")
            await dana.expects("type 2")
            omar.forge("words:1:en")
            await omar.expects("The words: English")
            await omar.say("Wholly other\nOther words.")
            await omar.expects("Alert: Wholly other")
    dana.look_away()
    await dana.say("2")
    await dana.expects("Nothing was sent: the alert may have changed", "Send “Wholly other”?", "type 2")
    await dana.say("2")
    await dana.expects("Confirmed.")


@pytest.mark.usefixtures("time_to_undo")
async def test_nobody_is_asked_about_what_goes_out(stage: Stage) -> None:
    """Once it is queued, no colleague is asked to approve it."""
    await supporters(stage, "en")
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar")
    await written(dana)
    await omar.say("/approve_1")
    await omar.expects("This is what would be sent.")
    await omar.tap("Approve")
    await omar.expects("Approved, exactly as you saw it.")
    await confirmed(dana, 1, approved=True)
    await dana.expects("Confirmed.")
    dana.forge("ask:1")
    await dana.expects("It is queued or going out")
    assert said_in(omar, "asks you to approve") == 0


async def test_a_question_of_an_earlier_version(stage: Stage) -> None:
    """A question that does not say which plan it was about is asked anew."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked(dana)
    await dana.expects("type 1")
    await dana.settles()
    async with stage.app.store.transaction() as tx:
        stored = {"at": "confirm", "alert_id": 1, "canary": False, "again": False}
        await tx.conversations.save(dana.chat_id, stored, now=system_clock())
    await dana.say("1")
    await dana.expects("Nothing was sent: the alert may have changed", "type 1")
    await dana.say("1")
    await dana.expects("Confirmed.")
