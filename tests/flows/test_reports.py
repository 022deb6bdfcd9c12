"""From a poster to a report: by which link people came, what came of an alert, and how the list grows."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from bot.clock import system_clock
from bot.domain.organizer import Role
from bot.jobs import broadcast_reports
from bot.rehearsal.world.people import ChatMessage
from tests.worlds.in_process.organizing import confirmed, finished, supporters, written
from tests.worlds.in_process.stage import Phone, Stage, labels, plain


@pytest.fixture(autouse=True)
def _counted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count what has ended without waiting."""
    monkeypatch.setattr(broadcast_reports, "EVERY_SECONDS", 0.05)


async def with_file(phone: Phone, kind: str) -> ChatMessage:
    """Wait for a message with a picture or a document, newer than what this person did."""

    def found() -> ChatMessage | None:
        fits = (each for each in phone.since() if each.attachment and each.attachment.kind == kind)
        return next(fits, None)

    message = await phone._see(found, kind)
    assert message is not None
    return message


async def link_of(dana: Phone, name: str) -> str:
    """Make a link. Returns what it carries."""
    await dana.say("/growth")
    await dana.tap("Links and posters")
    await dana.tap("New link")
    await dana.expects("What is the link for?")
    await dana.say(name)
    shown = await dana.expects(name, "Joined through it: fewer than 10.")
    link = next(line for line in plain(shown).split("\n") if line.startswith("https://t.me/"))
    return link.partition("?start=")[2]


async def test_a_poster(stage: Stage) -> None:
    """A link has a code to be printed; who joins by it, in whichever language, is counted, and can see it kept."""
    dana = await stage.organizer("Dana")
    payload = await link_of(dana, "Poster at the station")
    await dana.tap("QR code")
    poster = await with_file(dana, "document")
    assert poster.attachment is not None
    assert poster.attachment.file_name == f"poster-{payload.removeprefix('s_')}.png"
    assert Image.open(BytesIO(poster.attachment.content)).size[0] > 500
    assert plain(poster).endswith(f"?start={payload}")
    sam = stage.phone("Sam")
    await sam.say(f"/start {payload}")
    await sam.press("languages:from:")
    await sam.press(f"language:from:{payload}:ar")
    await sam.press("join:")
    await sam.settles()
    await sam.say("/privacy")
    await sam.expects("Poster at the station")
    async with stage.app.store.reading() as tx:
        assert list((await tx.growth.joined()).values()) == [1]


async def test_nothing_is_kept_of_who_does_not_join(stage: Stage) -> None:
    """Who looks at the first screen and goes leaves nothing behind, whatever link they came by."""
    dana = await stage.organizer("Dana")
    payload = await link_of(dana, "Page")
    sam = stage.phone("Sam")
    await sam.say(f"/start {payload}")
    await sam.expects("alerts")
    await sam.settles()
    await sam.say("/privacy")
    await sam.expects("Nothing is kept about you now.")


async def test_from_an_alert_to_its_report(stage: Stage) -> None:
    """The report counts whom it was sent to and who left after it, in words, as a picture and as a table."""
    people = await supporters(stage, "en", "en", "ar")
    dana = await stage.organizer("Dana")
    await dana.say("/report")
    await dana.expects("Nothing was sent yet")
    await written(dana)
    await confirmed(dana, 3)
    await finished(stage, dana)
    await people[0].say("/stop")
    await people[0].settles()
    await dana.say("/report")
    await dana.expects("Which report?")
    await dana.press("results:1")
    card = await dana.expects(
        "Report: Ask your council", "sent: 3 of 3 (100%)", "left within two days: 1 of 3"
    )
    assert labels(card)[:2] == ["Picture", "Table (CSV)"]
    await dana.tap("By language")
    await dana.expects("By language: Ask your council", "English: sent fewer than 10")
    await dana.tap("Picture")
    picture = await with_file(dana, "photo")
    assert "sent: 3 of 3 (100%)" in plain(picture)
    assert "English: sent fewer than 10" in plain(picture)
    await dana.tap("Open the report")
    await dana.expects("Report: Ask your council", "sent: 3 of 3")
    await dana.tap("Table (CSV)")
    table = await with_file(dana, "document")
    assert table.attachment is not None
    assert table.attachment.content.decode("utf-8-sig").startswith("broadcast,title,")
    await dana.tap("Correct or recall")
    await dana.expects("Finished: Ask your council")


async def test_growth(stage: Stage) -> None:
    """Growth comes as a picture with its numbers in words, and another picture for a tap on it."""
    vera = await stage.organizer("Vera", Role.VIEWER)
    await vera.say("/growth")
    await vera.expects("Nobody joined or left")
    await supporters(stage, "en")
    await vera.say("/growth")
    assert ": <10 · <10 · <10" in plain(await with_file(vera, "photo"))
    await vera.tap("By language")
    assert "English: <10 · <10 · <10" in plain(await with_file(vera, "photo"))
    await vera.tap("Links and posters")
    assert labels(await vera.expects("Links and posters", "A link for each poster")) == ["Growth"]
    vera.forge("source:new")
    await vera.expects("Your role does not include writing")


async def test_bad_names_and_old_buttons(stage: Stage) -> None:
    """A name of two lines is asked for again; a link and a report that are not there are said to be so."""
    dana = await stage.organizer("Dana")
    dana.forge("source:new")
    await dana.expects("What is the link for?")
    await dana.say("two\nlines")
    await dana.expects("one line and at most 40 characters")
    await dana.say("One line")
    await dana.expects("One line", "Joined through it")
    dana.forge("source:qr:99")
    await dana.expects("There is no such link.")
    dana.forge("results:99")
    await dana.expects("Nothing of this was sent.")


async def test_a_day_later(stage: Stage) -> None:
    """It comes by itself to who sent the alert, a day after it ended, once."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 1)
    await finished(stage, dana)
    dana.look_away()
    await stage.stop()
    stage.clock = lambda: system_clock() + timedelta(hours=25)
    await stage.start()
    picture = await with_file(dana, "photo")
    assert "Report: Ask your council" in plain(picture)
    await dana.say("/report")
    await dana.expects("Which report?")
    assert sum(each.attachment is not None for each in dana.messages) == 1
