"""An alert under a picture: taken from a phone, sent as it was seen, corrected and recalled."""

from bot.rehearsal.world.people import Attachment
from tests.worlds.in_process.organizing import confirmed, finished, said_in, supporters, written
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

PHOTO = Attachment(file_id="rehearsal-photo", kind="photo", content=b"jpeg", width=1280, height=960)
AS_FILE = Attachment(file_id="rehearsal-file", kind="document", content=b"jpeg", file_name="photo.jpg")


def send(phone: Phone, file: Attachment, caption: str = "") -> None:
    """Let a phone send a picture."""
    phone.look_away()
    phone.stage.world.send_file(phone.chat_id, file, caption=caption)


async def asked_for(dana: Phone) -> None:
    """Ask for the picture of the alert on the board."""
    await dana.tap("Details")
    await dana.tap("More …")
    await dana.tap("Picture")
    await dana.expects("The picture", "Send one photo.", "600")


async def test_a_picture_from_compose_to_recall(stage: Stage) -> None:
    """It is seen before it is sent, arrives with its words as the caption, is corrected there, and recalled."""
    ana, amal = await supporters(stage, "en", "ar")
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked_for(dana)
    await dana.say("Here it is")
    await dana.expects("Send one picture, as a photo")
    send(dana, AS_FILE)
    await dana.expects("Send one picture, as a photo")
    send(dana, PHOTO)
    await dana.expects("Alert: Ask your council", "With a picture (1280 × 960)")
    await dana.tap("Preview")
    await dana.expects("Preview: English, perhaps fewer than 10 people")
    seen = await dana.expects("Ask your council", "No more alerts")
    assert seen.attachment == PHOTO
    await dana.tap("Send it to me")
    mine = await dana.expects("Ask your council", "No more alerts")
    assert mine.attachment == PHOTO
    await dana.tap("Back to the alert")
    await dana.expects("Alert: ")
    await confirmed(dana, 2)
    await finished(stage, dana)
    for phone in (ana, amal):
        [got] = [each for each in phone.messages if each.attachment is not None]
        assert got.attachment == PHOTO
        assert "Ask your council" in got.text
    [got] = [each for each in ana.messages if each.attachment is not None]
    assert (got.text, got.entities, labels(got)) == (seen.text, seen.entities, labels(seen))
    await dana.tap("Correct")
    await dana.expects("Correction: ")
    await dana.tap("English")
    await dana.say("Ask your mayor\nIt votes on Friday.")
    await dana.expects("Correction: Ask your mayor", "With a picture")
    await confirmed(dana, 2)
    await dana.expects("Corrected: Ask your mayor", "Corrected for 2.")
    await stage.settled()
    [got] = [each for each in ana.messages if each.attachment is not None]
    assert "Ask your mayor" in plain(got)
    assert got.edited
    assert said_in(ana, "Ask your council") == 0
    await dana.tap("Recall · 47 h left")
    await dana.expects("type 2")
    await dana.say("2")
    await dana.expects("Recalled: ")
    await stage.settled()
    assert said_in(ana, "Ask your mayor") == 0


async def test_words_too_long_for_a_picture(stage: Stage) -> None:
    """They are named at once, with their language, whichever came first; without the picture they are fine."""
    dana = await stage.organizer("Dana")
    await written(dana, "Ask your council\n" + "word " * 130)
    await asked_for(dana)
    send(dana, PHOTO)
    await dana.expects("Under a picture 600 characters fit; English has 666.")
    await dana.tap("Back to the alert")
    board = await dana.expects("Alert: ")
    assert "With a picture" not in plain(board)
    await dana.tap("English")
    await dana.say("Ask your council\nIt votes on Friday.")
    await dana.expects("Kept: English, 36 of 3,500 characters.")
    await asked_for(dana)
    send(dana, PHOTO)
    await dana.expects("With a picture")
    await dana.tap("English")
    await dana.say("Ask your council\n" + "word " * 130)
    await dana.expects("Too long: it has 666 characters, and 600 fit.")
    await dana.say("Ask your council\nIt votes on Monday.")
    await dana.expects("Kept: English, 36 of 600 characters.")
    await dana.tap("Details")
    await dana.tap("More …")
    await dana.tap("Picture")
    await dana.tap("Take it out")
    board = await dana.expects("Alert: ")
    assert "With a picture" not in plain(board)


async def test_an_album_for_one_picture(stage: Stage) -> None:
    """Of an album the first picture is taken, and nothing is said of the others."""
    dana = await stage.organizer("Dana")
    await written(dana)
    await asked_for(dana)
    dana.look_away()
    message = {"date": 0, "from": dana.person.as_user(), "chat": dana.person.as_chat(), "media_group_id": "9"}
    for number in (1, 2, 3):
        photo = [{"file_id": f"p{number}", "file_unique_id": "u", "width": 90, "height": 60}]
        stage.world.push_update({"message": {**message, "message_id": 900 + number, "photo": photo}})
    await dana.expects("With a picture (90 × 60)")
    await dana.settles()
    assert said_in(dana, "Send the text alone") == 0
