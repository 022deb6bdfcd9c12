"""Nothing is more than one command away: /alerts lists what goes on, the drafts and what was sent."""

import pytest

from bot.domain.organizer import Role
from tests.worlds.in_process.organizing import confirmed, finished, supporters, written
from tests.worlds.in_process.stage import Stage, labels, plain

TITLE = "Ask your council"
ROWS = 9
"""Rows of buttons that a phone shows with the title."""


@pytest.mark.usefixtures("time_to_undo")
async def test_what_goes_on(stage: Stage) -> None:
    """What is queued is listed, opens anew with its buttons, and can be undone from there."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await dana.say("/alerts")
    empty = await dana.expects("Alerts", "Nothing is going out now.")
    assert labels(empty) == ["Drafts (0)", "Sent (0)", "Write an alert"]
    await written(dana)
    await confirmed(dana, 1)
    await dana.expects("Queued: ")
    await dana.say("/alerts")
    listed = await dana.expects("Alerts", f"Queued: {TITLE}")
    assert labels(listed)[:2] == [f"Queued: {TITLE}", "Halt everything"]
    await dana.tap(f"Queued: {TITLE}")
    report = await dana.expects(f"Queued: {TITLE}", "Starts in")
    assert labels(report) == ["Send now", "Undo", "Refresh", "All alerts"]
    await dana.tap("Undo")
    await dana.expects(f"Undone: {TITLE}")


async def test_drafts(stage: Stage) -> None:
    """Drafts are listed a few at a time, gone on with, and deleted after a question; a deleted one is not there."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    for number in range(1, 8):
        await written(dana, f"Draft number {number}\nIt votes on Friday.")
    await dana.say("/alerts")
    await dana.tap("Drafts (7)")
    first = await dana.expects("Drafts")
    assert labels(first)[:4] == ["Draft number 7", "Delete", "Draft number 6", "Delete"]
    assert len((first.reply_markup or {})["inline_keyboard"]) <= ROWS
    await dana.tap("Older")
    second = await dana.expects("Drafts")
    assert labels(second) == ["Draft number 2", "Delete", "Draft number 1", "Delete", "Newer", "All alerts"]
    await dana.press("discard:1")
    await dana.expects("Delete “Draft number 1”?")
    await dana.tap("No, leave it")
    await dana.expects("Drafts")
    await dana.press("discard:7")
    await dana.expects("Delete “Draft number 7”?")
    await dana.tap("Yes, delete it")
    assert labels(await dana.expects("Drafts"))[0] == "Draft number 6"
    dana.forge("alert:7")
    await dana.expects("This alert is no longer here.")
    await written(dana, "Another\nIt votes on Friday.")
    dana.forge("alert:8")
    await dana.expects("Alert: Another")


async def test_what_was_sent(stage: Stage) -> None:
    """The last ones that were sent open their report anew, with what can still be done."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 1)
    await finished(stage, dana)
    await dana.say("/alerts")
    await dana.tap("Sent (1)")
    await dana.expects("Sent recently", f"Finished: {TITLE}", "1 of 1")
    await dana.tap(f"Finished: {TITLE}")
    report = await dana.expects(f"Finished: {TITLE}", "sent: 1")
    assert labels(report) == ["Correct", "Recall · 47 h left", "Refresh", "All alerts", "Report"]
    dana.forge("discard:1:yes")
    await dana.expects("This alert has gone out")
    vera = await stage.organizer("Vera", Role.VIEWER)
    await vera.say("/alerts")
    await vera.tap("Sent (1)")
    await vera.tap(f"Finished: {TITLE}")
    assert labels(await vera.expects("sent: 1")) == ["Refresh", "All alerts", "Report"]


async def test_a_test_to_oneself(stage: Stage) -> None:
    """An organizer gets the alert as its readers do, marked as a test, and nobody else gets anything."""
    [ana] = await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.tap("Preview")
    await dana.expects("This is how it will look")
    await dana.tap("Send it to me")
    await dana.expects("A test, only to you:", TITLE)
    await dana.tap("Send …")
    await dana.tap("Approve")
    await dana.expects("type 1")
    await dana.tap("Send it to me")
    test = await dana.expects("A test, only to you:", TITLE, "/stop")
    assert labels(test) == ["Sign", "I did it", "Share", "Why?", "More"]
    await stage.settled()
    assert not any(TITLE in plain(each) for each in ana.messages)


@pytest.mark.usefixtures("time_to_undo")
async def test_many_unfinished(stage: Stage) -> None:
    """What goes out stands before what is stopped, the newest first, and the oldest is a page away."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    for number in range(1, 8):
        await written(dana, f"Alert {number}\nIt votes on day {number}.")
        await confirmed(dana, 1)
        await dana.expects(f"Queued: Alert {number}")
        if number == 6:
            await dana.say("/halt")
            await dana.expects("Everything is stopped:")
    dana.forge("broadcast:resume:2", dana.messages[-1].message_id)
    await dana.expects("Queued: Alert 2")
    await dana.say("/alerts")
    first = await dana.expects("Alerts", "Queued: Alert 7")
    listed = ["Queued: Alert 7", "Queued: Alert 2", "Halted: Alert 6", "Halted: Alert 5", "Halted: Alert 4"]
    assert labels(first)[:7] == [*listed, "Older", "Halt everything"]
    assert len((first.reply_markup or {})["inline_keyboard"]) <= ROWS
    assert "Alert 1" not in plain(first)
    await dana.tap("Older")
    second = await dana.expects("Halted: Alert 3", "Halted: Alert 1")
    assert labels(second)[:3] == ["Halted: Alert 3", "Halted: Alert 1", "Newer"]
    await dana.say("/cancel")
    await dana.expects("Queued: Alert 7")
    assert not any("Halted: Alert 5" in plain(each) for each in dana.since())
