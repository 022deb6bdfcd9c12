"""An alert: what fits in a message, which links are taken."""

from dataclasses import replace

import pytest

from bot.domain.alert import (
    BODY_LIMIT,
    BUTTON_LIMIT,
    ActionKind,
    Alert,
    TextMissing,
    TextTooLong,
    Translation,
    TranslationMissing,
)
from bot.domain.links import LinkInvalid, checked_link

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
    full = words(title="Ask", text="<b>" + "x" * (BODY_LIMIT - 5) + "</b>", button="x" * BUTTON_LIMIT)
    assert full.checked() == full
    assert len(full.rendered()) == BODY_LIMIT


@pytest.mark.parametrize(
    "link", ["https://example.org", " https://example.org/a?b=c#d ", "https://مثال.إختبار/"]
)
def test_links_that_are_taken(link: str) -> None:
    """A full https address is taken, without the spaces around it."""
    assert checked_link(link) == link.strip()


@pytest.mark.parametrize(
    "link",
    [
        "",
        "example.org",
        "http://example.org",
        "javascript:alert(1)",
        "https://",
        "https://localhost",
        "https://user:word@example.org",
        "https://example.org/a b",
        "https://example.org/\u202egro",
        "https://[::1",
        "https://example.org/" + "x" * 2048,
    ],
)
def test_links_that_are_refused(link: str) -> None:
    """Anything else is not."""
    with pytest.raises(LinkInvalid):
        checked_link(link)


def test_what_no_database_takes_is_left_out() -> None:
    """A NUL goes, and a button of spaces is none."""
    checked = words(title="A\0sk", text="One\0 ask.", button="  ").checked()
    assert (checked.title, checked.text, checked.button) == ("Ask", "One ask.", None)
