"""Writing under pressure: what is older than the base, long pastes, edits, pictures, links, and a plain `<`."""

from typing import Any

import pytest

from bot.clock import system_clock
from bot.domain.organizer import Role
from bot.domain.rich_text import RichText
from bot.rehearsal.world.people import ChatMessage
from tests.worlds.in_process.organizing import (
    LINK,
    asked,
    base_for_all,
    begun,
    confirmed,
    finished,
    said_in,
    supporters,
    written,
)
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

ARABIC = "اكتبوا إلى المجلس\nالتصويت يوم الجمعة."


def sends(
    stage: Stage, phone: Phone, *, kind: str = "message", number: int = 900, seconds: int = 0, **of: Any
) -> None:
    """Send a message as Telegram's apps do, or with `edited_message` edit one, so many seconds from now."""
    phone.look_away()
    date = int(system_clock().timestamp()) + seconds
    sent = {
        "message_id": number,
        "date": date,
        "from": phone.person.as_user(),
        "chat": phone.person.as_chat(),
    }
    stage.world.push_update({kind: {**sent, **of}})


async def in_two_languages(stage: Stage) -> tuple[Phone, list[Phone]]:
    """Write an alert in English and Arabic, up to its board. Returns its organizer, and readers of en, ar and es."""
    people = await supporters(stage, "en", "ar", "es")
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.tap("العربية")
    await dana.expects("The words: العربية", "English says:", "It votes on Friday.")
    await dana.say(ARABIC)
    await dana.expects("ar ✓ current")
    return dana, people


def struck(message: ChatMessage) -> dict[str, str]:
    """Return what of a message is struck out and underlined."""
    rich = RichText(message.text)
    styles = ("strikethrough", "underline")
    return {
        each["type"]: rich.units(each["offset"], each["length"])
        for each in message.entities
        if each["type"] in styles
    }


async def keep_arabic(dana: Phone) -> None:
    """Let the older Arabic words be sent as they are, from a screen that leads to what is to be decided."""
    await dana.tap("Decide: 2 languages")
    await dana.expects("What do these readers get?")
    await dana.tap("العربية")
    await dana.expects("العربية: older than English", "العربية < 10")
    await dana.tap("Send it as it is")
    await dana.expects("Alert: ")


async def rewrite(dana: Phone, words: str) -> None:
    """Write the English words anew."""
    await dana.tap("English")
    await dana.expects("The words: English", "Now:")
    await dana.say(words)


async def test_older_than_the_base(stage: Stage) -> None:
    """A translation of other words than today's is shown as older everywhere, and nothing is approved undecided."""
    dana, _ = await in_two_languages(stage)
    await rewrite(dana, "Ask your council\nIt votes on Thursday.")
    board = await dana.expects("ar ! older (< 10)", "es – missing (< 10)")
    assert "Decide: 2 languages" in labels(board)
    assert "ar ✓" not in plain(board)
    await dana.tap("Preview")
    await dana.expects(
        "Preview: العربية, perhaps fewer than 10 people", "! older than English", "اكتبوا إلى المجلس"
    )
    below = await dana.expects("This is how it will look", "! Not decided: العربية < 10 and Español < 10")
    assert "Decide: 2 languages" in labels(below)
    await dana.tap("Send …")
    card = await dana.expects("This is what would be sent.", "languages not decided: العربية and Español")
    assert "Approve" not in labels(card)
    await keep_arabic(dana)
    decided = await dana.expects("ar ! older, sent (< 10)")
    assert "Decide: Español" in labels(decided)
    await asked(dana)
    await dana.expects(
        "! Older than English, sent as it is: العربية < 10", "Get English instead: Español < 10", "type 3"
    )


async def test_no_colleague_is_asked_undecided(stage: Stage) -> None:
    """Who cannot approve alone decides about what is older before a colleague is asked."""
    dana, _ = await in_two_languages(stage)
    omar = await stage.organizer("Omar", Role.APPROVER)
    await rewrite(dana, "Ask your council\nIt votes on Thursday.")
    await dana.expects("ar ! older (< 10)")
    await dana.tap("Send …")
    asks = await dana.expects("Check", "block  languages not decided: العربية and Español")
    assert labels(asks) == ["Decide: 2 languages", "Back to the alert"]
    await omar.say("/approve_1")
    card = await omar.expects("This is what would be sent.", "not decided: العربية and Español")
    assert labels(card) == ["Return with a note"]
    assert "Its author has to fix this first" in plain(card)
    await keep_arabic(dana)
    await base_for_all(dana, await dana.expects("Alert: "))
    await dana.expects("es – gets en (< 10)")
    await omar.say("/approve_1")
    card = await omar.expects("This is what would be sent.", "sent as it is")
    assert labels(card) == ["Approve", "Return with a note"]


async def test_rewritten_is_not_older(stage: Stage) -> None:
    """A translation written anew is fine again; so is the base, where its old words come back."""
    dana, _ = await in_two_languages(stage)
    await rewrite(dana, "Ask your council\nIt votes on Thursday.")
    await dana.expects("ar ! older (< 10)")
    await dana.tap("العربية")
    asks = await dana.expects(
        "The words: العربية", "! older than English", "Now:", "Changed in English since:", "English says:"
    )
    assert struck(asks) == {"strikethrough": "Friday.", "underline": "Thursday."}
    await dana.say("اكتبوا إلى المجلس\nالتصويت يوم الخميس.")
    await dana.expects("ar ✓ current")
    await rewrite(dana, "Ask your council\nIt votes on Monday.")
    await dana.expects("ar ! older (< 10)")
    await rewrite(dana, "Ask your council\nIt votes on Thursday.")
    await dana.expects("ar ✓ current")


async def test_a_choice_is_for_these_words(stage: Stage) -> None:
    """Who let a translation be sent as it is decided for the base of then: another change asks again."""
    dana, _ = await in_two_languages(stage)
    await rewrite(dana, "Ask your council\nIt votes on Thursday.")
    await keep_arabic(dana)
    await dana.expects("ar ! older, sent (< 10)")
    await rewrite(dana, "Ask your council\nIt votes on Monday.")
    board = await dana.expects("ar ! older (< 10)")
    assert "Decide: 2 languages" in labels(board)


async def test_a_correction_counts_what_changed(stage: Stage) -> None:
    """The receipt of a correction counts whose words changed, and whose did not."""
    dana, [ana, amal, lucia] = await in_two_languages(stage)
    await confirmed(dana, 3)
    await finished(stage, dana)
    await dana.tap("Correct")
    await dana.expects("Correction: ")
    await rewrite(dana, "Ask your council\nIt votes on Thursday.")
    await dana.expects("ar ! older (1)")  # who got an alert is counted exactly
    await dana.tap("Decide: العربية")
    await dana.expects("العربية: older than English")
    await dana.tap("Send it as it is")
    await dana.expects("Correction: ")
    await confirmed(dana, 3)
    await dana.expects("Corrected for 2.", "1 reads a language whose words did not change.")
    assert [said_in(phone, "Thursday") for phone in (ana, amal, lucia)] == [1, 0, 1]
    assert said_in(amal, "الجمعة") == 1


async def test_link_and_kind(stage: Stage) -> None:
    """Link and kind stand on the board and can be changed in a draft; the link also in what was sent."""
    [ana] = await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.expects("Sign a petition", "Button: Sign → example.org/petition")
    await dana.tap("Details")
    await dana.tap("Kind")
    await dana.expects("What does the alert ask people to do?")
    await dana.tap("Write an email")
    await dana.expects("Button: Write an email → example.org/petition")
    await dana.tap("Details")
    await dana.tap("Link")
    await dana.expects("Where should the main button lead?", "Now: example.org/petition")
    await dana.say("https://example.org/wrong")
    await dana.expects("Button: Write an email → example.org/wrong")
    await confirmed(dana, 1)
    await finished(stage, dana)
    await dana.tap("Correct")
    await dana.expects("Correction: ")
    await dana.tap("Details")
    await dana.tap("Link")
    await dana.say(LINK)
    await dana.expects("Correction: ", "example.org/petition")
    await confirmed(dana, 1)
    await dana.expects("Corrected for 1.")
    [alert] = [each for each in ana.messages if "Ask your council" in each.text]
    assert alert.buttons()[0] == {"text": "Write an email", "callback_data": "act:2"}
    await ana.press("act:2")
    card = await ana.expects("Ask your council")
    assert LINK in [button.get("url") for button in card.buttons()]


@pytest.mark.parametrize(
    ("sent", "offer"),
    [
        ("example.org/x", "https://example.org/x"),
        ("http://example.org/x", "https://example.org/x"),
        ("HTTP://EXAMPLE.org/A", "https://example.org/A"),
    ],
)
async def test_the_scheme_is_offered(stage: Stage, sent: str, offer: str) -> None:
    """Where only https:// is missing, the whole address is one tap away."""
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.tap("Details")
    await dana.tap("Link")
    await dana.expects("Where should the main button lead?")
    await dana.say(sent)
    await dana.expects("This address cannot be used.")
    await dana.tap(f"Use {offer}")
    await dana.expects(f"Button: Sign → {offer.removeprefix('https://')}")


async def test_look_alikes_are_shown(stage: Stage) -> None:
    """The host stands on the board as its letters are, with a warning where they are of several alphabets."""
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.tap("Details")
    await dana.tap("Link")
    await dana.expects("Where should the main button lead?")
    await dana.say("https://xn--80ak6aa92e.com/")
    await dana.expects("аррӏе.com (xn--80ak6aa92e.com)", "mixes alphabets")


async def test_a_call_without_a_number(stage: Stage) -> None:
    """It is said on the board, and on the way to the number, until there is a number or a link."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await dana.say("/new")
    await dana.tap("Make a call")
    await dana.expects("Step 1 of 5", "Institution")
    await dana.say("/back")
    await dana.expects("Alert: …", "Still missing: ")
    await dana.tap("English")
    await dana.expects("The words: English")
    await dana.say("Call your mayor\nToday.")
    await dana.expects("What to say: English")
    await dana.tap("Back to the alert")
    await dana.expects("A call with neither a number nor a button")
    await asked(dana)
    await dana.expects("A call with neither a number nor a button", "type 1")
    await dana.tap("Back to the alert")
    await dana.expects("Alert: Call your mayor", "neither a number")
    await dana.tap("English")
    await dana.expects("The words: English", "Now:")
    await dana.say("Call your mayor\n030 / 123 456, today.")
    await dana.tap("Back to the alert")
    board = await dana.expects("Alert: Call your mayor")
    assert "neither a number" not in plain(board)


async def test_a_paste_that_telegram_cut(stage: Stage) -> None:
    """Parts of one text are refused together, with its length; none of them becomes the alert."""
    dana = await stage.organizer("Dana")
    await begun(dana)
    first = "Too long: it has 4,096 characters, and 3,500 fit."
    await dana.say("A long sentence about the contract. " * 137 + "\nThe end\nof it all.")
    await dana.expects(first)
    await dana.expects("has 4,951 characters in all; 3,500 fit.", "None of it was used.")
    sends(stage, dana, text="Ask\nOne reason.", seconds=60)
    await dana.expects("Alert: Ask", "en ✓ current")


@pytest.mark.parametrize("was_there", [True, False])
async def test_a_first_part_that_fits(stage: Stage, *, was_there: bool) -> None:
    """Where an app cut early and the first part was taken already, its rest takes it back."""
    dana = await stage.organizer("Dana")
    await (written if was_there else begun)(dana)
    if was_there:
        await dana.tap("English")
        await dana.expects("The words: English")
    sends(stage, dana, text="Part one\n" + "x" * 3000)
    await dana.expects("Alert: Part one")
    sends(stage, dana, text="Part two\n" + "y" * 2000, number=901, seconds=2)
    await dana.expects("has 5,018 characters in all")
    dana.forge("alert:1")
    board = await dana.expects("Alert: Ask your council" if was_there else "Alert: …")
    assert ("en ✓ current" in plain(board)) is was_there


async def test_a_cut_paste_at_the_board(stage: Stage) -> None:
    """Where no words are awaited, the parts of one text are one text, too: its tail is not offered for the alert."""
    dana = await stage.organizer("Dana")
    await written(dana)
    sends(stage, dana, text="Part one\n" + "x" * 4000)
    await dana.expects("Is this for “Ask your council”?")
    sends(stage, dana, text="Part two\n" + "y" * 2000, number=901, seconds=1)
    await dana.expects("has 6,018 characters in all", "None of it was used.")
    dana.forge("alert:1")
    await dana.expects("Alert: Ask your council")


async def test_parts_far_apart_are_two_texts(stage: Stage) -> None:
    """Who shortens what was too long and sends it again is understood, however long the first one was."""
    dana = await stage.organizer("Dana")
    await begun(dana)
    sends(stage, dana, text="Too much\n" + "x" * 4000)
    await dana.expects("Too long: it has 4,009 characters, and 3,500 fit.")
    sends(stage, dana, text="Shorter\n" + "x" * 3000, number=901, seconds=60)
    await dana.expects("Alert: Shorter")


async def test_back_from_the_words(stage: Stage) -> None:
    """The step of the words shows what is written, and one gets out of it by a button, a word or a command."""
    dana, _ = await in_two_languages(stage)
    for leave in ("back", "Back.", "/back", "button"):
        await dana.tap("العربية")
        asks = await dana.expects("The words: العربية", "التصويت يوم الجمعة.", "It votes on Friday.")
        assert "Back to the alert" in labels(asks)
        await (dana.tap("Back to the alert") if leave == "button" else dana.say(leave))
        await dana.expects("Alert: Ask your council", "ar ✓ current")
    await stage.phone("Eve").say("/back")


async def test_cancelled_before_any_words(stage: Stage) -> None:
    """Nothing is promised to be kept where nothing was written."""
    dana = await stage.organizer("Dana")
    await begun(dana)
    await dana.say("/cancel")
    said = await dana.expects("Stopped. Nothing was sent.")
    assert "draft" not in plain(said)
    await written(dana)
    await dana.say("/cancel")
    await dana.expects("Stopped.", "kept as a draft")


async def test_pictures_get_an_organizers_answer(stage: Stage) -> None:
    """A picture, with a caption too, gets an answer for who writes an alert, and the words are awaited still."""
    dana = await stage.organizer("Dana")
    await begun(dana)
    for caption in ("", "Ask\nOne reason."):
        sends(stage, dana, photo=[{"file_id": "x"}], caption=caption)
        await dana.expects("Send the text alone")
    for number in range(901, 904):
        sends(stage, dana, number=number, photo=[{"file_id": "x"}], media_group_id="7")
    await dana.settles()
    assert said_in(dana, "Send the text alone") == 3
    sends(stage, dana, text="Ask\nOne reason.", forward_origin={"type": "hidden_user"})
    await dana.expects("Alert: Ask")


async def test_an_edit_edits_the_words(stage: Stage) -> None:
    """An edit of the message that words came from changes them, wherever its organizer stands; approval is void."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await begun(dana)
    sends(stage, dana, text="Ask\nOne raeson.", number=901)
    await dana.expects("Alert: Ask")
    sends(stage, dana, kind="edited_message", text="Ask\nOne reason.", number=901)
    await dana.expects("Your edit is saved: the words in English are changed.")
    await asked(dana)
    await dana.expects("type 1")
    sends(stage, dana, kind="edited_message", text="Ask now\nOne reason.", number=901)
    await dana.expects("Your edit is saved")
    await dana.say("1")
    await dana.expects("It has changed since it was approved.")
    dana.forge("alert:1")
    await dana.expects("Alert: Ask now")


async def test_an_edit_of_what_was_refused(stage: Stage) -> None:
    """Who mends by an edit what was too long is understood; an edit of any other message changes nothing."""
    dana = await stage.organizer("Dana")
    await begun(dana)
    sends(stage, dana, text="Only a title", number=901)
    await dana.expects("A title alone is not enough.")
    sends(stage, dana, kind="edited_message", text="Ask\nOne reason.", number=777)
    await dana.expects("Editing that message changes nothing here.")
    sends(stage, dana, kind="edited_message", text="Ask\nOne reason.", number=901)
    await dana.expects("Alert: Ask")


async def test_a_text_at_the_board(stage: Stage) -> None:
    """Words sent while none are awaited are asked about; a plain question is answered at once."""
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.say("Ask your mayor\nShe decides on Monday.")
    offered = await dana.expects("Is this for “Ask your council”?")
    assert labels(offered) == ["Use it for English", "It was a question"]
    await dana.tap("Use it for English")
    await dana.expects("Alert: Ask your mayor")
    await dana.say("what about the mayor and the purple elephants of the moon")
    await dana.expects("Is this for “Ask your mayor”?")
    await dana.tap("It was a question")
    await dana.expects("This bot did not understand that.")
    await dana.say("did microsft leave?")
    await dana.expects("From the statement")


async def test_a_lesser_sign_is_no_trap(stage: Stage) -> None:
    """What looks like a broken tag can be taken as it is written, with one tap."""
    [ana] = await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await begun(dana)
    await dana.say("If a<b then\nwrite <name> & <b>now")
    await dana.expects("The tag <name> in line 2")
    await dana.tap("Use it as written")
    await dana.expects("Alert: If a<b then")
    await confirmed(dana, 1)
    await ana.expects("If a<b then", "write <name> & <b>now")


async def test_links_that_telegram_refuses(stage: Stage) -> None:
    """Words that lead where Telegram lets no bot lead are refused before anybody is sent them."""
    dana = await stage.organizer("Dana")
    await begun(dana)
    call = {"type": "text_link", "offset": 4, "length": 4, "url": "tel:+4930123456"}
    sends(stage, dana, text="Ask\ncall now", entities=[call])
    await dana.expects("Telegram does not allow a link to tel:+4930123456")


async def test_the_preview_shows_everybodys(stage: Stage) -> None:
    """Each language has its preview with its number of readers; who gets the base's words has one, too."""
    dana, _ = await in_two_languages(stage)
    await dana.tap("Preview")
    await dana.expects("Preview: English, perhaps fewer than 10 people", "Ask your council")
    await dana.expects("Preview: العربية, perhaps fewer than 10 people", "اكتبوا إلى المجلس")
    await dana.expects("Preview: English, as readers of other languages get it: Español < 10", "/stop")
    await dana.tap("Send …")
    await dana.expects("Preview: English, as readers of other languages get it: Español < 10")
    await dana.expects("This is what would be sent.")


async def test_a_board_fits_on_a_phone(stage: Stage) -> None:
    """Languages stand beside one another, four a row where they fit, and nothing is said at length."""
    dana = await stage.organizer("Dana")
    await written(dana)
    board = await dana.expects("Alert: ")
    rows = (board.reply_markup or {})["inline_keyboard"]
    assert max(map(len, rows)) == 4
    assert len(rows) <= 6
    assert plain(board).count("\n") <= 15


async def test_no_approver_becomes_an_author(stage: Stage) -> None:
    """Of two, the one who approves decides nothing about older words: then nobody could approve it any more."""
    dana, _ = await in_two_languages(stage)
    omar = await stage.organizer("Omar")
    await rewrite(dana, "Ask your council\nIt votes on Thursday.")
    await dana.expects("ar ! older (< 10)")
    await omar.say("/approve_1")
    card = await omar.expects("This is what would be sent.", "Its author has to fix this first")
    assert labels(card) == ["Return with a note"]
    await keep_arabic(dana)
    await base_for_all(dana, await dana.expects("ar ! older, sent (< 10)"))
    await omar.say("/approve_1")
    await omar.expects("This is what would be sent.", "sent as it is")
    await omar.tap("Approve")
    await omar.expects("Approved, exactly as you saw it.")


async def test_a_translation_of_the_base_that_was_shown(stage: Stage) -> None:
    """Words are a translation of the base that stood beside the question, also once they are edited."""
    dana, _ = await in_two_languages(stage)
    omar = await stage.organizer("Omar")
    await dana.tap("Español")
    await dana.expects("The words: Español", "It votes on Friday.")
    omar.forge("words:1:en")
    await omar.expects("The words: English")
    await omar.say("Ask your council\nIt votes on Thursday.")
    await omar.expects("Alert: Ask your council")
    sends(stage, dana, text="Pide\nVotan el viernes.", number=901)
    await dana.expects("es ! older (< 10)")
    sends(stage, dana, kind="edited_message", text="Pide.\nVotan el viernes.", number=901)
    await dana.expects("Your edit is saved", "! Not decided: ", "Español < 10")
    await dana.tap("Back to the alert")
    await dana.expects("es ! older (< 10)")


async def test_an_edit_of_words_that_are_gone(stage: Stage) -> None:
    """Whoever edits an old message does not overwrite what a colleague, or they themselves, wrote since."""
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar")
    await begun(dana)
    sends(stage, dana, text="Ask\nOne raeson.", number=901)
    await dana.expects("Alert: Ask")
    omar.forge("words:1:en")
    await omar.expects("The words: English", "Now:")
    await omar.say("Ask\nWith care.")
    await omar.expects("Alert: Ask")
    sends(stage, dana, kind="edited_message", text="Ask\nOne reason.", number=901)
    await dana.expects("Newer words have replaced these")
    dana.forge("words:1:en")
    await dana.expects("The words: English", "With care.")


async def test_two_write_one_language(stage: Stage) -> None:
    """Words that changed between the question and the answer are shown before anything goes over them."""
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar")
    await written(dana)
    for phone in (dana, omar):
        phone.forge("words:1:en")
        await phone.expects("The words: English", "It votes on Friday.")
    await omar.say("Ask\nWith care.")
    await omar.expects("Alert: Ask")
    await dana.say("Ask us\nIn haste.")
    await dana.expects("These words have changed since you were asked.", "Now:", "With care.")
    await dana.say("Ask us\nIn haste, and with care.")
    await dana.expects("Alert: Ask us")


async def test_a_text_at_the_board_goes_over_nothing_unseen(stage: Stage) -> None:
    """Of a text that waited at the board, what a colleague wrote meanwhile is shown before it goes over that."""
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar")
    await written(dana)
    await dana.say("Ask us\nIn haste.")
    await dana.expects("Is this for")
    omar.forge("words:1:en")
    await omar.expects("The words: English")
    await omar.say("Ask\nWith care.")
    await omar.expects("Alert: Ask")
    await dana.tap("Use it for English")
    await dana.expects("These words have changed since you were asked.", "With care.")


async def test_links_in_a_text_are_shown(stage: Stage) -> None:
    """Where links in the words lead stands on the board and beside what is approved, with the look-alikes named."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await begun(dana)
    link = {"type": "text_link", "offset": 4, "length": 4, "url": "https://\u0435xample.org/x"}
    sends(stage, dana, text="Ask\nhere now", entities=[link])
    await dana.expects("Links in the text: \u0435xample.org/x", "mixes alphabets")
    await dana.tap("Send …")
    await dana.expects(
        "This is what would be sent.", "Links in the text: \u0435xample.org/x", "mixes alphabets"
    )


async def test_a_question_after_the_draft_is_gone(stage: Stage) -> None:
    """Who asks something while their board shows what a colleague has deleted is answered."""
    dana, omar = await stage.organizer("Dana"), await stage.organizer("Omar")
    await written(dana)
    omar.forge("discard:1:yes")
    await omar.settles()
    await dana.say("Who is calling for this?")
    await dana.expects("From the statement")


async def test_which_text_a_button_is_for(stage: Stage) -> None:
    """Under an earlier question its button takes no later text."""
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.say("Ask your mayor\nShe decides on Monday.")
    first = await dana.expects("Is this for “Ask your council”?")
    await dana.say("Ask your bank\nIt decides on Tuesday.")
    await dana.expects("Is this for “Ask your council”?")
    for button in first.buttons():
        dana.forge(button["callback_data"])
        await dana.expects("This button is out of date.")
    await dana.tap("Use it for English")
    await dana.expects("Alert: Ask your bank")


async def test_a_sticker_at_an_old_board(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long after its board was opened a sticker is not taken for an alert's words."""
    monkeypatch.setattr("bot.handlers.at_board.BOARD_SECONDS", -1)
    dana = await stage.organizer("Dana")
    await written(dana)
    sends(stage, dana, sticker={"file_id": "x"})
    await dana.settles()
    assert said_in(dana, "Send the text alone") == 0
