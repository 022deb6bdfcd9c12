"""An alert: what an approval approves, what fits in a message, which links are taken."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alert import (
    BODY_LIMIT,
    BUTTON_LIMIT,
    ActionKind,
    Alert,
    AlertState,
    LinkInvalid,
    TextMissing,
    TextTooLong,
    Translation,
    TranslationMissing,
    checked_link,
)

WORDS = st.text(max_size=8)
MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is given beside it
TRANSLATIONS = st.builds(lambda title, text, button: (title, text, button), WORDS, WORDS, st.none() | WORDS)
CONTENTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(ActionKind),
        "base": st.sampled_from(["en", "ar"]),
        "topic": st.sampled_from(["alerts", "events"]),
        "link": st.none() | st.sampled_from(["https://example.org/a", "https://example.org/b"]),
        "deadline": st.none() | MOMENTS,
        "details": st.dictionaries(st.sampled_from(["place", "phone"]), WORDS),
        "translations": st.dictionaries(st.sampled_from(["en", "ar", "es"]), TRANSLATIONS),
    }
)
ALERT = Alert(id=7, author_id=3, state=AlertState.DRAFT, kind=ActionKind.SIGN, base="en")


def alert_of(content: dict[str, object]) -> Alert:
    """Make an alert that says this."""
    written: dict[str, tuple[str, str, str | None]] = content["translations"]  # type: ignore[assignment]
    translations = {
        locale: Translation(locale=locale, title=title, text=text, button=button)
        for locale, (title, text, button) in written.items()
    }
    return replace(ALERT, **(content | {"translations": translations}))  # type: ignore[arg-type]


def words(title: str = "Ask", text: str = "One ask.", button: str | None = None) -> Translation:
    """Return words that can be sent."""
    return Translation(locale="en", title=title, text=text, button=button)


@given(CONTENTS, CONTENTS)
def test_hash_is_of_the_content(one: dict[str, object], other: dict[str, object]) -> None:
    """Two alerts have the same hash exactly if they say the same, to the same people, until the same time."""
    same = alert_of(one).content_hash() == alert_of(other).content_hash()
    assert same == (one == other)


SILENT = {"id": 8, "author_id": None, "state": AlertState.APPROVED}
"""What says nothing to a reader; an approval does not cover it."""

SAID: dict[str, object] = {
    "kind": ActionKind.CALL,
    "base": "ar",
    "topic": "events",
    "link": "https://example.org",
    "deadline": datetime(2026, 12, 4, tzinfo=UTC),
    "details": {"place": "x"},
    "translations": {"en": words()},
}
"""Another value for each field that says something; a field that is new here gets a number."""


@pytest.mark.parametrize("name", [field.name for field in fields(Alert) if field.name not in SILENT])
def test_every_edit_changes_the_hash(name: str) -> None:
    """No field can be edited under an approval, one that was added later neither (I6)."""
    edited = replace(ALERT, **{name: SAID.get(name, 9)})  # type: ignore[arg-type]  # any field
    assert edited.content_hash() != ALERT.content_hash()


def test_what_an_approval_leaves_open() -> None:
    """Who wrote it and where it stands are not part of what is approved."""
    assert replace(ALERT, **SILENT).content_hash() == ALERT.content_hash()  # type: ignore[arg-type]


def test_hash_knows_moments() -> None:
    """The same moment is the same, in whichever zone it was written."""
    moment = datetime(2026, 12, 4, 18, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=2)))
    in_utc, in_zone = replace(ALERT, deadline=moment), replace(ALERT, deadline=elsewhere)
    assert in_utc.content_hash() == in_zone.content_hash()


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
