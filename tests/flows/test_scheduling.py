"""Scheduling in the chat: chosen and typed, approved, confirmed, listed, changed, slept through, repeated."""

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.clock import system_clock
from bot.domain.organizer import Role
from bot.domain.schedule import Moment
from bot.jobs.schedules import Schedules
from bot.store.store import open_store
from tests.making import KEY, approve
from tests.worlds.in_process.organizing import confirmed, finished, said_in, supporters, written
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

TITLE = "Ask your council"
TOMORROW = system_clock() + timedelta(days=1)


async def at_when(dana: Phone, choice: str) -> None:
    """Write an alert, and choose by what kind of rule it goes out."""
    await written(dana)
    await dana.tap("When")
    await dana.expects("When does it go out?", "as soon as it is confirmed")
    await dana.tap(choice)


async def test_at_a_moment(stage: Stage) -> None:
    """An alert for a moment says when it goes out on every card, is listed, and does not go out before."""
    [ana] = await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await at_when(dana, "At a set time")
    await dana.expects("Send the day and the hour, like 2026-12-04 18:00. The time is that of UTC.")
    await dana.say("2020-01-01 10:00")
    await dana.expects("That time is past. Choose a later one.", "Send the day and the hour")
    await dana.say("29 Feb 2027 10:00")
    await dana.expects("There is no such day or hour.")
    await dana.say("2099-01-01 10:00")
    await dana.expects("That is more than 366 days ahead.")
    await dana.say(f"{TOMORROW:%Y-%m-%d} 18:00 Mars/Base")
    await dana.expects("There is no time zone Mars/Base.")
    await dana.say("next week maybe")
    await dana.expects("This is not a date and time.")
    await dana.say(f"{TOMORROW:%d.%m.%Y} 18:00 Europe/Madrid")
    when = stage.words("en").moment(TOMORROW, UTC).rpartition(",")[0]
    await dana.expects("Alert: ", f"When: {when}, 18:00 (Europe/Madrid)")
    await dana.tap("Send …")
    await dana.expects("This is what would be sent.", f"When: {when}, 18:00 (Europe/Madrid)")
    await dana.tap("Approve")
    asked = await dana.expects("Goes out: ", "who gets it is settled when it starts", "type 1")
    assert "First to 50 only" not in labels(asked)
    await dana.say("1")
    await dana.expects(f"Scheduled. Goes out: {when}, 18:00 (Europe/Madrid)")
    queued = await dana.expects("Queued: ", "Starts ")
    assert labels(queued) == ["Undo"]
    await dana.say("/schedule")
    listed = await dana.expects("Scheduled (UTC)", TITLE)
    assert labels(listed) == ["Change 1", "Cancel 1", "All alerts"]
    assert said_in(ana, TITLE) == 0
    await dana.tap("Change 1")
    await dana.expects("off the schedule?", "have it approved and confirm it again")
    await dana.tap("Yes, take it off")
    await dana.expects("Alert: ", "When: ")
    await dana.tap("When")
    await dana.tap("When I confirm it")
    board = await dana.expects("Alert: ", "Reaches 1 person now")
    assert "When: " not in plain(board)
    await confirmed(dana, 1)
    await finished(stage, dana)
    assert said_in(ana, TITLE) == 1


async def test_cancelled_from_the_list(stage: Stage) -> None:
    """What is due can be cancelled until it starts; the alert is a draft again."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await at_when(dana, "At a set time")
    await dana.say(f"{TOMORROW:%Y-%m-%d} 18:00")
    await dana.expects("When: ")
    await confirmed(dana, 1)
    await dana.expects("Scheduled. ")
    await dana.tap("Schedule")
    await dana.tap("Cancel 1")
    asked = await dana.expects("off the schedule?")
    assert "approved" not in plain(asked)
    await dana.tap("No, leave it")
    await dana.tap("Cancel 1")
    await dana.tap("Yes, take it off")
    await dana.expects("Nothing is scheduled.")
    await dana.expects("Undone: ")


async def test_slept_through(stage: Stage) -> None:
    """What was due while the bot did not run asks, and does nothing until it is answered."""
    [ana] = await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    for number, answer in ((1, "Send it now"), (2, "Do not send it")):
        await at_when(dana, "At a set time")
        await dana.say(f"{TOMORROW:%Y-%m-%d} 18:00")
        await dana.expects("When: ")
        await dana.tap("Send …")
        if number == 2:
            await dana.tap("I have seen this")
        await dana.tap("Approve")
        await dana.expects("type 1")
        await dana.say("1")
        if number == 2:
            await dana.expects("exactly this went to the same people")
            await dana.say("1")
        await dana.expects("Scheduled. ")
        await dana.expects("Queued: ")
        await stage.stop()
        await _make_due(stage, number, ago=timedelta(hours=2))
        await stage.start()
        asks = await dana.expects(
            "Paused: ", "when the bot was not running", "Nothing goes out until you decide."
        )
        assert labels(asks) == ["Send it now", "Do not send it"]
        await stage.settled()
        assert said_in(ana, TITLE) == number - 1
        await dana.tap(answer)
        await dana.expects("Finished: " if number == 1 else "Undone: ")
    assert said_in(ana, TITLE) == 1


async def _make_due(stage: Stage, broadcast_id: int, *, ago: timedelta) -> None:
    """Let the moment of a broadcast, as it was approved, be past, while nothing runs."""
    store = await open_store(f"sqlite:///{stage.database}", KEY)
    at = system_clock() - ago
    async with store.transaction() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id)
        alert = await tx.alerts.get(broadcast.alert_id)
        earlier = await tx.alerts.revise(
            replace(alert, start=Moment(at=at, zone="UTC")), editor_id=None, now=system_clock()
        )
        await approve(tx, earlier, now=system_clock())
        await tx.broadcasts.set_start(broadcast_id, at)
    await store.close()


async def test_at_each_persons_hour(stage: Stage) -> None:
    """The card says the first and the last hour; people whose hour is past are decided about, and counted."""
    east, west = await supporters(stage, "en", "en")
    now = system_clock()
    zones = {east.chat_id: "Pacific/Kiritimati", west.chat_id: "Pacific/Pago_Pago"}
    async with stage.app.store.transaction() as tx:
        for chat_id, zone in zones.items():
            person = await tx.subscribers.find(chat_id)
            assert person is not None
            await tx.subscribers.set_zone(person.id, zone)
    dana = await stage.organizer("Dana")
    await at_when(dana, "At each person’s hour")
    await dana.expects("Each person gets it when it is that hour for them.")
    # An hour ago in the east of the world, and so tomorrow in the west.
    local = (now - timedelta(hours=1)).astimezone(ZoneInfo("Pacific/Kiritimati"))
    await dana.say(f"{local:%Y-%m-%d %H:%M}")
    await dana.expects("For some people that may already be past when you confirm it.")
    await dana.tap("Leave them out")
    await dana.expects("in each person’s zone", "is left out")
    await dana.tap("Send …")
    await dana.expects("in each person’s zone", "is left out")
    await dana.tap("Approve")
    await dana.expects("Left out, as their hour is past: 1 person.", "type 1")
    await dana.tap("Back to the alert")
    await dana.tap("When")
    await dana.tap("At each person’s hour")
    await dana.say(f"{local:%Y-%m-%d %H:%M}")
    await dana.tap("Send it at once")
    await dana.tap("Send …")
    await dana.tap("Approve")
    await dana.expects("1 person’s hour is past: they get it at once.", "first at once, last ", "type 2")
    await dana.say("2")
    await dana.expects("Scheduled. Goes out: ", "in each person’s zone: first at once, last ")
    waits = await dana.expects("Queued: ", "sent: 1", "Next zone: ")
    assert labels(waits) == ["Pause", "Cancel"]
    await stage.settled()
    assert (said_in(east, TITLE), said_in(west, TITLE)) == (1, 0)
    await dana.say("/schedule")
    await dana.expects("has begun further east")
    await dana.tap("Look at 1")
    await dana.expects("Next zone: ")


@pytest.mark.usefixtures("time_to_undo")
async def test_without_the_minute_to_undo(stage: Stage) -> None:
    """Where some people's hour is past, nobody has to wait for the minute to undo it; others wait for their hour."""
    east, west = await supporters(stage, "en", "en")
    zones = {east.chat_id: "Pacific/Kiritimati", west.chat_id: "Pacific/Pago_Pago"}
    async with stage.app.store.transaction() as tx:
        for chat_id, zone in zones.items():
            person = await tx.subscribers.find(chat_id)
            assert person is not None
            await tx.subscribers.set_zone(person.id, zone)
    dana = await stage.organizer("Dana")
    await at_when(dana, "At each person’s hour")
    local = (system_clock() - timedelta(hours=1)).astimezone(ZoneInfo("Pacific/Kiritimati"))
    await dana.say(f"{local:%Y-%m-%d %H:%M}")
    await dana.tap("Send it at once")
    await confirmed(dana, 2)
    queued = await dana.expects("Queued: ", "Starts in ")
    assert labels(queued) == ["Send now", "Undo"]
    assert said_in(east, TITLE) == 0
    await dana.tap("Send now")
    await dana.expects("Queued: ", "sent: 1", "Next zone: ")
    await stage.settled()
    assert (said_in(east, TITLE), said_in(west, TITLE)) == (1, 0)


async def repeating(stage: Stage) -> tuple[Phone, Phone]:
    """Let an alert repeat each Friday, approved by a colleague. Returns who wrote it, and the colleague."""
    dana = await stage.organizer("Dana")
    lea = await stage.organizer("Lea", Role.APPROVER)
    await at_when(dana, "Every week")
    await dana.expects("On which days of the week?")
    await dana.tap("Mon")
    await dana.tap("Fri")
    await dana.tap("✓ Mon")
    await dana.tap("Next")
    await dana.expects("Send the hour and the last day")
    await dana.say("soon")
    await dana.expects("This is not a date and time.", "Send the hour and the last day")
    until = system_clock().date() + timedelta(days=60)
    await dana.say(f"18:00 {until}")
    await dana.expects("On whose clock?")
    await dana.tap("Those of UTC")
    await dana.expects("When: Fri, 18:00 (UTC), until ")
    await approved(lea)
    await dana.tap("Send …")
    await dana.expects("Fri, 18:00 (UTC)", "Next: ", "type 1")
    await dana.say("1")
    await dana.expects("Scheduled. Fri, 18:00 (UTC)", "Next: ")
    return dana, lea


async def approved(lea: Phone) -> None:
    """Approve what repeats, having seen when."""
    await lea.say("/approve_1")
    await lea.expects("This is what would be sent.", "When: Fri, 18:00 (UTC), until ")
    await lea.tap("Approve")
    await lea.expects("Approved")


async def test_every_week(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What repeats goes out each week, as a broadcast of its own; it can be ended."""
    [ana] = await supporters(stage, "en")
    dana, _ = await repeating(stage)
    for times in (1, 2):
        await on_friday(stage, monkeypatch)
        await dana.expects("Finished: ")
        assert said_in(ana, TITLE) == times
        await dana.say("/schedule")
        listed = await dana.expects("Scheduled (UTC)", TITLE, "Fri, 18:00 (UTC), until ")
        assert labels(listed) == ["Change 1", "Cancel 1", "All alerts"]
    await dana.tap("Cancel 1")
    await dana.expects("Stop repeating")
    await dana.tap("Yes, take it off")
    await dana.expects("Nothing is scheduled.")


async def test_an_edit_stops_what_repeats(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an edit it does not go out, which is said, until somebody else has approved it anew."""
    [ana] = await supporters(stage, "en")
    dana, lea = await repeating(stage)
    await dana.tap("Schedule")
    await dana.tap("Change 1")
    await dana.tap("Back to the alert")
    await dana.expects("It repeats, next ", "A change stops it until it is approved again.")
    await dana.tap("English")
    await dana.say("Ask your council again\nIt votes soon.")
    await dana.expects("Alert: Ask your council again")
    await on_friday(stage, monkeypatch)
    await dana.expects("did not go out: it is not approved as it is now.")
    assert said_in(ana, TITLE) == 0
    await dana.say("/schedule")
    await dana.expects("! waiting for approval")
    await dana.tap("Change 1")
    await dana.tap("Back to the alert")
    await dana.expects("it is on hold until it is approved again")
    await approved(lea)
    await on_friday(stage, monkeypatch)
    await dana.expects("Finished: Ask your council again")
    assert said_in(ana, TITLE) == 1


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_block_stops_what_repeats(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Who joined in a language of which nobody has decided keeps it from going out; a tap shows what to mend."""
    [ana] = await supporters(stage, "en")
    dana, lea = await repeating(stage)
    editor = await stage.organizer("Edit", Role.EDITOR, language=language)
    await supporters(stage, "fr")
    await on_friday(stage, monkeypatch)
    assert said_in(ana, TITLE) == said_in(lea, "did not go out") == 0
    told = await editor.expects(TITLE, stage.words(language).language_name("fr"))
    assert len(labels(told)) == 2
    await dana.expects(
        "did not go out this time. For its next day, fix this", "block  languages not decided: "
    )
    await dana.tap("Check")
    await dana.expects("Check", "1 block", "block  languages not decided: ", "Français")
    await dana.tap("Decide: Français")
    await dana.tap("Leave these people out")
    await dana.expects("fr – left out (< 10)")
    await approved(lea)
    await on_friday(stage, monkeypatch)
    await dana.expects("Finished: ")
    assert said_in(ana, TITLE) == 1


async def test_halted_with_everything(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """After /halt nothing that repeats goes out until somebody lets it go on."""
    [ana] = await supporters(stage, "en")
    dana, _ = await repeating(stage)
    await dana.say("/halt")
    await dana.settles()
    await on_friday(stage, monkeypatch)
    await dana.say("/schedule")
    listed = await dana.expects("! halted")
    assert labels(listed) == ["Resume 1", "Change 1", "Cancel 1", "All alerts"]
    assert said_in(ana, TITLE) == 0
    await dana.tap("Resume 1")
    shown = await dana.expects("Scheduled (UTC)", "Fri, 18:00")
    assert "halted" not in plain(shown)
    await on_friday(stage, monkeypatch)
    await dana.expects("Finished: ")
    assert said_in(ana, TITLE) == 1


async def on_friday(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clock of everything be at the next day of the one series, and the job look."""
    async with stage.app.store.reading() as tx:
        [found] = await tx.series.open()
    assert found.next_at is not None
    now = found.next_at + timedelta(seconds=5)
    monkeypatch.setattr(stage.app.engine, "_clock", lambda: now)
    line = stage.app.line
    assert line is not None
    job = Schedules(
        store=stage.app.store, courier=line.courier, catalogs=stage.app.catalogs, clock=lambda: now
    )
    await job.begin_due()
