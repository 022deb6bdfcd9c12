"""After a sending: recalled, corrected, sent once more to the unknown."""

import pytest

from bot.rehearsal.world.faults import FaultKind, FaultRule, Faults
from tests.worlds.in_process.organizing import (
    asked,
    confirmed,
    crowd,
    edited,
    finished,
    said_in,
    supporters,
    written,
)
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

TITLE = "Ask your council"
SENDS = ("sendmessage",)


async def sent_to(stage: Stage, *languages: str) -> tuple[Phone, list[Phone]]:
    """Send an alert to people of these languages. Returns its organizer, and them."""
    people = await supporters(stage, *languages)
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, len(people))
    await finished(stage, dana)
    return dana, people


async def one_unknown(stage: Stage) -> tuple[Phone, list[Phone]]:
    """Send an alert to three people; of one of them the answer is lost. Returns its organizer, and them."""
    people = await supporters(stage, "en", "en", "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 3)
    await dana.expects("Queued: ")
    lost = FaultRule(kind=FaultKind.RESET_AFTER, methods=SENDS, from_nth=2, to_nth=3)
    stage.world.faults = Faults(rules=[lost])
    await dana.tap("Send now")
    await dana.expects("Finished: ", "unconfirmed, not sent again: 1")
    return dana, people


async def test_recalled(stage: Stage) -> None:
    """A recall is asked about, then deletes the alert everywhere it can, and says where it could not; once."""
    dana, [ana, ben, eve] = await sent_to(stage, "en", "en", "en")
    await eve.say("/privacy")
    await eve.tap("Erase everything")
    await eve.tap("Yes, erase")
    await eve.expects("Erased.")
    await dana.tap("Recall · 47 h left")
    await dana.expects("Recall “Ask your council”?", "This cannot be undone.", "type 3")
    await dana.tap("No, leave it")
    await dana.expects("Left as it is.")
    await dana.say("3")
    await dana.settles()
    dana.forge("after:recall:1:yes")
    await dana.expects("Recall “Ask your council”?", "type 3")
    await dana.say("2")
    await dana.expects("Nothing was recalled: that is not the number.", "type 3")
    assert [said_in(phone, TITLE) for phone in (ana, ben, eve)] == [1, 1, 1]
    await dana.say("3")
    receipt = await dana.expects("Recalled: Ask your council", "Deleted for 2.", "Could not be deleted: 1.")
    assert labels(receipt) == ["Write it again"]
    report = await dana.expects("Finished: Ask your council", "It was recalled.")
    assert labels(report) == ["Write it again"]
    assert [said_in(phone, TITLE) for phone in (ana, ben, eve)] == [0, 0, 1]
    dana.forge("after:recall:1:yes")
    await dana.expects("That has already begun.")
    for verb in ("correct:1", "resend:1:yes"):
        dana.forge(f"after:{verb}", dana.messages[-1].message_id)
        await dana.expects("It was recalled: it can no longer")
    await dana.tap("Write it again")
    await dana.expects("Alert: Ask your council", "Reaches 2 people now")


async def test_recalled_by_its_reader_before(stage: Stage) -> None:
    """A message that its reader has deleted is not there any more: that is what a recall is for."""
    dana, [ana, ben] = await sent_to(stage, "en", "en")
    for each in ana.messages:
        stage.world.delete(each)
    await dana.tap("Recall · 47 h left")
    await dana.expects("type 2")
    await dana.say("2")
    receipt = await dana.expects("Deleted for 2.")
    assert "Could not" not in plain(receipt)
    assert said_in(ben, TITLE) == 0


async def test_recalled_under_way(stage: Stage) -> None:
    """A recall of what is still going out ends that first: who had not got it never will."""
    people = await crowd(stage, 53)
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked(dana)
    await dana.tap("First to 50 only")
    await dana.expects("It goes to 50 people first")
    await dana.say("53")
    await dana.expects("The first ones are out.")
    await dana.tap("Recall · 47 h left")
    await dana.expects("type 53")
    await dana.say("53")
    await dana.expects("Cancelled: Ask your council", "sent: 50", "cancelled: 3")
    await dana.expects("Recalled: Ask your council", "Deleted for 50.")
    assert sum(said_in(phone, TITLE) for phone in people) == 0
    dana.forge("broadcast:resume:1", dana.messages[-1].message_id)
    await dana.expects("This broadcast has ended")


async def test_corrected(stage: Stage) -> None:
    """A correction is written, approved and counted like an alert, and changes it in place for who still has it."""
    dana, [ana, lucia, gone] = await sent_to(stage, "en", "es", "en")
    await gone.say("/stop")
    await stage.settled()
    await dana.tap("Correct")
    await dana.expects(
        "Correction: Ask your council", "It replaces what was sent, in place.", "Reaches 2 people"
    )
    await dana.tap("English")
    await dana.say("Ask your council today\nIt votes on Thursday.")
    await dana.expects("Correction: Ask your council today")
    await asked(dana)
    await dana.expects("Replace what was sent by “Ask your council today”?", "type 2")
    await dana.say("2")
    receipt = await dana.expects(
        "Corrected: Ask your council today", "Corrected for 2.", "Could not be changed: 1."
    )
    assert labels(receipt) == ["Correct", "Recall · 47 h left"]
    for phone in (ana, lucia):
        [alert] = [each for each in phone.messages if TITLE in each.text]
        assert "It votes on Thursday." in alert.text
        assert alert.edited
    assert said_in(gone, "It votes on Friday.") == 1


async def test_a_correction_is_gone_on_with(stage: Stage) -> None:
    """A correction begun twice is one draft, which /new offers by its name."""
    dana, _ = await sent_to(stage, "en")
    await dana.tap("Correct")
    await dana.expects("Correction: Ask your council")
    await dana.tap("Correct")
    await dana.expects("Correction: Ask your council")
    await dana.say("/new")
    offered = await dana.expects("Or continue a draft")
    assert [label for label in labels(offered) if TITLE in label] == ["Correction: Ask your council"]


@pytest.mark.usefixtures("time_to_undo")
async def test_sent_again_to_the_unknown(stage: Stage) -> None:
    """Of whom nothing is known is sent to once more when an organizer says so, marked as a repeat; nobody else is."""
    dana, people = await one_unknown(stage)
    await dana.tap("Send again to 1 unconfirmed")
    await dana.expects("again where it is unconfirmed?", "Some of them may have it already.")
    await dana.tap("No, leave it")
    await dana.expects("Left as it is.")
    await dana.tap("Send again to 1 unconfirmed")
    await dana.tap("Yes, send again")
    await dana.expects("Sent again: Ask your council", "1 of 1", "sent: 1")
    marked = [said_in(phone, "Sent again, in case it did not arrive:") for phone in people]
    assert sorted(marked) == [0, 0, 1]
    dana.forge("after:resend:1:yes", dana.messages[-1].message_id)
    await dana.expects("That has already begun.")
    await dana.settles()


@pytest.mark.usefixtures("time_to_undo")
async def test_a_recall_takes_the_repeat_along(stage: Stage) -> None:
    """What was sent again is recalled with the rest; a copy that nobody knows of is counted as out of reach."""
    dana, people = await one_unknown(stage)
    await dana.tap("Send again to 1 unconfirmed")
    await dana.tap("Yes, send again")
    await dana.expects("Sent again: Ask your council", "1 of 1", "sent: 1")
    dana.forge("after:recall:1")
    await dana.expects("type 3")
    await dana.say("3")
    await dana.expects("Deleted for 2.", "Could not be deleted: 1.")
    await dana.expects("Recalled: ", "Deleted for 1.")
    assert sum(said_in(phone, "Sent again") for phone in people) == 0
    assert sum(said_in(phone, TITLE) for phone in people) == 1


async def test_only_composers_follow_up(stage: Stage) -> None:
    """A recall, a correction or a resend is nothing for others, and neither is asking about one."""
    _, people = await sent_to(stage, "en")
    for verb in ("recall:1", "recall:1:yes", "correct:1", "resend:1:yes"):
        people[0].forge(f"after:{verb}")
        await people[0].expects("Only organizers")
    assert said_in(people[0], TITLE) == 1


async def test_written_anew_once(stage: Stage) -> None:
    """Asked for twice, words that were recalled are one draft."""
    dana, _ = await sent_to(stage, "en")
    await dana.tap("Recall · 47 h left")
    await dana.expects("type 1")
    await dana.say("1")
    await dana.expects("Recalled: ")
    for _ in range(2):
        await dana.tap("Write it again")
        await dana.expects(f"Alert: {TITLE}")
    await dana.say("/alerts")
    assert "Drafts (1)" in labels(await dana.expects("Alerts"))


async def test_begun_already_by_a_colleague(stage: Stage) -> None:
    """Who asks for what a colleague has begun is pointed to where it can be seen."""
    dana, _ = await sent_to(stage, "en")
    await dana.tap("Recall · 47 h left")
    await dana.expects("type 1")
    await dana.say("1")
    await dana.expects("Recalled: ")
    omar = await stage.organizer("Omar")
    omar.forge("after:recall:1")
    await omar.expects("That has already begun. To see how it is going, send /alerts.")


async def test_written_anew_below_an_earlier_correction(stage: Stage) -> None:
    """Wherever it is asked for, the words are those that people had last."""
    dana, _ = await sent_to(stage, "en")
    for number in (1, 2):
        dana.forge("after:correct:1", dana.messages[-1].message_id)
        await dana.expects("Correction: ")
        await dana.tap("English")
        await dana.expects("The words: English")
        await dana.say(f"Corrected {number}\nIt votes on day {number}.")
        await dana.expects(f"Correction: Corrected {number}")
        await asked(dana)
        await dana.expects("type 1")
        await dana.say("1")
        await dana.expects(f"Corrected: Corrected {number}")
        await stage.settled()
    dana.forge("after:recall:1", dana.messages[-1].message_id)
    await dana.expects("type 1")
    await dana.say("1")
    await dana.expects("Recalled: ")
    await stage.settled()
    dana.forge("after:copy:2", dana.messages[-1].message_id)
    await dana.expects("Alert: Corrected 2")


async def test_a_recall_confirmed_by_an_edit(stage: Stage) -> None:
    """A number typed wrong and put right in the same message counts."""
    dana, [ana] = await sent_to(stage, "en")
    await dana.tap("Recall · 47 h left")
    await dana.expects("type 1")
    await dana.say("7")
    await dana.expects("Nothing was recalled: that is not the number.")
    await edited(stage, dana, "7", "1")
    await dana.expects("Recalled: ")
    assert said_in(ana, TITLE) == 0
