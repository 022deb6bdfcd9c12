"""Approval by two: submitted, returned with a note, looked at again, approved, sent by typing the number."""

from bot.domain.organizer import Role
from bot.services import approvals
from tests.worlds.in_process.organizing import edited, finished, said_in_world, supporters, written
from tests.worlds.in_process.stage import Stage, labels, plain

WORDS = "Ask your council\nIt votes on Friday."


async def test_from_submission_to_sending(stage: Stage) -> None:
    """Submitted, returned with a note, edited, looked at for what changed, approved; then the number is typed."""
    await supporters(stage, "en", "en")
    await stage.organizer("Olga")
    ed = await stage.organizer("Ed", Role.EDITOR)
    ana = await stage.organizer("Ana", Role.APPROVER)
    await written(ed, WORDS)
    board = ed.since()[-1]
    assert "Draft" in plain(board)
    await ed.tap("Submit")
    await ed.expects("2 colleagues were asked.")
    await ana.expects("organizer 2 asks you to approve “Ask your council”.", "Reaches 2 people now")
    await ana.say("/alerts")
    await ana.expects("1 alert is waiting for approval:")
    await ana.tap("Ask your council")
    card = await ana.expects("This is what would be sent.", "Reaches ")
    assert "since you last looked" not in plain(card)
    assert labels(card) == ["Approve", "Return with a note"]

    await ana.tap("Return with a note")
    await ana.expects("What should be changed in “Ask your council”?")
    await ana.say("Is it Friday, or Thursday?")
    await ana.expects("Returned: it is a draft again. 1 author has your note.")
    note = await ed.expects("organizer 3 has returned “Ask your council”:", "Is it Friday, or Thursday?")
    assert labels(note) == ["Open the alert"]
    await ed.tap("Open the alert")
    await ed.expects("Draft", "Returned by organizer 3: Is it Friday, or Thursday?")
    await ed.tap("Send …")
    await ed.expects("A colleague has to approve it first.")
    assert b"Thursday?" not in stage.database.read_bytes()

    await edited(stage, ed, WORDS, "Ask your council\nIt votes on Thursday.")
    await ed.expects("changed")
    await ed.tap("Ask them now")
    await ana.expects("organizer 2 asks you to approve")
    await ana.tap("Look at it")
    again = await ana.expects("Changed since you last looked:", "English: … It votes on −Friday. +Thursday.")
    assert {each["type"] for each in again.entities} >= {"strikethrough", "underline"}
    await ana.tap("Approve")
    await ana.expects("Approved, exactly as you saw it.")
    await ed.expects("organizer 3 has approved “Ask your council”. It can be sent now.")
    await ed.tap("Send …")
    asked = await ed.expects("type 2")
    assert "work alone" not in plain(asked)
    await ed.say("2")
    await finished(stage, ed)
    assert list(said_in_world(stage, "It votes on Thursday.").values()) == [1, 1]


async def test_an_edit_ends_an_approval(stage: Stage) -> None:
    """Whoever edits what was approved is told that it needs another approval, and so is who gave it, once each."""
    await supporters(stage, "en")
    await stage.organizer("Olga")
    ed = await stage.organizer("Ed", Role.EDITOR)
    ana = await stage.organizer("Ana", Role.APPROVER)
    await written(ed, WORDS)
    await ana.say("/approve_1")
    await ana.tap("Approve")
    await ed.expects("has approved")
    await ed.tap("Send …")
    await ed.expects("type 1")
    await edited(stage, ed, WORDS, "Ask your council\nIt votes on Thursday.")
    await ed.expects("Your change ended the approval of “Ask your council” by organizer 3.")
    told = await ana.expects("organizer 2 has changed “Ask your council”. Your approval no longer counts.")
    assert labels(told) == ["Look at it"]
    await ed.say("1")
    await ed.expects("It has changed since it was approved.")
    await edited(stage, ed, "Ask your council\nIt votes on Thursday.", WORDS)
    await stage.settled()
    assert not any("Your change ended" in plain(each) for each in ed.since())
    await ed.say("/alerts")
    await ed.tap("Drafts (1)")
    drafts = await ed.expects("Drafts")
    assert "Approved" not in plain(drafts)
    assert said_in_world(stage, "Ask your council") == {}


async def test_an_owner_says_that_they_work_alone(stage: Stage) -> None:
    """Without colleagues an owner sends only after saying so; each card shows it, until a colleague joins."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana", newcomer=True)
    await written(dana, WORDS)
    await dana.tap("Send …")
    needed = await dana.expects("Nobody else on the team may approve it yet.", "/team")
    assert labels(needed) == ["The team", "I work alone: off"]
    await dana.tap("I work alone: off")
    await dana.expects("Work alone?", "It ends by itself when somebody joins who may approve.")
    await dana.tap("Yes, I work alone")
    card = await dana.expects(
        "This is what would be sent.", "! You work alone: nobody else looks at it (/team)."
    )
    assert labels(card) == ["Approve"]
    await dana.say("/team")
    shown = await dana.expects("! organizer 1 works alone: sends what nobody else has looked at.")
    assert "I work alone: on" in labels(shown)
    await stage.organizer("Omar", newcomer=True)
    await dana.expects("organizer 2 has joined the team, as owner.", "You no longer work alone")
    await dana.press("approve:")
    await dana.expects("A colleague has to approve it first.")
    await dana.say("/team")
    assert "works alone" not in plain(await dana.expects("The team"))
    dana.forge("alone:ask")
    await dana.expects("Somebody else on the team may approve: what you write, they approve.")


async def test_who_is_new_waits(stage: Stage) -> None:
    """The third person who may approve waits an hour and reads how long; every owner is told of each change."""
    olga, dana = await stage.organizer("Olga"), await stage.organizer("Dana")
    await written(dana, WORDS)
    ana = await stage.organizer("Ana", Role.APPROVER, newcomer=True)
    for owner in (olga, dana):
        await owner.expects(
            "organizer 3 has joined the team, as approver.", "They can approve in 60 minutes."
        )
    await ana.say("/approve_1")
    card = await ana.expects(
        "This is what would be sent.", "Approving is new to you: you can do it in 60 minutes."
    )
    assert labels(card) == ["Look at it", "Return with a note"]
    async with stage.app.store.reading() as tx:
        seen = approvals.seen_of(await tx.alerts.get(1), paid=False)
    ana.forge(f"approve:1:{seen}", card.message_id)
    await ana.expects("Approving is new to you: you can do it in 60 minutes.")
    await dana.say("/team")
    await dana.tap("Invite somebody")
    await dana.tap("editor")
    await olga.expects("organizer 2 has invited somebody to join as editor.")
    await dana.tap("The team")
    await dana.tap("Withdraw: editor")
    await olga.expects("organizer 2 has withdrawn an invitation to join as editor.")
