"""The team at work: drafts that wait, roles that differ, titles too long for their place."""

import pytest

from bot.domain.organizer import Role
from bot.domain.rich_text import MESSAGE_LIMIT, utf16_length
from tests.worlds.in_process.organizing import begun, confirmed, finished, said_in_world, supporters, written
from tests.worlds.in_process.stage import Stage, labels, plain


async def test_drafts_are_offered(stage: Stage) -> None:
    """/new offers the three newest unsent alerts, whoever began them; what was sent is not offered."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await dana.say("/new")
    fresh = await dana.expects("What does the alert ask people to do?")
    assert "draft" not in plain(fresh)
    for title in ("First", "Second", "Third", "Fourth"):
        await written(dana, f"{title}\nIt votes on Friday.")
    await begun(dana)
    await dana.say("/cancel")
    await dana.expects("Stopped. Nothing was sent.")
    dana.forge("alert:4")
    await dana.expects("Alert: Fourth")
    await confirmed(dana, 1)
    await finished(stage, dana)
    omar = await stage.organizer("Omar")
    await omar.say("/new")
    offered = await omar.expects("Or continue a draft, below.")
    drafts = [label for label in labels(offered) if label.startswith("Draft")]
    assert drafts == ["Draft: Third", "Draft: Second", "Draft: First"]
    await omar.tap("Draft: Second")
    await omar.expects("Alert: Second", "Reaches 1 person now")


async def test_what_was_sent_stays(stage: Stage) -> None:
    """The board of an alert that has gone out offers no change, and says so."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 1)
    await finished(stage, dana)
    dana.forge("alert:1")
    sent = await dana.expects("Alert: Ask your council", "It has gone out, and stays as it is.")
    assert labels(sent) == ["Preview"]


@pytest.mark.parametrize(
    ("role", "first", "writes", "approves"),
    [
        (Role.OWNER, "You can write alerts", True, True),
        (Role.EDITOR, "You can write alerts", True, False),
        (Role.APPROVER, "You approve alerts", False, True),
        (Role.VIEWER, "You can look at everything here.", False, False),
    ],
)
async def test_roles(stage: Stage, role: Role, first: str, *, writes: bool, approves: bool) -> None:
    """Each role is told what it may do, may do that, and is told kindly what it may not."""
    dana = await stage.organizer("Dana")
    await written(dana)
    omar = stage.phone("Omar")
    await omar.say(f"/start {await stage.invitation(role)}")
    claimed = await omar.expects("You are an organizer now.", first)
    assert ("Write an alert" in labels(claimed)) is writes
    await omar.say("/help")
    assert ("/new" in plain(await omar.expects("What this bot can do"))) is writes
    await omar.say("/new")
    await omar.expects("What does the alert ask" if writes else "Your role does not include writing")
    await omar.say("/approve_1")
    await omar.expects("This is what would be sent." if approves else "Your role does not include approving")


async def test_nothing_to_approve(stage: Stage) -> None:
    """An alert without words, or that is not there, is not shown for approval."""
    dana = await stage.organizer("Dana")
    await begun(dana)
    await dana.say("/approve_1")
    await dana.expects("The alert has no words yet")
    await dana.say("/approve_2")
    await dana.expects("This alert is no longer here.")
    await dana.say("/approve_")
    await dana.expects("out of date")


async def test_a_long_title(stage: Stage) -> None:
    """A title as long as an alert can be is cut with … wherever an alert is only spoken of, and sent whole."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    title = "Ask " + "🕊 the council " * 230
    assert utf16_length(title.strip()) > 3400
    await written(dana, f"{title}\nIt votes on Friday.")
    await dana.say("/new")
    offered = await dana.expects("Or continue a draft")
    draft = next(label for label in labels(offered) if label.startswith("Draft: "))
    assert draft.endswith("…")
    assert len(draft) < 40
    await dana.tap(draft)
    board = await dana.expects("Alert: Ask 🕊 the council", "…")
    assert len(board.text) < 700  # nine languages have a line each
    await confirmed(dana, 1)
    await finished(stage, dana)
    for message in dana.messages:
        assert utf16_length(message.text) <= MESSAGE_LIMIT
    assert list(said_in_world(stage, title.strip()).values()) == [1]


async def test_an_organizer_who_erased_themselves(stage: Stage) -> None:
    """Erasing takes an organizer off the list and out of a half-written alert; their role and their drafts stay."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await dana.say("/start")
    await dana.press("join")
    await dana.expects("You’re in.")
    await written(dana)
    await dana.tap("English")
    await dana.expects("The words: English")
    await dana.say("/privacy")
    await dana.tap("Erase everything")
    await dana.tap("Yes, erase")
    await dana.expects("Erased.", "Your role on the campaign’s team is not part of this; it stays.")
    assert await stage.subscriber(dana) is None
    await dana.say("/new")
    await dana.tap("Draft: Ask your council")
    await dana.expects("Alert: Ask your council", "Reaches 1 person now")
    await confirmed(dana, 1)
    await finished(stage, dana)
    assert list(said_in_world(stage, "Ask your council").values()) == [1]
