"""An alert: what fits in a message, which links are taken."""

from dataclasses import replace

import pytest

from bot.domain.alert import (
    BODY_LIMIT,
    BUTTON_LIMIT,
    ActionKind,
    Alert,
    TextLinkInvalid,
    TextMissing,
    TextTooLong,
    Translation,
    TranslationMissing,
    lacks_number,
)
from bot.domain.rich_text import Entity

ALERT = Alert(id=7, author_id=3, kind=ActionKind.SIGN, base="en")


def words(title: str = "Ask", text: str = "One ask.", button: str | None = None) -> Translation:
    """Return words that can be sent."""
    return Translation(locale="en", title=title, text=text, button=button)


def test_words_fall_back_to_the_base() -> None:
    """A reader whose locale was not written reads the base's words; without those there is nothing to send."""
    alert = replace(ALERT, translations={"en": words("Base"), "ar": words("Arabic")})
    assert [alert.words(locale).title for locale in ("ar", "es", "en")] == ["Arabic", "Base", "Base"]
    with pytest.raises(TranslationMissing):
        ALERT.words("en")


def test_title_is_bold() -> None:
    """The title is the first line, in bold and never read as markup."""
    rendered = words(title="1 < 2 👋", text="<i>Now</i>").rendered()
    assert rendered.text == "1 < 2 👋\n\nNow"
    assert [(e.type, e.offset, e.length) for e in rendered.entities] == [("bold", 0, 8), ("italic", 10, 3)]


@pytest.mark.parametrize(
    ("given_words", "error"),
    [
        (words(title=""), TextMissing),
        (words(title=" \n"), TextMissing),
        (words(text=""), TextMissing),
        (words(text="<b> </b>"), TextMissing),
        (words(text="x" * BODY_LIMIT), TextTooLong),
        (words(text="👋" * (BODY_LIMIT // 2)), TextTooLong),
        (words(button="x" * (BUTTON_LIMIT + 1)), TextTooLong),
    ],
)
def test_what_cannot_be_sent(given_words: Translation, error: type[Exception]) -> None:
    """Words that are missing or too long are refused before anybody approves them."""
    with pytest.raises(error):
        given_words.checked()


def test_the_limit_itself_fits() -> None:
    """Title, text and the line between them may fill the limit; tags count nothing."""
    full = words(title="Ask", text="<b>" + "x" * (BODY_LIMIT - 4) + "</b>", button="x" * BUTTON_LIMIT)
    assert full.checked() == full
    assert len(full.rendered()) == BODY_LIMIT + 1  # an empty line where one break was written
    with pytest.raises(TextTooLong) as refused:
        replace(full, text=full.text + "x").checked()
    assert refused.value.length == BODY_LIMIT + 1


def test_formatting_is_taken_as_it_was_made() -> None:
    """Entities are kept, and nothing in the text is read as a tag beside them."""
    link = Entity(type="text_link", offset=0, length=1, url='https://example.org/?q="&lt;')
    made = replace(words(text="< a <b>\0b"), entities=(link,)).checked()
    assert made.rendered().text == "Ask\n\n< a <b> b"
    assert made.rendered().entities[1] == replace(link, offset=5)


@pytest.mark.parametrize(
    "url",
    ["tel:+4930123456", "mailto:a@example.org", "javascript:x", "", "https://", "https:///x", "https://[x"],
)
def test_links_that_telegram_refuses(url: str) -> None:
    """Words that link where no bot may link are refused: every send would fail."""
    link = Entity(type="text_link", offset=0, length=1, url=url)
    with pytest.raises(TextLinkInvalid):
        replace(words(), entities=(link,)).checked()


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({}, True),
        ({"kind": ActionKind.SIGN}, False),
        ({"link": "https://example.org"}, False),
        ({"details": {"phone": "030 123"}}, False),
        ({"translations": {"en": words(text="Call 030 / 123 456 today.")}}, False),
        ({"translations": {"en": words(text="Call 112.")}}, False),
        ({"translations": {"en": words(text="Call before 9, on the 5th.")}}, True),
    ],
)
def test_a_call_needs_a_number(change: dict[str, object], *, lacks: bool) -> None:
    """A call without a button, a phone or a number in its words says nowhere whom to call."""
    call = replace(ALERT, kind=ActionKind.CALL, translations={"en": words()})
    assert lacks_number(replace(call, **change)) is lacks  # type: ignore[arg-type]  # any field


def test_what_no_database_takes_is_left_out() -> None:
    """A NUL goes, and a button of spaces is none."""
    checked = words(title="A\0sk", text="One\0 ask.", button="  ").checked()
    assert (checked.title, checked.text, checked.button) == ("Ask", "One ask.", None)
