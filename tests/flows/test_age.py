"""What confirms counts while it is fresh: after a failure, what was said yesterday arrives as if it were said now."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.worlds.in_process.organizing import (
    asked,
    confirmed,
    crowd,
    finished,
    said_in_world,
    supporters,
    written,
)
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

TITLE = "Ask your council"
AGO = "That was asked a while ago."
HOURS = 3600


@contextmanager
def ago(stage: Stage, seconds: float) -> Iterator[None]:
    """Let what is said be so old when it arrives."""
    before, stage.world.now = stage.world.now, lambda: time.time() - seconds
    yield
    stage.world.now = before


def grow_old(phone: Phone) -> None:
    """Let everything on the phone be from yesterday."""
    for message in phone.messages:
        message.date -= 24 * HOURS
        message.edit_date = None


async def test_an_old_number(stage: Stage) -> None:
    """A number that was typed hours ago sends nothing, and is asked for again; a minute is no age."""
    await supporters(stage, "en", "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked(dana)
    await dana.expects("type 2")
    with ago(stage, 20 * HOURS):
        await dana.say("2")
    await dana.expects("Nothing was done: your message arrived late.", "type 2")
    await stage.settled()
    assert said_in_world(stage, TITLE) == {}
    with ago(stage, 60):
        await dana.say("2")
    await finished(stage, dana)
    assert list(said_in_world(stage, TITLE).values()) == [1, 1]


async def test_an_old_approval(stage: Stage) -> None:
    """An approval on a card of yesterday approves nothing; it is shown again, and that one counts."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.tap("Send …")
    await dana.expects("This is what would be sent.")
    grow_old(dana)
    await dana.tap("Approve")
    await dana.expects(AGO)
    await dana.expects("This is what would be sent.")
    await dana.settles()
    async with stage.app.store.reading() as tx:
        assert await tx.plans.approvals(1) == []
    await dana.tap("Approve")
    await dana.expects("type 1")


@pytest.mark.usefixtures("time_to_undo")
async def test_an_old_start(stage: Stage) -> None:
    """*Send now* on an old message starts nothing; *Undo* counts at any age."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 1)
    await dana.expects("Queued: ")
    await dana.settles()
    dana.forge("broadcast:start:1")
    await dana.expects(AGO)
    await dana.settles()
    assert said_in_world(stage, TITLE) == {}
    dana.forge("broadcast:cancel:1")
    await dana.expects(f"Undone: {TITLE}")


async def test_an_old_resume(stage: Stage) -> None:
    """*Resume* on an old card shows how it stands and asks again; the fresh one goes on."""
    await crowd(stage, 53)
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked(dana)
    await dana.tap("First to 50 only")
    await dana.expects("It goes to 50 people first")
    await dana.say("50")
    explained = await dana.expects("Nothing was sent: 50 is only how many get it now.")
    assert "type 53" in plain(explained)
    await dana.say("53")
    await dana.expects("Your copy of what the first ones get; you are not counted:", TITLE)
    paused = await dana.expects("The first ones are out.")
    assert "50 of 53" in plain(paused)
    grow_old(dana)
    await dana.tap("Resume")
    await dana.expects(AGO)
    shown = await dana.expects(f"Paused: {TITLE}")
    assert labels(shown)[0] == "Resume"
    await dana.tap("Resume")
    await finished(stage, dana)


async def test_an_old_recall(stage: Stage) -> None:
    """The number of a recall counts while it is fresh only."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 1)
    await finished(stage, dana)
    await dana.tap("Recall · 47 h left")
    await dana.expects("type 1")
    with ago(stage, HOURS):
        await dana.say("1")
    await dana.expects("your message arrived late", "type 1")
    await dana.say("/cancel")
    await dana.expects("Left as it is.")
    await dana.say("1")
    await dana.settles()
    assert list(said_in_world(stage, TITLE).values()) == [1]


async def test_leaving_and_questions_at_any_age(stage: Stage) -> None:
    """/stop and a question count however late they arrive."""
    [ana] = await supporters(stage, "en")
    with ago(stage, 20 * HOURS):
        await ana.say("What is the BNC?")
    await ana.expects("BNC")
    with ago(stage, 20 * HOURS):
        await ana.say("/stop")
    await ana.expects("You’ve unsubscribed.")
