"""Organizers choose whom an alert is for, term by term, and keep what they chose as segments."""

import pytest

from bot.domain.audience import JoinedAfter, Locales, Within
from tests.flows.test_intake import sent_photo
from tests.worlds.in_process.organizing import (
    crowd,
    finished,
    said_in_world,
    supporters,
    written,
)
from tests.worlds.in_process.stage import Phone, Stage, labels, plain


async def approved_by(omar: Phone, dana: Phone) -> None:
    """Have a colleague look at the alert on the board, and approve it; whoever has no words gets the base's."""
    board = await dana.expects("Alert: ")
    decide = next((label for label in labels(board) if label.startswith("Decide: ")), None)
    if decide is not None:
        await dana.tap(decide)
        await dana.tap("Send them English")
        await dana.expects("Alert: ", " – gets en (")
    await dana.tap("Send …")
    await dana.expects("A colleague has to approve it first.")
    await dana.tap("Ask them now")
    await omar.press("review")
    await omar.expects("This is what would be sent.")
    await omar.tap("Approve")
    await omar.expects("Approved, exactly as you saw it.")


async def test_for_who_chose_a_topic(stage: Stage) -> None:
    """An alert about something goes to who chose that, in the place of the alerts to everybody."""
    dana = await stage.organizer("Dana")
    people = await crowd(stage, 40)
    async with stage.app.store.transaction() as tx:
        for phone in people[:30]:
            person = await tx.subscribers.find(phone.chat_id)
            assert person is not None
            await tx.subscribers.subscribe(person.id, "universities")
    await written(dana)
    await dana.tap("Audience")
    await dana.tap("Add a term")
    await dana.tap("Topic")
    await dana.expects("Who chose alerts about this")
    await dana.tap("Universities")
    screen = await dana.expects("1. Topic: Universities")
    assert "Gets the alerts" not in plain(screen)
    async with stage.app.store.reading() as tx:
        [alert] = await tx.alerts.drafts(limit=1)
        assert await tx.audiences.count_locales(alert.audience) == {"en": 30}


async def test_chosen_term_by_term(stage: Stage) -> None:
    """Languages by taps, a day that is typed, a term turned round: exactly those people get the alert."""
    arabic = await crowd(stage, 30, locale="ar")
    turkish = await crowd(stage, 20, locale="tr")
    english = await crowd(stage, 40)
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar")
    await written(dana)
    await dana.expects("For: Gets the alerts", "Reaches 90 people now")
    await dana.tap("Audience")
    await dana.expects("Audience: Ask your council", "1. Gets the alerts", "Reaches 90 people now")
    await dana.tap("Add a term")
    await dana.expects("What is the term about?")
    await dana.tap("Language")
    await dana.tap("العربية")
    await dana.expects("People who read one of these languages.")
    await dana.tap("Türkçe")
    await dana.settles()
    await dana.tap("✓ Türkçe")
    await dana.settles()
    await dana.tap("Türkçe")
    await dana.settles()
    await dana.tap("Back to the audience")
    await dana.expects("Reads العربية or Türkçe", "Reaches perhaps fewer than 10 people now")
    await dana.tap("Add a term")
    await dana.tap("Joined since …")
    await dana.expects("Type the day, for example")
    await dana.say("31.12.2099")
    await dana.expects("That is not a day that has come.")
    await dana.say("٢٠٢٦-٠١-٠٥")
    built = await dana.expects("Joined since 5 January 2026", "Estimated from a tenth of the people")
    assert "Reaches 50" not in plain(built)
    await dana.tap("Back to the alert")
    await dana.expects("For: ", "Joined since 5 January 2026", "Reaches ")
    await approved_by(omar, dana)
    await dana.tap("Send …")
    await dana.expects("Joined since 5 January 2026", "Reaches 50 people now", "type 50")
    await dana.say("50")
    await finished(stage, dana)
    got = said_in_world(stage, "Ask your council")
    assert got == {phone.chat_id: 1 for phone in (*arabic, *turkish)}
    assert not got.keys() & {phone.chat_id for phone in english}


async def saved_as_segment(dana: Phone, name: str) -> None:
    """Let the alert on the board be for readers of Arabic, and save that under a name."""
    await dana.tap("Audience")
    await dana.tap("Add a term")
    await dana.tap("Language")
    await dana.tap("العربية")
    await dana.settles()
    await dana.tap("Back to the audience")
    await dana.expects("Reads العربية")
    await dana.tap("Save as segment")
    await dana.expects("What is the segment called?")
    await dana.say("x" * 40)
    await dana.expects("A name has one line and at most 32 characters.")
    await dana.say(name)
    await dana.expects(f"Saved as “{name}”.", "Reads العربية")


async def test_a_segment(stage: Stage) -> None:
    """An audience is saved under a name, used by an alert, edited and removed: the alert says so each time."""
    await crowd(stage, 30, locale="ar")
    await crowd(stage, 30)
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar")
    await written(dana)
    await saved_as_segment(dana, "Arabic readers")
    await dana.tap("Start over")
    await dana.expects("Reaches 60 people now")
    await dana.tap("Use a segment")
    await dana.tap("Arabic readers")
    await dana.expects("In “Arabic readers” (", "Reads العربية")
    await dana.tap("Back to the alert")
    await dana.expects("In “Arabic readers”")
    await approved_by(omar, dana)

    await omar.say("/segments")
    await omar.tap("Arabic readers")
    await omar.expects("Segment: Arabic readers", "1 alert waiting to go out uses it")
    await omar.tap("Add a term")
    await omar.tap("Joined since …")
    dana.look_away()
    await omar.say("2026-01-05")
    await omar.expects("Joined since 5 January 2026", "Segment: Arabic readers")
    await dana.expects("has changed “Ask your council”, or a segment it uses. It has to be approved again.")
    await dana.say("/segments")
    await dana.tap("Arabic readers")
    dana.forge("send:1")
    # It is for approval once more: by her, since a colleague made this edit.
    await dana.expects("This is what would be sent.", "Joined since 5 January 2026")

    await dana.press("segment:drop")
    await dana.expects("Remove the segment “Arabic readers”?", "it cannot be sent until")
    await dana.tap("Remove it")
    await dana.expects("“Arabic readers” was removed. 1 alert needs another audience.")
    dana.forge("send:1")
    await dana.expects("A segment it was meant for has been removed.")
    dana.forge("alert:1")
    await dana.expects("! The segment “Arabic readers” was removed.")
    await dana.tap("Audience")
    await dana.tap("Start over")
    await dana.tap("Back to the alert")
    # Both have written of it by now: a third colleague has to look.
    await approved_by(await stage.organizer("Ines"), dana)
    await dana.tap("Send …")
    await dana.expects("type 60")


async def test_two_editors(stage: Stage) -> None:
    """A tap on a card of before a colleague's edit changes nothing, says so, and shows how it stands."""
    await supporters(stage, "en")
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar")
    await written(dana)
    await dana.tap("Audience")
    await dana.expects("1. Gets the alerts")
    omar.forge("whom:a:1")
    await omar.expects("1. Gets the alerts")
    await omar.tap("Add a term")
    await omar.tap("Random sample")
    await omar.tap("10%")
    await omar.expects("10% drawn at random")
    await dana.tap("1")
    await dana.expects("The audience has changed since it was shown. Nothing was done", "10% drawn at random")
    await dana.tap("2")
    shown = await dana.expects("10% drawn at random")
    assert {"Make it “not”", "Remove"} <= set(labels(shown))
    await dana.tap("Make it “not”")
    await dana.expects("Not: 10% drawn at random")
    await dana.tap("2")
    await dana.tap("Without the “not”")
    await dana.expects("2. 10% drawn at random")
    await dana.tap("2")
    await dana.tap("Remove")
    await dana.expects("1. Gets the alerts", "Reaches 1 person now")
    await dana.tap("1")
    await dana.tap("Remove")
    await dana.expects("This term stays", "1. Gets the alerts")


async def test_what_is_typed(stage: Stage) -> None:
    """A picture, a word, a number that is too great: asked once more, and nothing is changed."""
    await crowd(stage, 60)
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.tap("Audience")
    await dana.tap("Add a term")
    await dana.tap("Random sample")
    await dana.expects("How many, drawn at random?")
    for typed in ("many", "0", "100%", "-5", "5.5.5%%x"):
        await dana.say(typed)
        await dana.expects("That is neither a number of people nor a share below 100 %.")
    dana.look_away()
    for number in range(3):
        stage.world.push_update(sent_photo(dana, number, media_group_id="1"))
    await dana.expects("That is neither a number of people nor a share below 100 %.")
    await dana.settles()
    assert len(dana.since()) == 1
    await dana.say("1000000001")
    await dana.expects("That is neither a number of people nor a share below 100 %.")
    await dana.say("٤٠")
    await dana.expects("40 drawn at random")
    await dana.tap("Add a term")
    await dana.tap("Random sample")
    await dana.say("٪٢٥")
    await dana.expects("25% drawn at random", "40 drawn at random")
    await dana.tap("Add a term")
    await dana.tap("Joined before …")
    await dana.say("/cancel")
    await dana.expects("Stopped. Nothing was sent.")
    async with stage.app.store.reading() as tx:
        terms = (await tx.alerts.get(1)).audience.terms
    assert len(terms) == 3


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_in_both_directions(stage: Stage, language: str) -> None:
    """The same taps build the same audience, in a language that is written from right to left too."""
    await crowd(stage, 20, locale="ar")
    dana = await stage.organizer("Dana")
    await written(dana)
    words = stage.words(language)
    await dana.say("/language")
    await dana.press(f"language:{language}")
    await dana.settles()
    await dana.say("/segments")
    await dana.press("segment:name")
    await dana.say("قراء")
    await dana.expects("قراء")
    await dana.press("whom:add:s:1")
    await dana.press("whom:add:s:1:locales")
    await dana.press("whom:reads:s:1", end=":ar")
    await dana.settles()
    await dana.press("whom:s:1")
    await dana.expects(words.language_name("ar"))
    await dana.press("whom:add:s:1")
    await dana.press("whom:add:s:1:after")
    await dana.say("٣/٣/٢٠٢٦")
    await dana.settles()
    async with stage.app.store.reading() as tx:
        [segment] = await tx.segments.all()
    atoms = segment.audience.atoms
    assert any(isinstance(atom, Locales) for atom in atoms)
    assert any(isinstance(atom, JoinedAfter) for atom in atoms)
    assert not any(isinstance(atom, Within) for atom in atoms)
