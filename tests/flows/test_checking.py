"""The check of an alert, its languages decided one by one, and tests of it, on organizers' phones."""

from bot.domain.organizer import Role
from tests.worlds.in_process.organizing import confirmed, finished, said_in, supporters, written
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

LONG = "Ask your council\n" + "It votes on Friday, and listens. " * 18


async def decided(dana: Phone, language: str, how: str) -> None:
    """Decide about one language, from a screen that leads to it."""
    await dana.tap(language)
    await dana.expects(f"{language}: missing", "What do they get?")
    await dana.tap(how)


async def test_from_the_board_to_the_report(stage: Stage) -> None:
    """Each missing language is decided by its own button, the card says what is left, and just those get it."""
    ana, amal, lucia, marie, lena = await supporters(stage, "en", "ar", "es", "fr", "de")
    dana = await stage.organizer("Dana")
    omar = await stage.organizer("Omar", Role.APPROVER)
    await written(dana)
    board = await dana.expects(
        "Reaches 5 people now", "en ✓ current", "ar – missing (< 10)", "fr – missing (< 10)"
    )
    assert "Decide: 4 languages" in labels(board)
    await dana.tap("Check")
    card = await dana.expects("Check", "1 block", "block  languages not decided: ", "Français")
    assert labels(card) == ["Decide: 4 languages", "Back to the alert"]
    await dana.tap("Decide: 4 languages")
    asks = await dana.expects("What do these readers get?")
    assert {"العربية", "Send them English", "Leave these people out", "Back to the alert"} <= set(
        labels(asks)
    )
    await decided(dana, "Español", "Send them English")
    await dana.expects("What do these readers get?", "العربية < 10, Deutsch < 10 and Français < 10")
    await decided(dana, "Français", "Leave these people out")
    await dana.expects("What do these readers get?")
    await decided(dana, "Deutsch", "Wait for it")
    board = await dana.expects(
        "Reaches perhaps fewer than 10 people now",
        "es – gets en (< 10)",
        "fr – left out (< 10)",
        "de ! waited for (< 10)",
    )
    await dana.tap("العربية")
    await dana.expects("The words: العربية", "English says:")
    await dana.say("اكتبوا إلى المجلس\nالتصويت يوم الجمعة.")
    board = await dana.expects("en ✓ current   ar ✓ current   de ! waited for (< 10)", "es – gets en (< 10)")
    await dana.tap("Send …")
    await dana.expects("Check", "block  waits for words in: Deutsch")
    await dana.tap("Decide: Deutsch")
    await dana.expects("Deutsch: missing", "decided: wait for its words.")
    await dana.tap("Leave these people out")
    await dana.expects("Reaches perhaps fewer than 10 people now", "de – left out (< 10)")
    await dana.tap("Check")
    card = await dana.expects(
        "Check", "0 blocks", "pass  languages: 3 decided", "pass  links: 1, https, no look-alike"
    )
    assert labels(card) == ["Back to the alert", "Send …"]
    await dana.tap("Send …")
    await dana.expects("A colleague has to approve it first.")
    await omar.say("/approve_1")
    await omar.expects(
        "This is what would be sent.",
        "Reaches perhaps fewer than 10 people now",
        "Get English instead: Español < 10",
        "Left out for their language: Deutsch < 10 and Français < 10",
    )
    await omar.tap("Approve")
    await omar.expects("Approved, exactly as you saw it.")
    dana.forge("alert:1")
    await dana.expects("Alert: Ask your council")
    await confirmed(dana, 3, approved=True)
    await finished(stage, dana)
    titles = [said_in(phone, "Ask your council") for phone in (ana, amal, lucia, marie, lena)]
    assert titles == [1, 0, 1, 0, 0]
    assert said_in(amal, "اكتبوا إلى المجلس") == 1


async def test_a_warning_is_seen_by_somebody(stage: Stage) -> None:
    """Words too long to be read are approved once somebody said that they know, and the approver sees who."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    omar = await stage.organizer("Omar", Role.APPROVER)
    await written(dana, LONG)
    await omar.say("/approve_1")
    card = await omar.expects(
        "This is what would be sent.", "warn  length: English has ", "about 500 are read"
    )
    assert labels(card) == ["I have seen this", "Return with a note"]
    await dana.tap("Send …")
    card = await dana.expects("Check", "1 warning", "warn  length: English has ")
    assert labels(card) == ["Words: English", "I have seen this", "Back to the alert"]
    await dana.tap("I have seen this")
    card = await dana.expects("Check", "has seen: its length.")
    assert "I have seen this" not in labels(card)
    await dana.tap("Send …")
    await dana.expects("A colleague has to approve it first.")
    await omar.say("/approve_1")
    card = await omar.expects("This is what would be sent.", "has seen: its length.")
    assert labels(card) == ["Approve", "Return with a note"]
    await omar.tap("Approve")
    await omar.expects("Approved, exactly as you saw it.")


async def test_an_approver_has_seen_it(stage: Stage) -> None:
    """Who approves may acknowledge a warning on the card itself; the card then asks for the approval."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    omar = await stage.organizer("Omar", Role.APPROVER)
    await written(dana, LONG)
    await omar.say("/approve_1")
    await omar.expects("This is what would be sent.", "warn  length: ")
    await omar.tap("I have seen this")
    card = await omar.expects("This is what would be sent.", "has seen: its length.")
    assert labels(card) == ["Approve", "Return with a note"]
    await omar.tap("Approve")
    await omar.expects("Approved, exactly as you saw it.")
    assert said_in(omar, "This is what would be sent.") == 0


async def test_look_alikes_block(stage: Stage) -> None:
    """An address that looks like another stops the alert, for authors and approvers, until it is changed."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    omar = await stage.organizer("Omar", Role.APPROVER)
    await written(dana)
    await dana.tap("Details")
    await dana.tap("Link")
    await dana.expects("Where should the main button lead?")
    await dana.say("https://xn--80ak6aa92e.com/")
    await dana.expects("mixes alphabets")
    await omar.say("/approve_1")
    card = await omar.expects("This is what would be sent.", "block  link: ", "has look-alike letters")
    assert labels(card) == ["Return with a note"]
    await dana.tap("Check")
    card = await dana.expects("Check", "has look-alike letters")
    await dana.tap("Change the link")
    await dana.expects("Where should the main button lead?")
    await dana.say("https://example.org/")
    await dana.expects("Alert: ")
    await dana.tap("Check")
    await dana.expects("Check", "0 blocks")


async def test_a_test_to_the_team(stage: Stage) -> None:
    """Everybody on the team gets it in the language they chose, marked as a test; twice a minute nobody."""
    [ana] = await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    amal = stage.phone("Amal", "ar")
    await amal.say(f"/start {await stage.invitation(Role.VIEWER)}")
    await amal.say("/language")
    await amal.press("language:ar")
    await stage.settled()
    await written(dana)
    await dana.tap("العربية")
    await dana.expects("The words: العربية")
    await dana.say("اكتبوا إلى المجلس\nالتصويت يوم الجمعة.")
    await dana.expects("ar ✓ current")
    await dana.tap("Preview")
    below = await dana.expects("This is how it will look")
    assert "Send it to the team" in labels(below)
    await dana.tap("Send it to the team")
    test = await dana.expects("A test from ", "only to the team:", "Ask your council", "No more alerts")
    assert "اكتبوا" not in plain(test)
    await dana.expects("Your 1 colleague gets it, too.")
    await amal.expects("اكتبوا إلى المجلس")
    await dana.tap("Send it to the team")
    await dana.expects("The team got a test of this less than a minute ago.")
    await stage.settled()
    assert said_in(amal, "اكتبوا إلى المجلس") == 1
    assert said_in(ana, "Ask your council") == 0


async def test_what_is_left_out_is_not_previewed(stage: Stage) -> None:
    """Older words that nobody gets are not shown as if somebody did."""
    await supporters(stage, "en", "ar")
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.tap("العربية")
    await dana.expects("The words: العربية")
    await dana.say("اكتبوا إلى المجلس\nالتصويت يوم الجمعة.")
    await dana.expects("ar ✓ current")
    await dana.tap("English")
    await dana.expects("The words: English")
    await dana.say("Ask your council\nIt votes on Thursday.")
    await dana.expects("ar ! older (< 10)")
    await dana.tap("Decide: العربية")
    await dana.expects("العربية: older than English", "Changed in English since:")
    await dana.tap("Leave these people out")
    await dana.expects("ar – left out (< 10)", "Reaches perhaps fewer than 10 people now")
    await dana.tap("Preview")
    await dana.expects("Preview: English, perhaps fewer than 10 people")
    await dana.expects("This is how it will look")
    assert said_in(dana, "Preview: العربية") == 0
