"""Each person is met in their language, and an explicit choice wins for good."""

import re
import unicodedata

import pytest

from bot.domain.bidi import FSI, PDI, is_balanced
from tests.worlds.in_process.stage import Stage

AMAL_ASKS = (
    "/start",
    "/faq",
    "/settings",
    "/privacy",
    "/help",
    "/language",
    "/nonsense",
    "من أنتم؟",
    "/stop",
)


@pytest.mark.parametrize(
    ("language_code", "locale"),
    [
        ("ar", "ar"),
        ("ar-EG", "ar"),
        ("es", "es"),
        ("es-419", "es"),
        ("ES_mx", "es"),
        ("pt-BR", "pt_BR"),
        ("pt", "pt_BR"),
        ("iw", "he"),
        ("fr-CA", "fr"),
        ("zz", "en"),
        ("../../etc", "en"),
        ("\u202e", "en"),
        (None, "en"),
    ],
)
async def test_met_in_their_language(stage: Stage, language_code: str | None, locale: str) -> None:
    """Telegram's language decides, through the resolver; where there is none, the default language."""
    phone = stage.phone("Somebody", language_code)
    await phone.say("/start")
    await phone.expects(stage.conversation.resources.content.campaign.call(locale))


async def test_a_choice_wins_for_good(stage: Stage) -> None:
    """A chosen language stays, whatever Telegram says, after /start and after a restart."""
    ana = stage.phone("Ana", "es")
    await ana.say("/language")
    await ana.press("language:ar")
    arabic = stage.words("ar")
    await ana.expects(arabic.gettext("Language: {language}.", language="العربية"))
    await ana.say("/start")
    await ana.expects(stage.conversation.resources.content.campaign.call("ar"))
    await ana.press("join")
    await ana.settles()
    subscriber = await stage.subscriber(ana)
    assert subscriber is not None
    assert subscriber.locale == "ar"
    await stage.stop()
    await stage.start()
    await ana.say("/start")
    await ana.expects(stage.conversation.resources.content.campaign.call("ar"))


async def test_alerts_follow_the_choice(stage: Stage) -> None:
    """Choosing a language after joining changes the language of the alerts."""
    ana = stage.phone("Ana", "es")
    await ana.say("/start")
    await ana.press("join")
    await ana.say("/language")
    await ana.press("language:en")
    await ana.expects("Language: English.")
    subscriber = await stage.subscriber(ana)
    assert subscriber is not None
    assert subscriber.locale == "en"


async def test_a_language_that_is_not_there(stage: Stage) -> None:
    """A forged choice of a language that is not there changes nothing."""
    ana = stage.phone("Ana", "es")
    await ana.say("/start")
    await ana.settles()
    ana.forge("language:xx", ana.messages[-1].message_id)
    await ana.expects("/help")
    await ana.say("/start")
    await ana.expects(stage.conversation.resources.content.campaign.call("es"))


async def test_arabic_is_isolated(stage: Stage) -> None:
    """In Arabic, every command and name from elsewhere is isolated, marks are paired, digits are Latin."""
    amal = stage.phone("Amal", "ar")
    for text in AMAL_ASKS:
        await amal.say(text)
    await amal.settles()
    await amal.say("/start")
    await amal.press("join")
    await amal.settles()
    await amal.press("settings")
    await amal.settles()
    assert len(amal.messages) >= len(AMAL_ASKS)
    for message in amal.messages:
        assert_readable(message.text)
        for button in message.buttons():
            assert_readable(button["text"])


def assert_readable(text: str) -> None:
    """Assert what keeps a right-to-left text in order."""
    assert is_balanced(text), text
    assert FSI * 2 not in text, text
    for command in re.finditer(r"(?<![\w:/.@])/[a-z_]+", text):
        assert text[command.start() - 1] == FSI, text
        assert text[command.end()] == PDI, text
    digits = [char for char in text if unicodedata.category(char) == "Nd"]
    assert all(char in "0123456789" for char in digits), text


async def test_choosing_goes_on_where_they_were(stage: Stage) -> None:
    """After choosing, the first screen and the settings are there again, in the language chosen, in their place."""
    ana = stage.phone("Ana")
    await ana.say("/start")
    await ana.tap("Language")
    await ana.press("language:es")
    first = await ana.expects(stage.conversation.resources.content.consent("es").text)
    spanish = stage.words("es")
    await ana.say("/settings")
    await ana.expects(spanish.gettext("Settings"))
    await ana.tap(spanish.gettext("Language"))
    await ana.press("language:de")
    await ana.expects(stage.words("de").gettext("Settings"))
    assert len(ana.messages) == 2
    assert ana.messages[0].message_id == first.message_id
