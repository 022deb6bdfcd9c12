"""Values as organizers write them: one spelling of each, or what is wrong."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.field_values import (
    FieldInvalid,
    Flaw,
    latin_digits,
    local_moment,
    mail_address,
    one_line,
    paragraphs,
    phone_number,
    zone_name,
)
from bot.domain.private_links import PersonLinked

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("office@council.example", "office@council.example"),
        (" mailto:Office@Council.Example ", "Office@council.example"),
        ("\u2068office@council.example\u2069\u200f", "office@council.example"),
        ("first.last+tag@a-b.org.uk", "first.last+tag@a-b.org.uk"),
    ],
)
def test_mail_addresses(written: str, kept: str) -> None:
    """The host is written in small letters, the box as it is."""
    assert mail_address(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "council",
        "a@b",
        "a b@c.org",
        "a@b.org, c@d.org",
        "@b.org",
        "a@.org",
        "a@b..org",
        "ä@b.org",
        "a.@b.org",
        "a" * 90 + "@example.org",
    ],
)
def test_what_is_no_mail_address(written: str) -> None:
    """Two addresses, or half a one, are none."""
    with pytest.raises(FieldInvalid) as caught:
        mail_address(written)
    assert caught.value.flaw is Flaw.NO_ADDRESS


def test_a_persons_mailbox() -> None:
    """Alerts go to institutions: boxes at the big providers are people's."""
    with pytest.raises(FieldInvalid) as caught:
        mail_address("Mayor.Name@GMail.com")
    assert caught.value.flaw is Flaw.PERSONS_ADDRESS


@pytest.mark.parametrize(
    "written",
    [
        "+442079460000",
        "+44 (20) 7946-0000",
        "\u2066+44 20 7946 0000\u2069",
        "+٤٤٢٠٧٩٤٦٠٠٠٠",
        "+44.20.7946.0000",
    ],
)
def test_phone_numbers(written: str) -> None:
    """One number has many spellings, also in another alphabet's digits."""
    assert phone_number(written) == "+442079460000"


@pytest.mark.parametrize(
    "written",
    ["", "020 7946 0000", "+0 20 7946 0000", "+44", "+44 20 CALL NOW", "+" + "1" * 16, "++442079460000"],
)
def test_what_is_no_phone_number(written: str) -> None:
    """A number without its country leads nowhere from abroad."""
    with pytest.raises(FieldInvalid) as caught:
        phone_number(written)
    assert caught.value.flaw is Flaw.NO_PHONE


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Europe/London", "Europe/London"),
        ("europe/london", "Europe/London"),
        (" new york ", "America/New_York"),
        ("\u2068Europe/London\u2069", "Europe/London"),
        ("UTC", "UTC"),
        ("utc", "UTC"),
    ],
)
def test_zones(written: str, kept: str) -> None:
    """A zone is known by its name or by its city alone."""
    assert zone_name(written) == kept


@pytest.mark.parametrize(
    ("written", "flaw"),
    [("Nowhere", Flaw.NO_ZONE), ("", Flaw.NO_ZONE), ("+2", Flaw.NO_ZONE), ("Louisville", Flaw.SEVERAL_ZONES)],
)
def test_what_is_no_zone(written: str, flaw: Flaw) -> None:
    """What several zones are called is not guessed."""
    with pytest.raises(FieldInvalid) as caught:
        zone_name(written)
    assert caught.value.flaw is flaw


@pytest.mark.parametrize(
    "written",
    [
        "2027-01-31 18:00",
        "2027-01-31T18:00",
        "2027-1-31, 18.00",
        "31.1.2027 18:00",
        "31. 01. 2027, 18:00",
        "٢٠٢٧-٠١-٣١ ١٨:٠٠",
        "\u200f\u20682027-01-31 18:00\u2069",
    ],
)
def test_moments(written: str) -> None:
    """Day and hour may be written in several ways, and in another alphabet's digits."""
    assert local_moment(written, zone="Europe/London", now=NOW) == "2027-01-31T18:00"


@pytest.mark.parametrize(
    ("written", "flaw"),
    [
        ("", Flaw.NO_MOMENT),
        ("tomorrow", Flaw.NO_MOMENT),
        ("2027-01-31", Flaw.NO_MOMENT),
        ("01/02/2027 18:00", Flaw.NO_MOMENT),  # January in some countries, February in others
        ("2027-02-30 18:00", Flaw.NO_DAY),
        ("2027-01-31 24:00", Flaw.NO_DAY),
        ("2026-11-23 11:59", Flaw.PAST),
        ("2026-11-23 12:00", Flaw.PAST),
        ("0001-01-01 00:00", Flaw.PAST),
    ],
)
def test_what_is_no_moment_to_come(written: str, flaw: Flaw) -> None:
    """What is over, or on no calendar, is refused for just that."""
    with pytest.raises(FieldInvalid) as caught:
        local_moment(written, zone="Europe/London", now=NOW)
    assert caught.value.flaw is flaw


def test_the_end_of_the_calendar() -> None:
    """A moment that no other zone's calendar has is none."""
    with pytest.raises(FieldInvalid) as caught:
        local_moment("9999-12-31 23:59", zone="America/New_York", now=NOW)
    assert caught.value.flaw is Flaw.NO_DAY


def test_texts() -> None:
    """Spaces at the ends go; lines are kept where there may be several."""
    assert one_line("  Town \t hall\n", 20) == "Town hall"
    assert paragraphs(" Dear all,\r\n\r\nplease. \n", 40) == "Dear all,\n\nplease."


@pytest.mark.parametrize(
    ("text", "flaw"),
    [(" \n ", Flaw.EMPTY), ("a\nb", Flaw.SEVERAL_LINES), ("🕊" * 11, Flaw.TOO_LONG), ("\0", Flaw.EMPTY)],
)
def test_texts_that_cannot_be_used(text: str, flaw: Flaw) -> None:
    """They are measured as Telegram counts."""
    with pytest.raises(FieldInvalid) as caught:
        one_line(text, 20)
    assert caught.value.flaw is flaw


def test_no_text_links_to_a_person() -> None:
    """No private person is pointed at, whatever the field."""
    with pytest.raises(PersonLinked):
        paragraphs("Write to tg://user?id=7", 200)


@given(st.text())
def test_nothing_breaks_them(text: str) -> None:
    """Whatever is sent is a value or has a flaw."""
    reads: list[Callable[[str], str]] = [
        mail_address,
        phone_number,
        zone_name,
        lambda each: one_line(each, 100),
        lambda each: local_moment(each, zone="Asia/Gaza", now=NOW),
    ]
    for read in reads:
        try:
            kept = read(text)
        except (FieldInvalid, PersonLinked):
            continue
        assert kept == kept.strip() != ""
    assert len(latin_digits(text)) == len(text)
