"""The audit in the chat: who did what; a checkpoint comes by itself, and tells when somebody has changed the rows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from bot.domain.organizer import Role
from bot.rehearsal.world.people import ChatMessage
from tests.worlds.in_process.organizing import written
from tests.worlds.in_process.stage import Phone, Stage, labels, plain


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for checkpoints that are due all the time, not once a minute."""
    monkeypatch.setattr("bot.jobs.checkpoints.EVERY", timedelta(seconds=0.2))


async def approved(stage: Stage) -> tuple[Phone, Phone, ChatMessage]:
    """Have an owner's alert approved by a colleague. Returns both, and the checkpoint that came after it."""
    dana = await stage.organizer("Dana")
    omar = await stage.organizer("Omar", Role.APPROVER)
    await stage.settled()
    await omar.say("/team")
    await omar.tap("My name")
    await omar.expects("What should the team call you?")
    await omar.say("Omar")
    await omar.expects("Omar: approver (you)")
    await written(dana)
    dana.look_away()
    await omar.say("/approve_1")
    await omar.tap("Approve")
    await dana.expects("approved")
    return dana, omar, await dana.expects("Checkpoint of the audit")


@contextmanager
def thief(stage: Stage) -> Iterator[sqlite3.Connection]:
    """Open the database as somebody does who has got at the file."""
    with closing(sqlite3.connect(stage.database)) as connection, connection:
        yield connection


async def test_who_did_what(stage: Stage) -> None:
    """Everybody on the team reads who did what, under the names they chose; pages turn both ways."""
    dana, omar, _ = await approved(stage)
    for name in ("D", "Dana"):
        await dana.say("/team")
        await dana.tap("My name")
        await dana.expects("What should the team call you?")
        await dana.say(name)
        await dana.expects(f"{name}: owner (you)")
    await omar.say("/audit")
    newest = await omar.expects("Omar approved “Ask your council”")
    assert sum(line.count(" · ") == 2 for line in plain(newest).splitlines()) == 5
    assert labels(newest) == ["Older", "Compare a checkpoint"]
    await omar.tap("Older")
    older = await omar.expects("Dana began “Ask your council”")
    assert labels(older) == ["Newer", "Older", "Compare a checkpoint"]
    await omar.tap("Older")
    oldest = await omar.expects("1 · ", "Whoever runs the bot invited somebody as owner")
    assert labels(oldest) == ["Newer", "Compare a checkpoint"]
    await omar.tap("Newer")
    await omar.expects("Dana began “Ask your council”")
    stranger = stage.phone("Eve")
    await stranger.say("/audit")
    await stranger.expects("Only organizers of the campaign can do this.")
    await dana.say("/team")
    await dana.tap("Omar: approver")
    await dana.tap("Remove from the team")
    await dana.tap("Yes")
    await dana.settles()
    await dana.say("/audit")
    await dana.expects(
        "Dana removed somebody who has left (2) from the team", "somebody who has left (2) approved"
    )


async def test_a_checkpoint_is_kept(stage: Stage) -> None:
    """The owner gets a checkpoint, silently; sent back later it tells that nothing was changed, or what first was."""
    dana, omar, checkpoint = await approved(stage)
    assert checkpoint.silent
    assert not [each for each in omar.messages if "Checkpoint of the audit" in plain(each)]
    await omar.say("/new")
    await omar.expects("Your role does not include writing and sending alerts.")
    await dana.say("/audit")
    await dana.tap("Compare a checkpoint")
    await dana.expects("Send a checkpoint that you kept")
    await dana.say("What is asked?")
    await dana.expects("This is not a checkpoint, or not all of one.")
    await dana.say(checkpoint.text)
    await dana.expects("Nothing removed or changed since", "UTC (entry")
    await stage.settled()
    with thief(stage) as database:
        database.execute("UPDATE audit_entries SET actor_id = 1 WHERE event = 'alert approved'")
        [[number]] = database.execute("SELECT number FROM audit_entries WHERE event = 'alert approved'")
    _, _, box = checkpoint.text.partition("\n\n")
    await dana.say(f"/audit {box}")
    await dana.expects(f"Entry {number} was changed.", "The bot does not do this.")
    await dana.say("/audit")
    await dana.expects(f"{number} · This entry is not what was recorded.")


async def test_after_erasing_oneself(stage: Stage) -> None:
    """Who was removed and has themselves erased is a number in the audit; the checkpoint of before fits."""
    dana, omar, checkpoint = await approved(stage)
    await dana.say("/team")
    await dana.tap("Omar: approver")
    await dana.tap("Remove from the team")
    await dana.tap("Yes")
    await omar.expects("You are not on the campaign’s team any more.")
    await omar.say("/privacy")
    await omar.tap("Erase everything")
    await omar.tap("Yes, erase")
    await omar.expects("Erased.")
    await stage.settled()
    with thief(stage) as database:
        kept = database.execute("SELECT COUNT(*) FROM audit_entries WHERE actor_id = 2 AND details != '{}'")
        assert kept.fetchall() == [(0,)]
    await dana.say(f"/audit {checkpoint.text}")
    await dana.expects("Nothing removed or changed since")
